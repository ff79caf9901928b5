import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { type AllowedOrigins, Spindash, Unauthorized, type WebSocket, type WebSocketMessage } from "spindash";
import { testClient, WebSocketRefused } from "spindash/testing";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const HANDSHAKE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": KEY,
};

function echoApp(): Spindash {
  const app = new Spindash("echo");
  app.websocket("/echo", async (_req, ws) => {
    for await (const message of ws) await ws.send(message);
  });
  return app;
}

async function* laterPieces(): AsyncGenerator<string> {
  await new Promise((resolve) => setImmediate(resolve));
  yield "x";
}

describe("the handshake", () => {
  const REFUSALS: [
    title: string,
    method: string,
    headers: Record<string, string>,
    status: number,
    fields: Record<string, string>,
  ][] = [
    ["an ordinary GET", "GET", {}, 426, { upgrade: "websocket", connection: "Upgrade" }],
    ["an upgrade to something else", "GET", { ...HANDSHAKE, upgrade: "h2c" }, 426, { upgrade: "websocket" }],
    ["an upgrade that is not asked of this hop", "GET", { ...HANDSHAKE, connection: "keep-alive" }, 426, {}],
    [
      "an unknown version",
      "GET",
      { ...HANDSHAKE, "sec-websocket-version": "8" },
      426,
      { "sec-websocket-version": "13" },
    ],
    ["a key of another length", "GET", { ...HANDSHAKE, "sec-websocket-key": "c2hvcnQ=" }, 400, {}],
    [
      "a key that is no base64",
      "GET",
      { ...HANDSHAKE, "sec-websocket-key": "!!!!!!!!!!!!!!!!!!!!!!==" },
      400,
      {},
    ],
    ["no key", "GET", { ...HANDSHAKE, "sec-websocket-key": "" }, 400, {}],
    ["HEAD", "HEAD", {}, 426, { upgrade: "websocket" }],
    ["POST", "POST", HANDSHAKE, 405, { allow: "GET, HEAD, OPTIONS" }],
  ];
  for (const [title, method, headers, status, fields] of REFUSALS) {
    test(`${title} is refused with ${status}`, async () => {
      await using client = await testClient(echoApp());
      const response = await client.request(method, "/echo", { headers });
      assert.equal(response.status, status);
      for (const [name, value] of Object.entries(fields))
        assert.equal(response.headers.get(name), value, name);
      assert.deepEqual(client.errors, []);
    });
  }

  test("an HTTP/1.0 client cannot open one", async () => {
    await using client = await testClient(echoApp());
    const connection = client.connect();
    const fields = Object.entries(HANDSHAKE).map(([name, value]) => `${name}: ${value}\r\n`);
    connection.write(`GET /echo HTTP/1.0\r\nhost: x\r\n${fields.join("")}\r\n`);
    const [data] = (await once(connection, "data")) as [Buffer];
    assert.match(String(data), /^HTTP\/1\.1 426 Upgrade Required\r\n/);
  });

  test("a request with a body opens none, whether the body has arrived or not", async () => {
    await using client = await testClient(echoApp());
    const bodies = [{ body: "x" }, { body: laterPieces() }];
    for (const init of bodies) {
      const response = await client.get("/echo", { headers: HANDSHAKE, ...init });
      assert.equal(response.status, 400);
      assert.match(await response.text(), /handshake of a websocket cannot have a body/);
    }
  });

  test("the answer is the one of RFC 6455 section 1.3", async () => {
    await using client = await testClient(echoApp());
    const connection = client.connect();
    const fields = Object.entries(HANDSHAKE).map(([name, value]) => `${name}: ${value}\r\n`);
    connection.write(`GET /echo HTTP/1.1\r\nhost: x\r\n${fields.join("")}\r\n`);
    const [data] = (await once(connection, "data")) as [Buffer];
    assert.match(String(data), /^HTTP\/1\.1 101 Switching Protocols\r\n/);
    assert.match(String(data), /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
    connection.destroy();
  });

  test("frames that come with the handshake are not lost", async () => {
    await using client = await testClient(echoApp());
    const connection = client.connect();
    const fields = Object.entries(HANDSHAKE).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = Buffer.from(`GET /echo HTTP/1.1\r\nhost: x\r\n${fields.join("")}\r\n`);
    const masked = Buffer.from([0x81, 0x82, 1, 2, 3, 4, "h".charCodeAt(0) ^ 1, "i".charCodeAt(0) ^ 2]);
    connection.write(Buffer.concat([head, masked]));
    let received = "";
    for await (const chunk of connection) {
      received += (chunk as Buffer).toString("latin1");
      if (received.endsWith("\x81\x02hi")) break;
    }
    assert.match(received, /^HTTP\/1\.1 101 /);
  });
});

describe("origins", () => {
  const CASES: [allowed: AllowedOrigins | undefined, origin: string | undefined, isOpened: boolean][] = [
    [undefined, undefined, true],
    [undefined, "http://localhost", true],
    [undefined, "https://localhost", true],
    [undefined, "http://LOCALHOST", true],
    [undefined, "http://localhost:8000", false],
    [undefined, "http://evil.example", false],
    [undefined, "http://localhost.evil.example", false],
    [undefined, "null", false],
    [undefined, "nonsense", false],
    ["same", "http://evil.example", false],
    ["any", "http://evil.example", true],
    [["https://a.example", "https://b.example:8443"], "https://b.example:8443", true],
    [["https://a.example"], "https://a.example.evil.example", false],
    [["https://a.example"], "http://a.example", false],
    [["https://a.example"], "http://localhost", false],
    [["null"], "null", true],
    [[], undefined, true],
    [(origin) => origin.endsWith(".example"), "http://good.example", true],
    [async (origin, req) => origin === "x" || req.query.has("let-me"), "http://evil.org", false],
    [() => false, undefined, true],
  ];
  for (const [origins, origin, isOpened] of CASES) {
    const shown = typeof origins === "function" ? String(origins) : JSON.stringify(origins);
    test(`with origins ${shown} a page of ${origin} is ${isOpened ? "let in" : "refused with 403"}`, async () => {
      const app = new Spindash("origins");
      app.websocket("/", { origins }, async (_req, ws) => ws.send("hello"));
      await using client = await testClient(app);
      const opening = client.websocket("/", origin === undefined ? {} : { origin });
      if (isOpened) {
        assert.equal(await (await opening).receive(), "hello");
        return;
      }
      await assert.rejects(opening, (error) => {
        assert.ok(error instanceof WebSocketRefused);
        assert.equal(error.status, 403);
        assert.match(error.body, /may not open this websocket; to allow it, list its origin/);
        return true;
      });
    });
  }

  test("hosts are compared without regard to case", async () => {
    const app = new Spindash("origins");
    app.websocket("/", async (_req, ws) => ws.send("hello"));
    await using client = await testClient(app);
    const headers = { host: "Shop.Example:8000" };
    await using ws = await client.websocket("/", { headers, origin: "http://shop.example:8000" });
    assert.equal(await ws.receive(), "hello");
  });

  test("a function that throws answers in place of the handshake", async () => {
    const app = new Spindash("origins");
    const origins = (): never => {
      throw new Unauthorized("who are you?");
    };
    app.websocket("/", { origins }, () => {});
    await using client = await testClient(app);
    await assert.rejects(client.websocket("/", { origin: "http://localhost" }), { status: 401 });
  });
});

describe("subprotocols", () => {
  const CASES: [spoken: string[], offered: string[], chosen: string | undefined][] = [
    [["v2", "v1"], ["v1", "v2"], "v2"],
    [["v2", "v1"], ["v1"], "v1"],
    [["v2"], ["v3"], undefined],
    [["v2"], [], undefined],
    [[], ["v1"], undefined],
  ];
  for (const [spoken, offered, chosen] of CASES) {
    test(`of ${JSON.stringify(offered)} a route that speaks ${JSON.stringify(spoken)} takes ${chosen}`, async () => {
      const app = new Spindash("subprotocols");
      app.websocket("/", { subprotocols: spoken }, async (_req, ws) => ws.send(String(ws.subprotocol)));
      await using client = await testClient(app);
      await using ws = await client.websocket("/", { subprotocols: offered });
      assert.equal(ws.subprotocol, chosen);
      assert.equal(await ws.receive(), String(chosen));
    });
  }
});

describe("loop style", () => {
  test("it gets request, websocket and parameters", async () => {
    const app = new Spindash("loop");
    app.websocket("/rooms/<room:int>", async (req, ws, { room }) => {
      await ws.json({ room, path: req.path, user: req.cookies.get("user") });
    });
    await using client = await testClient(app);
    await using ws = await client.websocket("/rooms/7", { cookies: { user: "Tails" } });
    assert.deepEqual(JSON.parse(String(await ws.receive())), { room: 7, path: "/rooms/7", user: "Tails" });
  });

  test("returning closes with 1000, leaving the loop after the client's close is a normal end", async () => {
    const app = new Spindash("loop");
    const ends: string[] = [];
    app.websocket("/once", async (_req, ws) => {
      await ws.receive();
    });
    app.websocket("/loop", async (_req, ws) => {
      for await (const _message of ws);
      ends.push("loop left");
    });
    await using client = await testClient(app);
    const once = await client.websocket("/once");
    await once.send("x");
    assert.equal((await once.closed).code, 1000);
    const loop = await client.websocket("/loop");
    await loop.close();
    assert.deepEqual(ends, ["loop left"]);
    assert.deepEqual(client.errors, []);
  });

  test("throwing closes with 1011 and is reported with the route", async () => {
    const app = new Spindash("loop");
    app.websocket("/boom", async () => {
      throw new Error("boom");
    });
    app.websocket("/sync", () => {
      throw new Error("sync");
    });
    const told: string[] = [];
    await using client = await testClient(app, {
      onError: (error, where) => told.push(`${where}: ${error.message}`),
    });
    for (const path of ["/boom", "/sync"]) {
      const ws = await client.websocket(path);
      assert.deepEqual(await ws.closed, { code: 1011, reason: "The handler failed", wasClean: true });
    }
    assert.deepEqual(told, ["Error in GET /boom: boom", "Error in GET /sync: sync"]);
  });

  test("the request's signal aborts when the client leaves", async () => {
    const app = new Spindash("loop");
    let abort = (_reason: unknown): void => {};
    const aborted = new Promise((resolve) => {
      abort = resolve;
    });
    app.websocket("/", async (req, ws) => {
      req.signal.addEventListener("abort", () => abort(req.signal.reason));
      await ws.closed;
    });
    await using client = await testClient(app);
    const ws = await client.websocket("/");
    await ws.close(4000);
    assert.match(String(await aborted), /The websocket is closed \(4000\)/);
  });

  test("the server's stop says 1001", async () => {
    const client = await testClient(echoApp());
    const ws = await client.websocket("/echo");
    await Promise.all([client.close(), ws.closed]);
    assert.deepEqual(await ws.closed, { code: 1001, reason: "The server stops", wasClean: true });
  });

  test("a message past the limit closes with 1009, by the config or by the route", async () => {
    const app = new Spindash("loop", { config: { websocketMessageLimit: "10b" } });
    app.websocket("/default", async (_req, ws) => void (await ws.receive()));
    app.websocket("/route", { messageLimit: "1kb" }, async (_req, ws) => {
      for await (const message of ws) await ws.send(String(message.length));
    });
    await using client = await testClient(app);
    const strict = await client.websocket("/default");
    await strict.send("x".repeat(11));
    assert.equal((await strict.closed).code, 1009);
    const route = await client.websocket("/route");
    await route.send("x".repeat(1024));
    assert.equal(await route.receive(), "1024");
    await route.send("x".repeat(1025));
    assert.equal((await route.closed).code, 1009);
  });
});

describe("event style", () => {
  test("open, message and close are called in turn, with request and parameters at open", async () => {
    const app = new Spindash("events");
    const notes: unknown[] = [];
    app.websocket("/rooms/<room>", {
      open(ws, req, { room }) {
        notes.push(["open", room, req.path]);
        void ws.send(`welcome to ${room}`);
      },
      message(ws, data) {
        notes.push(["message", data]);
        void ws.send(data);
      },
      close(_ws, code, reason) {
        notes.push(["close", code, reason]);
      },
    });
    await using client = await testClient(app);
    const ws = await client.websocket("/rooms/blue");
    assert.equal(await ws.receive(), "welcome to blue");
    await ws.send("hi");
    assert.equal(await ws.receive(), "hi");
    await ws.close(4002, "done");
    assert.deepEqual(notes, [
      ["open", "blue", "/rooms/blue"],
      ["message", "hi"],
      ["close", 4002, "done"],
    ]);
  });

  test("the events may be methods of a class's instance", async () => {
    class Counter {
      #count = 0;
      message(ws: WebSocket, data: WebSocketMessage): void {
        this.#count += data.length;
        void ws.send(String(this.#count));
      }
    }
    const app = new Spindash("events");
    app.websocket("/", new Counter());
    await using client = await testClient(app);
    await using ws = await client.websocket("/");
    await ws.send("abc");
    await ws.send("de");
    assert.deepEqual([await ws.receive(), await ws.receive()], ["3", "5"]);
  });

  for (const event of ["open", "message"] as const) {
    for (const style of ["sync", "async"] as const) {
      test(`${event} that throws (${style}) closes with 1011 and is reported`, async () => {
        const fail = (): never => {
          throw new Error(`${event} failed`);
        };
        const app = new Spindash("events");
        app.websocket("/", { [event]: style === "sync" ? fail : async () => fail() });
        await using client = await testClient(app);
        const ws = await client.websocket("/");
        if (event === "message") await ws.send("x");
        assert.equal((await ws.closed).code, 1011);
        assert.deepEqual(
          client.errors.map((error) => error.message),
          [`${event} failed`],
        );
      });
    }
  }

  test("an object without events is a websocket that only listens", async () => {
    const app = new Spindash("events");
    app.websocket("/", {});
    await using client = await testClient(app);
    await using ws = await client.websocket("/");
    await ws.send("x");
    await ws.ping();
  });
});

describe("middleware and websockets", () => {
  test("request middleware runs before the handshake and may refuse it", async () => {
    const app = echoApp();
    app.onRequest((req) => {
      if (!req.headers.has("x-key")) throw new Unauthorized("key missing");
    });
    await using client = await testClient(app);
    await assert.rejects(client.websocket("/echo"), {
      name: "WebSocketRefused",
      status: 401,
      body: /key missing/,
    });
    await using ws = await client.websocket("/echo", { headers: { "x-key": "1" } });
    await ws.send("in");
    assert.equal(await ws.receive(), "in");
  });

  test("around middleware runs around the handshake", async () => {
    const app = echoApp();
    const notes: string[] = [];
    app.use(async (_req, next) => {
      notes.push("in");
      const response = await next();
      notes.push("out");
      return response;
    });
    await using client = await testClient(app);
    await using ws = await client.websocket("/echo");
    await ws.send("x");
    assert.equal(await ws.receive(), "x");
    assert.deepEqual(notes, ["in", "out"]);
  });

  test("response middleware sees refusals and no handshakes", async () => {
    const app = echoApp();
    const statuses: number[] = [];
    app.onResponse((_req, res) => void statuses.push(res.status));
    await using client = await testClient(app);
    await using _ws = await client.websocket("/echo");
    await client.get("/echo");
    assert.deepEqual(statuses, [426]);
  });
});

describe("mistakes at registration", () => {
  const untyped = (app: Spindash) => app as unknown as { websocket(...args: unknown[]): void };
  const MISTAKES: [title: string, args: unknown[], message: RegExp][] = [
    ["no handler", ["/"], /The websocket route \/ has no handler/],
    ["a handler that is none", ["/", "hello"], /The websocket route \/ has no handler/],
    ["null", ["/", null], /The websocket route \/ has no handler/],
    [
      "an unknown option",
      ["/", { origin: "any" }, () => {}],
      /unknown option "origin"; did you mean origins\?/,
    ],
    [
      "one origin in place of a list",
      ["/", { origins: "https://a.example" }, () => {}],
      /expected "same", "any", a function or a list/,
    ],
    [
      "an origin with a path",
      ["/", { origins: ["https://a.example/"] }, () => {}],
      /"https:\/\/a\.example\/", which is no origin/,
    ],
    [
      "an origin with the scheme's own port",
      ["/", { origins: ["https://a.example:443"] }, () => {}],
      /no origin/,
    ],
    ["an origin without a scheme", ["/", { origins: ["a.example"] }, () => {}], /no origin/],
    ["an origin that is no text", ["/", { origins: [/a/] }, () => {}], /no origin/],
    [
      "one subprotocol in place of a list",
      ["/", { subprotocols: "v1" }, () => {}],
      /expected a list of tokens/,
    ],
    [
      "a subprotocol that is no token",
      ["/", { subprotocols: ["a b"] }, () => {}],
      /expected a list of tokens/,
    ],
    ["a message limit that is none", ["/", { messageLimit: "much" }, () => {}], /"much" is not a size/],
    [
      "a message limit past all strings",
      ["/", { messageLimit: "1gb" }, () => {}],
      /"1gb" is too much for a message/,
    ],
  ];
  for (const [title, args, message] of MISTAKES) {
    test(`${title} is a setup error`, () => {
      assert.throws(() => untyped(new Spindash("mistakes")).websocket(...args), {
        name: "SetupError",
        message,
      });
    });
  }
});

test("a websocket has the request that opened it", async () => {
  const app = new Spindash("request");
  app.onRequest((req) => {
    req.ctx.user = "tails";
  });
  app.websocket("/who", async (req, ws) => {
    assert.equal(ws.req, req);
    await ws.json({ user: ws.req.ctx.user, q: ws.req.query.get("q") });
  });
  await using client = await testClient(app);
  await using ws = await client.websocket("/who", { query: { q: "1" } });
  assert.equal(await ws.receive(), '{"user":"tails","q":"1"}');
  assert.throws(() => ws.req, /only those that a route opened/);
});
