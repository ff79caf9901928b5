import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { describe, test } from "node:test";
import { Blueprint, NotFound, SetupError, Spindash, text, Unauthorized } from "spindash";
import { type TestClient, testClient } from "spindash/testing";
import { Deferred } from "../../src/websocket/deferred.ts";

/** Sends one request as bytes, on a connection of its own, and gives the answer. */
async function send(client: TestClient, line: string, fields = ""): Promise<string> {
  const connection = client.connect();
  connection.write(`${line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${fields}\r\n`, "latin1");
  let received = "";
  connection.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
  });
  await once(connection, "end");
  return received;
}

const KINDS: [kind: string, mount: (app: Spindash | Blueprint, path: string) => void][] = [
  [
    "an app",
    (app, path) => {
      const inner = new Spindash("inner");
      inner.route(["*"], "/<rest:path>", { decode: false }, (req) => text(`${req.method} ${req.path}`));
      inner.route(["*"], "/", (req) => text(`${req.method} ${req.path}`));
      app.mount(path, inner);
    },
  ],
  [
    "a fetch handler",
    (app, path) =>
      app.mount(path, (request) => {
        const url = new URL(request.url);
        return new globalThis.Response(`${request.method} ${url.pathname}${url.search}`);
      }),
  ],
  [
    "an object with fetch",
    (app, path) => {
      const hono = {
        answer: (shown: string) => new globalThis.Response(shown),
        fetch(request: globalThis.Request) {
          return this.answer(`${request.method} ${new URL(request.url).pathname}`);
        },
      };
      app.mount(path, hono);
    },
  ],
  [
    "a node listener",
    (app, path) =>
      app.mount(path, (incoming: IncomingMessage, outgoing: ServerResponse) =>
        outgoing.end(`${incoming.method} ${incoming.url}`),
      ),
  ],
];

describe("mounting", () => {
  for (const [kind, mount] of KINDS) {
    test(`${kind} answers everything at and below its path, and sees the rest of it`, async () => {
      const app = new Spindash("outer");
      mount(app, "/legacy");
      app.get("/legacy/own", () => "own");
      await using client = await testClient(app);
      const cases: [line: string, seen: string | undefined][] = [
        ["GET /legacy", "GET /"],
        ["GET /legacy/", "GET /"],
        ["GET /legacy/a/b", "GET /a/b"],
        ["DELETE /legacy/a", "DELETE /a"],
        ["OPTIONS /legacy/a", "OPTIONS /a"],
        ["GET /%6Cegacy/a%20b", "GET /a%20b"],
        ["GET /legacy/a%2Fb", "GET /a%2Fb"],
        ["GET /legacy/a/", "GET /a/"],
        ["GET /legacy/own", "own"],
        ["GET /legacyx", undefined],
        ["GET /legacy%2Fa", undefined],
        ["GET /x/../legacy/a", undefined],
        ["GET //legacy/a", undefined],
      ];
      for (const [line, seen] of cases) {
        const answer = await send(client, line);
        if (seen === undefined) assert.match(answer, /^HTTP\/1\.1 404 /, line);
        else assert.ok(answer.startsWith("HTTP/1.1 200 ") && answer.includes(seen), `${line}: ${answer}`);
      }
    });

    test(`the guards of the outer app and of a blueprint are for ${kind}, however the path is spelt`, async () => {
      const app = new Spindash("outer");
      const guarded = new Blueprint("guarded", { prefix: "/guarded/<tenant>" });
      let guards = 0;
      guarded.onRequest(() => {
        guards++;
        throw new Unauthorized();
      });
      mount(guarded, "/legacy");
      app.blueprint(guarded);
      await using client = await testClient(app);
      const lines = [
        "GET /guarded/a/legacy",
        "HEAD /guarded/a/legacy/x",
        "get /guarded/a/legacy/x",
        "GET /%67uarded/%2F/%6Cegacy/../x",
        "POST /guarded/a/legacy//x",
        "OPTIONS /guarded/a/legacy/x",
      ];
      for (const line of lines) assert.match(await send(client, line), /^HTTP\/1\.1 401 /, line);
      assert.equal(guards, lines.length);
    });

    test(`HEAD of ${kind} has the fields and no body`, async () => {
      const app = new Spindash("outer");
      mount(app, "/legacy");
      await using client = await testClient(app);
      const response = await client.head("/legacy/x");
      assert.equal(response.status, 200);
      assert.equal(await response.text(), "");
    });
  }

  test("what cannot be mounted is a SetupError that says what can", () => {
    const app = new Spindash("outer");
    for (const target of [undefined, null, 7, {}, "app"])
      assert.throws(() => app.mount("/x", target as never), SetupError);
    assert.throws(
      () => app.mount("/x", () => new globalThis.Response(), { as: "express" as never }),
      SetupError,
    );
  });
});

describe("a mounted app", () => {
  test("has its own parameters, errors and middleware inside those of the outer one", async () => {
    const notes: string[] = [];
    const inner = new Spindash("inner");
    inner.onRequest((req) => void notes.push(`inner ${req.path} ${String(req.ctx.user)}`));
    inner.onError(NotFound, () => text("nothing in inner", { status: 404 }));
    inner.get("/users/<id:int>", (req, { id }) => ({ id, url: req.url, mountPath: req.mountPath }));
    inner.post("/echo", async (req) => text(await req.text()));
    const app = new Spindash("outer");
    app.onRequest((req) => {
      notes.push(`outer ${req.path}`);
      req.ctx.user = "Tails";
    });
    app.onResponse((_req, response) => {
      response.headers.set("x-outer", "yes");
    });
    app.onError(NotFound, () => "never for inner");
    app.mount("/<tenant>/admin", inner);
    await using client = await testClient(app);
    const response = await client.get("/blue/admin/users/7?x=1");
    assert.deepEqual(await response.json(), {
      id: 7,
      url: "http://localhost/blue/admin/users/7?x=1",
      mountPath: "/blue/admin",
    });
    assert.equal(response.headers.get("x-outer"), "yes");
    assert.deepEqual(notes, ["outer /blue/admin/users/7", "inner /users/7 Tails"]);
    assert.equal(await (await client.get("/blue/admin/nothing")).text(), "nothing in inner");
    assert.equal((await client.delete("/blue/admin/users/7")).status, 405);
    assert.equal(await (await client.post("/blue/admin/echo", { body: "hi" })).text(), "hi");
  });

  test("makes URLs that lead through the outer one, and knows that it is the request's app", async () => {
    const inner = new Spindash("inner");
    inner.get("/users/<id:int>", { name: "show" }, (req) => ({
      url: req.urlFor("show", { id: 7 }),
      isOwn: req.app === inner,
    }));
    const middle = new Spindash("middle").mount("/b", inner);
    const app = new Spindash("outer").mount("/a", middle);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/a/b/users/1")).json(), {
      url: "http://localhost/a/b/users/7",
      isOwn: true,
    });
  });

  test("starts and stops with the outer one, tasks included, once for all its paths", async () => {
    const notes: string[] = [];
    const inner = new Spindash("inner");
    inner.beforeServerStart((started) => void notes.push(`start ${started.name}`));
    inner.afterServerStop((stopped) => void notes.push(`stop ${stopped.name}`));
    inner.addTask(async (signal) => {
      notes.push("task");
      await once(signal, "abort");
      notes.push("task ends");
    });
    const app = new Spindash("outer");
    app.beforeServerStart(() => void notes.push("start outer"));
    app.mount("/a", inner).mount("/b", inner);
    app.afterServerStop(() => void notes.push("stop outer"));
    const client = await testClient(app);
    await client.close();
    assert.deepEqual(notes, ["start outer", "start inner", "task", "task ends", "stop outer", "stop inner"]);
  });

  test("answers websockets, and its errors are told where the outer one's are", async () => {
    const inner = new Spindash("inner");
    inner.websocket("/echo", async (_req, ws) => {
      for await (const message of ws) await ws.send(message);
    });
    inner.get("/broken", () => {
      throw new TypeError("broken");
    });
    const app = new Spindash("outer");
    app.mount("/in", inner);
    await using client = await testClient(app);
    await using ws = await client.websocket("/in/echo");
    await ws.send("hi");
    assert.equal(await ws.receive(), "hi");
    assert.equal((await client.get("/in/broken")).status, 500);
    assert.deepEqual(client.errors.map(String), ["TypeError: broken"]);
  });

  test("its signal aborts when the client leaves", async () => {
    const started = new Deferred<void>();
    const aborted = new Deferred<void>();
    const inner = new Spindash("inner");
    inner.get("/wait", async (req) => {
      started.resolve();
      await once(req.signal, "abort");
      aborted.resolve();
      return "";
    });
    const app = new Spindash("outer");
    app.mount("/in", inner);
    await using client = await testClient(app);
    const connection = client.connect();
    connection.write("GET /in/wait HTTP/1.1\r\nhost: x\r\n\r\n");
    await started.promise;
    connection.destroy();
    await aborted.promise;
  });

  test("cannot be mounted inside itself", () => {
    const [a, b] = [new Spindash("a"), new Spindash("b")];
    assert.throws(() => a.mount("/a", a), /"a" cannot be mounted inside itself/);
    a.mount("/b", b);
    assert.throws(() => b.mount("/a", a), SetupError);
  });
});

describe("a mounted fetch handler", () => {
  test("gets fields, query and body, and its answer's status, fields and cookies arrive", async () => {
    const app = new Spindash("outer");
    app.mount("/in", async (request) => {
      const headers = new Headers({ "x-query": new URL(request.url).search });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2");
      const body = `${request.headers.get("x-sent")} ${await request.text()}`;
      return new globalThis.Response(body, { status: 201, headers });
    });
    await using client = await testClient(app);
    const response = await client.post("/in/x?a=1&b=%20", { body: "hello", headers: { "x-sent": "yes" } });
    assert.equal(response.status, 201);
    assert.equal(response.headers.get("x-query"), "?a=1&b=%20");
    assert.deepEqual(response.headers.getAll("set-cookie"), ["a=1", "b=2"]);
    assert.equal(await response.text(), "yes hello");
  });

  const REFUSED: [line: string, status: number][] = [
    ["GET /in/../secret", 400],
    ["GET /in/%2e%2E/secret", 400],
    ["GET /in/a/.", 400],
    ["GET /in/a\\b", 400],
    ["get /in/a", 501],
    ["TRACE /in/a", 501],
  ];
  for (const [line, status] of REFUSED) {
    test(`${line} is refused, since URLs and web requests would make another one of it`, async () => {
      const app = new Spindash("outer");
      app.mount("/in", () => new globalThis.Response("reached"));
      await using client = await testClient(app);
      const answer = await send(client, line);
      assert.ok(!answer.includes("reached"), answer);
      assert.ok(Number(answer.slice(9, 12)) >= 400, answer);
      assert.ok(answer.startsWith(`HTTP/1.1 ${status} `) || answer.startsWith("HTTP/1.1 400 "), answer);
    });
  }

  test("a function with two parameters is one where the options say so", async () => {
    const app = new Spindash("outer");
    const handler = ((_request: globalThis.Request, _environment: unknown) =>
      new globalThis.Response("fetched")) as unknown as () => globalThis.Response;
    app.mount("/in", handler, { as: "fetch" });
    await using client = await testClient(app);
    assert.equal(await (await client.get("/in")).text(), "fetched");
  });
});

describe("a mounted node listener", () => {
  const echo: RequestListener = async (incoming, outgoing) => {
    outgoing.writeHead(201, {
      "x-type": incoming.headers["content-type"] ?? "none",
      "set-cookie": ["a=1", "b=2"],
    });
    for await (const piece of incoming) outgoing.write(piece);
    outgoing.end();
  };

  test("streams bodies both ways, with status, fields and cookies", async () => {
    const app = new Spindash("outer");
    app.mount("/in", echo, { bodyLimit: "10mb" });
    await using client = await testClient(app);
    const sent = Buffer.alloc(3_000_000, "abc");
    for (const body of [sent, pieces(sent)]) {
      const response = await client.post("/in", { body });
      assert.equal(response.status, 201);
      assert.deepEqual(response.headers.getAll("set-cookie"), ["a=1", "b=2"]);
      assert.ok(sent.equals(await response.bytes()));
    }
  });

  test("a body past the limit of its route is 413", async () => {
    const app = new Spindash("outer");
    app.mount("/in", echo, { bodyLimit: 4 });
    await using client = await testClient(app);
    const response = await client.post("/in", { body: pieces(Buffer.from("too long")) });
    assert.equal(response.status, 413);
  });

  test("it sees the client's address and scheme, and sends what it likes in its own time", async () => {
    const app = new Spindash("outer");
    app.mount("/in", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      outgoing.writeHead(200);
      outgoing.flushHeaders();
      setImmediate(() => outgoing.end(String(incoming.socket.remoteAddress)));
    });
    await using client = await testClient(app);
    assert.equal(await (await client.get("/in")).text(), "127.0.0.1");
  });

  for (const style of ["throws", "rejects"] as const) {
    test(`an error it ${style} is a 500 that is reported`, async () => {
      const app = new Spindash("outer");
      app.mount("/in", (_incoming: IncomingMessage, _outgoing: ServerResponse) => {
        const error = new TypeError("broken");
        if (style === "throws") throw error;
        return Promise.reject(error) as unknown as undefined;
      });
      await using client = await testClient(app);
      assert.equal((await client.get("/in")).status, 500);
      assert.deepEqual(client.errors.map(String), ["TypeError: broken"]);
    });
  }

  test("when the client leaves, its request and response close", async () => {
    const started = new Deferred<void>();
    const closed = new Deferred<void>();
    const app = new Spindash("outer");
    app.mount("/in", (_incoming: IncomingMessage, outgoing: ServerResponse) => {
      outgoing.on("close", () => closed.resolve());
      started.resolve();
    });
    await using client = await testClient(app);
    const connection = client.connect();
    connection.write("GET /in HTTP/1.1\r\nhost: x\r\n\r\n");
    await started.promise;
    connection.destroy();
    await closed.promise;
  });

  test("a slow reader holds it back", async () => {
    const app = new Spindash("outer");
    let written = 0;
    const full = new Deferred<void>();
    app.mount("/in", (_incoming: IncomingMessage, outgoing: ServerResponse) => {
      const piece = Buffer.alloc(64 * 1024);
      while (written < 64 * 1024 * 1024 && outgoing.write(piece)) written += piece.length;
      full.resolve();
      outgoing.on("drain", () => {
        while (written < 64 * 1024 * 1024 && outgoing.write(piece)) written += piece.length;
      });
    });
    await using client = await testClient(app);
    const connection = client.connect();
    connection.pause();
    connection.write("GET /in HTTP/1.1\r\nhost: x\r\n\r\n");
    await full.promise;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    assert.ok(written < 8 * 1024 * 1024, `${written} bytes are written`);
    connection.destroy();
  });

  test("a method that node:http does not know, or would spell in another way, is refused", async () => {
    const app = new Spindash("outer");
    app.mount("/in", echo);
    await using client = await testClient(app);
    for (const method of ["get", "SPINDASH"])
      assert.match(await send(client, `${method} /in`), /^HTTP\/1\.1 501 /);
    assert.deepEqual(client.errors, [], "a client's odd methods do not fill the log");
  });

  test("it works over sockets, many at a time, beside a server of its own", async () => {
    const app = new Spindash("outer");
    const listener: RequestListener = (incoming, outgoing) => outgoing.end(incoming.url);
    app.mount("/in", listener);
    const server = await app.listen({ port: 0 });
    const other = createServer(listener);
    const paths = Array.from({ length: 20 }, (_, i) => `/x${i}`);
    const answers = await Promise.all(
      paths.map(async (path) => (await fetch(`${server.url}/in${path}`)).text()),
    );
    assert.deepEqual(answers, paths);
    other.close();
    await server.stop();
  });
});

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += 100_000) yield bytes.subarray(start, start + 100_000);
}
