import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Request, raw, SetupError, Spindash, stream, text } from "spindash";
import { testClient } from "spindash/testing";

function echoApp(): Spindash {
  const app = new Spindash("echo");
  const answer = async (req: Request): Promise<object> => ({
    method: req.method,
    path: req.path,
    query: req.query.toObject(),
    headers: req.headers.toObject(),
    body: await req.text(),
  });
  app.route(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"], "/<rest:path>", answer);
  return app;
}

interface Echo {
  method: string;
  path: string;
  query: Record<string, unknown>;
  headers: Record<string, string>;
  body: string;
}

describe("the test client's requests", () => {
  test("every method arrives as it is sent", async () => {
    await using client = await testClient(echoApp());
    for (const method of ["get", "post", "put", "patch", "delete", "options"] as const) {
      const echo = (await (await client[method]("/a/b")).json()) as Echo;
      assert.equal(echo.method, method.toUpperCase());
      assert.equal(echo.path, "/a/b");
    }
    const report = await client.request("REPORT", "/x");
    assert.equal(((await report.json()) as Echo).method, "REPORT");
  });

  test("HEAD has the fields of GET and no body", async () => {
    const app = new Spindash("head");
    app.get("/", () => "hello");
    await using client = await testClient(app);
    const response = await client.head("/");
    assert.equal(response.headers.get("content-length"), "5");
    assert.equal(await response.text(), "");
  });

  test("query, headers and cookies arrive", async () => {
    await using client = await testClient(echoApp());
    const response = await client.get("/q?a=1", {
      query: { b: ["x", "y"] },
      headers: { "X-One": "1" },
      cookies: { theme: "dark" },
    });
    const echo = (await response.json()) as Echo;
    assert.deepEqual(echo.query, { a: "1", b: ["x", "y"] });
    assert.equal(echo.headers["x-one"], "1");
    assert.equal(echo.headers.cookie, "theme=dark");
    assert.equal(echo.headers.host, "localhost");
  });

  test("a body may be text, bytes, JSON, a form or pieces", async () => {
    await using client = await testClient(echoApp());
    async function* pieces(): AsyncGenerator<string | Uint8Array> {
      yield "on";
      yield "";
      await sleep(1);
      yield Buffer.from("e");
    }
    const bodies = [
      { body: "é" },
      { body: Buffer.from("é") },
      { json: "é" },
      { form: { e: "é" } },
      { body: pieces() },
    ];
    const got: string[] = [];
    for (const init of bodies) got.push(((await (await client.post("/a", init)).json()) as Echo).body);
    assert.deepEqual(got, ["é", "é", '"é"', "e=%C3%A9", "one"]);
  });

  test("a body of megabytes gets through both ways", async () => {
    const app = new Spindash("large", { config: { bodyLimit: "8mb" } });
    app.post("/", async (req) => raw(await req.bytes()));
    await using client = await testClient(app);
    const body = Buffer.alloc(4 * 1024 * 1024, "spindash");
    assert.deepEqual(await (await client.post("/", { body })).bytes(), body);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 64; i++) yield body.subarray(i * 65_536, (i + 1) * 65_536);
    }
    assert.deepEqual(await (await client.post("/", { body: pieces() })).bytes(), body);
  });

  test("a body whose source fails rejects the request and says why", async () => {
    await using client = await testClient(echoApp());
    const source = async function* (): AsyncGenerator<string> {
      yield "a";
      throw new Error("out of ideas");
    };
    await assert.rejects(client.post("/", { body: source() }), (error: Error) => {
      assert.match(error.message, /POST \/: its body could not be sent/);
      assert.equal((error.cause as Error).message, "out of ideas");
      return true;
    });
  });

  test("an answer that comes before the body is sent ends the sending", async () => {
    const app = new Spindash("early");
    app.post("/", () => text("enough", { status: 413 }));
    await using client = await testClient(app);
    let isEnded = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield Buffer.alloc(16_384);
          await sleep(0);
        }
      } finally {
        isEnded = true;
      }
    }
    const response = await client.post("/", { body: endless() });
    assert.equal(response.status, 413);
    assert.equal(await response.text(), "enough");
    while (!isEnded) await sleep(1);
  });

  test("a path without a slash in front is refused at once", async () => {
    await using client = await testClient(echoApp());
    await assert.rejects(client.get("users"), { name: "TypeError", message: /must begin with "\/"/ });
  });

  test("the app sees an address and a scheme, which can be chosen", async () => {
    const app = new Spindash("peer");
    app.get("/", (req) => `${req.ip} ${req.url}`);
    {
      await using client = await testClient(app);
      assert.equal(await (await client.get("/")).text(), "127.0.0.1 http://localhost/");
    }
    await using client = await testClient(app, { ip: "192.0.2.7", secure: true });
    assert.equal(await (await client.get("/")).text(), "192.0.2.7 https://localhost/");
  });
});

describe("the test client's answers", () => {
  test("they have a status, fields and a body that may be read again", async () => {
    const app = new Spindash("answers");
    app.get("/", () => text("hé", { status: 201, headers: { "X-Two": ["1", "2"] } }));
    await using client = await testClient(app);
    const response = await client.get("/");
    assert.equal(response.status, 201);
    assert.equal(response.ok, true);
    assert.equal(response.headers.get("X-TWO"), "1, 2");
    assert.deepEqual(response.headers.getAll("x-two"), ["1", "2"]);
    assert.equal(await response.text(), "hé");
    assert.deepEqual(await response.bytes(), Buffer.from("hé"));
    assert.equal((await client.get("/nowhere")).ok, false);
  });

  test("a body that is no JSON says so and shows itself", async () => {
    const app = new Spindash("answers");
    app.get("/", () => "<p>");
    await using client = await testClient(app);
    const response = await client.get("/");
    await assert.rejects(response.json(), { message: 'GET / was answered by 200 and no JSON: "<p>"' });
  });

  test("pieces of a streamed body arrive as they are sent", async () => {
    const app = new Spindash("streams");
    const { promise: asked, resolve: ask } = withResolvers();
    app.get("/", () =>
      stream(async (out) => {
        await out.write("one");
        await asked;
        await out.write("two");
      }),
    );
    await using client = await testClient(app);
    const got: string[] = [];
    for await (const piece of (await client.get("/")).body) {
      got.push(piece.toString());
      ask();
    }
    assert.deepEqual(got, ["one", "two"]);
  });

  test("leaving the loop over a body tells the server that the client has left", async () => {
    const app = new Spindash("streams");
    const left = withResolvers();
    app.get("/", () =>
      stream(async (out) => {
        out.signal.addEventListener("abort", () => left.resolve());
        for (;;) {
          await out.write("x");
          await sleep(1, undefined, { signal: out.signal });
        }
      }),
    );
    await using client = await testClient(app);
    for await (const _piece of (await client.get("/")).body) break;
    await left.promise;
  });

  test("a server that is faster than the test is held back", async () => {
    const app = new Spindash("streams");
    let written = 0;
    app.get("/", () =>
      stream(async (out) => {
        for (; written < 100; written++) await out.write(Buffer.alloc(64 * 1024));
      }),
    );
    await using client = await testClient(app);
    const response = await client.get("/");
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(written < 20, `${written} of 100 pieces are written before anybody reads`);
    assert.equal((await response.bytes()).length, 100 * 64 * 1024);
  });

  test("a body cannot be read in two ways", async () => {
    await using client = await testClient(echoApp());
    const response = await client.get("/");
    await response.text();
    await assert.rejects(response.body[Symbol.asyncIterator]().next(), /being read already/);
  });

  test("a body that is cut rejects its reader", async () => {
    const app = new Spindash("cut");
    app.get("/", () =>
      stream(async (out) => {
        await out.write("half");
        throw new Error("no more");
      }),
    );
    await using client = await testClient(app);
    const response = await client.get("/");
    await assert.rejects(response.text(), /GET \/: The connection ended inside the answer's body/);
    assert.deepEqual(client.errors.map(String), ["Error: no more"]);
  });
});

describe("the test client's connections", () => {
  function countingApp(): Spindash {
    const app = new Spindash("connections");
    app.get("/", () => "hi");
    app.get("/close", () => "bye");
    app.get("/slow", async () => {
      await sleep(5);
      return "slow";
    });
    return app;
  }

  test("one connection carries request after request", async () => {
    const app = countingApp();
    const peers = new Set<unknown>();
    app.onRequest((req) => {
      peers.add((req as unknown as { peer: unknown }).peer);
    });
    await using client = await testClient(app);
    for (let i = 0; i < 3; i++) await (await client.get("/")).text();
    assert.equal(peers.size, 1);
    await client.get("/close", { headers: { connection: "close" } });
    assert.equal(await (await client.get("/")).text(), "hi");
    assert.equal(peers.size, 2, "after connection: close there is a new one");
  });

  test("requests at the same time do not wait for each other", async () => {
    await using client = await testClient(countingApp());
    const order: string[] = [];
    const paths = ["/slow", "/", "/slow", "/"];
    const texts = await Promise.all(
      paths.map(async (path) => {
        const body = await (await client.get(path)).text();
        order.push(body);
        return body;
      }),
    );
    assert.deepEqual(texts, ["slow", "hi", "slow", "hi"]);
    assert.deepEqual(order, ["hi", "hi", "slow", "slow"]);
  });

  test("connect() carries bytes as they are", async () => {
    await using client = await testClient(countingApp());
    const connection = client.connect();
    connection.write(
      "GET / HTTP/1.1\r\nhost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );
    let received = "";
    for await (const chunk of connection) received += chunk;
    assert.match(received, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nhiHTTP\/1\.1 404 Not Found\r\n/);
  });

  test("a connection that is cut before the answer rejects the request", async () => {
    const app = countingApp();
    app.get("/cut", (req) => {
      const { stream: socket } = (req as unknown as { peer: { stream: { destroy(): void } } }).peer;
      socket.destroy();
      return "";
    });
    await using client = await testClient(app);
    await assert.rejects(client.get("/cut"), /GET \/cut: The connection ended before the answer/);
    assert.equal((await client.get("/")).status, 200, "the next request has a new connection");
  });

  test("no answer in time is an error that names the request", async () => {
    const app = countingApp();
    app.get(
      "/never",
      (req) => new Promise<string>((_resolve, reject) => req.signal.addEventListener("abort", reject)),
    );
    await using client = await testClient(app, { timeout: "20ms" });
    await assert.rejects(client.get("/never"), { message: "GET /never was not answered within 0.02 s" });
    await assert.rejects(client.get("/never", { timeout: 0.01 }), {
      message: /GET \/never was not answered within 0.01 s/,
    });
  });

  test("no further piece of a body in time is an error that names the request", async () => {
    const app = countingApp();
    app.get("/half", () =>
      stream(async (out) => {
        await out.write("half");
        await once(out.signal, "abort");
      }),
    );
    await using client = await testClient(app, { timeout: "20ms" });
    const response = await client.get("/half");
    await assert.rejects(
      response.text(),
      /GET \/half: the body is not complete and no piece of it came within 0.02 s/,
    );
  });

  test("a signal cuts the request it was given to, and no later one", async () => {
    const app = countingApp();
    const reasons: unknown[] = [];
    app.get("/wait", async (req) => {
      await once(req.signal, "abort");
      reasons.push(req.signal.reason);
      return "";
    });
    await using client = await testClient(app);
    const abortion = new AbortController();
    const waiting = client.get("/wait", { signal: abortion.signal });
    await sleep(1);
    abortion.abort(new Error("changed my mind"));
    await assert.rejects(waiting, { message: "changed my mind" });
    await assert.rejects(client.get("/", { signal: abortion.signal }), { message: "changed my mind" });

    const late = new AbortController();
    await (await client.get("/", { signal: late.signal })).text();
    const slow = client.get("/slow");
    late.abort();
    assert.equal(await (await slow).text(), "slow");
    assert.match(String(reasons[0]), /client (has left|closed its side)/);
  });
});

describe("the test client's cookies", () => {
  function cookieApp(): Spindash {
    const app = new Spindash("cookies");
    app.get("/set", () => {
      const response = text("");
      response.cookies.set("sid", "42", { prefix: "host" });
      response.cookies.set("theme", "dark");
      return response;
    });
    app.get("/delete", () => {
      const response = text("");
      response.cookies.delete("theme");
      return response;
    });
    app.get("/expire", () =>
      text("", { headers: { "set-cookie": "__Host-sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT" } }),
    );
    app.get("/show", (req) => req.headers.get("cookie") ?? "none");
    return app;
  }

  test("they are forgotten unless asked for", async () => {
    await using client = await testClient(cookieApp());
    await client.get("/set");
    assert.equal(await (await client.get("/show")).text(), "none");
  });

  test("a jar sends back what was set until it is deleted", async () => {
    await using client = await testClient(cookieApp(), { cookies: true });
    const show = async (): Promise<string> => (await client.get("/show")).text();
    await client.get("/set");
    assert.equal(await show(), "__Host-sid=42; theme=dark");
    assert.equal(
      await (await client.get("/show", { cookies: { theme: "light" } })).text(),
      "__Host-sid=42; theme=light",
    );
    await client.get("/delete");
    assert.equal(await show(), "__Host-sid=42");
    await client.get("/expire");
    assert.equal(await show(), "none");
  });
});

describe("the test client's life", () => {
  test("it runs the listeners of the app, and its tasks, once", async () => {
    const app = new Spindash("life");
    const events: string[] = [];
    app.beforeServerStart(() => void events.push("beforeServerStart"));
    app.afterServerStart(() => void events.push("afterServerStart"));
    app.beforeServerStop(() => void events.push("beforeServerStop"));
    app.afterServerStop(() => void events.push("afterServerStop"));
    app.addTask(async (signal) => {
      events.push("task");
      await once(signal, "abort");
      events.push("task ends");
    });
    const client = await testClient(app);
    await sleep(0);
    await Promise.all([client.close(), client.close()]);
    assert.deepEqual(events, [
      "beforeServerStart",
      "afterServerStart",
      "task",
      "beforeServerStop",
      "task ends",
      "afterServerStop",
    ]);
  });

  test("errors of the app are collected and told to whom asks, not logged", async () => {
    const logged: unknown[] = [];
    const log = (details: object): void => void logged.push(details);
    const app = new Spindash("errors", { logger: { debug: log, info: log, warn: log, error: log } });
    app.get("/", () => {
      throw new Error("broken");
    });
    app.addTask(
      () => {
        throw "poll";
      },
      { name: "poll" },
    );
    const told: [string, string][] = [];
    {
      await using client = await testClient(app, {
        onError: (error, where) => told.push([error.message, where]),
      });
      assert.equal((await client.get("/")).status, 500);
      assert.deepEqual(client.errors.map((error) => error.message).sort(), [
        "Something that is no Error was thrown: poll",
        "broken",
      ]);
    }
    assert.deepEqual(told.sort(), [
      ["Something that is no Error was thrown: poll", "The task poll failed"],
      ["broken", "Error in GET /"],
    ]);
    assert.deepEqual(logged, []);
    app.report(new Error("later"), null);
    assert.equal(logged.length, 1, "without a client errors go to the log again");
  });

  test("an error of a start listener rejects, and the app can be tested again", async () => {
    const app = new Spindash("life");
    let isBroken = true;
    app.beforeServerStart(() => {
      if (isBroken) throw new Error("no database");
    });
    await assert.rejects(testClient(app), { message: "The beforeServerStart listener failed: no database" });
    isBroken = false;
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 404);
  });

  test("an app has one test client at a time", async () => {
    const app = new Spindash("life");
    await using _client = await testClient(app);
    await assert.rejects(testClient(app), (error) => {
      assert.ok(error instanceof SetupError);
      assert.match(error.message, /life has a test client already/);
      return true;
    });
  });

  test("a closed client refuses requests and connections", async () => {
    const client = await testClient(new Spindash("life"));
    await client.get("/");
    await client.close();
    await assert.rejects(client.get("/"), /The test client of life is closed/);
    assert.throws(() => client.connect(), /The test client of life is closed/);
  });

  test("closing lets a request in flight end, and cuts a body nobody reads", async () => {
    const app = new Spindash("life");
    const started = withResolvers();
    app.get("/slow", async () => {
      started.resolve();
      await sleep(10);
      return "done";
    });
    let reason: unknown;
    app.get("/endless", () =>
      stream(async (out) => {
        await out.write("x");
        await once(out.signal, "abort");
        reason = out.signal.reason;
      }),
    );
    const client = await testClient(app);
    await client.get("/endless");
    const slow = client.get("/slow");
    await started.promise;
    await client.close();
    assert.equal(await (await slow).text(), "done");
    assert.match(String(reason), /client has left/);
  });

  test("closing waits for nothing when all is answered", async () => {
    const app = new Spindash("life");
    app.get("/", () => "hi");
    const client = await testClient(app);
    await client.get("/");
    let isClosed = false;
    const closing = client.close().then(() => {
      isClosed = true;
    });
    let turns = 0;
    for (; !isClosed; turns++) await new Promise((resolve) => setImmediate(resolve));
    await closing;
    // The server's next look at its connections would be 10 ms away: thousands of turns.
    assert.ok(turns < 100, `${turns} turns of the event loop`);
  });
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
