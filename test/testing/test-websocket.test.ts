import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Spindash, text } from "spindash";
import { testClient, WebSocketRefused } from "spindash/testing";

function chatApp(): Spindash {
  const app = new Spindash("chat");
  app.websocket("/echo", async (_req, ws) => {
    for await (const message of ws) await ws.send(message);
  });
  app.websocket("/greet", { subprotocols: ["v2", "v1"] }, async (req, ws) => {
    await ws.json({
      subprotocol: ws.subprotocol ?? null,
      user: req.cookies.get("user") ?? null,
      q: req.query.get("q") ?? null,
    });
    await ws.receive();
  });
  app.websocket("/silent", async (_req, ws) => {
    await ws.closed;
  });
  app.websocket("/count", async (_req, ws) => {
    for (let i = 0; i < 3; i++) await ws.send(String(i));
  });
  app.get("/plain", () => text("no websocket", { status: 418 }));
  return app;
}

describe("the test client's websockets", () => {
  test("text and bytes go both ways", async () => {
    await using client = await testClient(chatApp());
    await using ws = await client.websocket("/echo");
    await ws.send("hé");
    assert.equal(await ws.receive(), "hé");
    await ws.send(Buffer.from([0, 255]));
    assert.deepEqual(await ws.receive(), Buffer.from([0, 255]));
    const long = "x".repeat(300_000);
    await ws.send(long);
    assert.equal(await ws.receive(), long);
    await ws.ping();
  });

  test("the handshake carries subprotocols, cookies, query and headers", async () => {
    await using client = await testClient(chatApp());
    await using ws = await client.websocket("/greet", {
      subprotocols: ["v1", "v2"],
      headers: { cookie: "user=Tails" },
      query: { q: "x" },
      origin: "http://localhost",
    });
    assert.equal(ws.subprotocol, "v2");
    assert.deepEqual(JSON.parse(String(await ws.receive())), { subprotocol: "v2", user: "Tails", q: "x" });
  });

  test("a loop takes what was sent and ends with the websocket", async () => {
    await using client = await testClient(chatApp());
    await using ws = await client.websocket("/count");
    const messages: unknown[] = [];
    for await (const message of ws) messages.push(message);
    assert.deepEqual(messages, ["0", "1", "2"]);
    assert.deepEqual(await ws.closed, { code: 1000, reason: "", wasClean: true });
    await assert.rejects(ws.receive(), { name: "WebSocketClosed" });
  });

  test("no message in time is a TimeoutError, for receive() and for a loop", async () => {
    await using client = await testClient(chatApp(), { timeout: "20ms" });
    await using ws = await client.websocket("/silent");
    await assert.rejects(ws.receive(), { name: "TimeoutError" });
    await assert.rejects(ws.receive({ timeout: 0.005 }), { name: "TimeoutError", message: /0.005 s/ });
    await assert.rejects(ws[Symbol.asyncIterator]().next(), { name: "TimeoutError" });
  });

  test("a refused handshake throws the status and the body", async () => {
    await using client = await testClient(chatApp());
    await assert.rejects(client.websocket("/plain"), (error) => {
      assert.ok(error instanceof WebSocketRefused);
      assert.equal(error.status, 418);
      assert.equal(error.body, "no websocket");
      assert.equal(error.headers.get("content-type"), "text/plain; charset=utf-8");
      assert.match(error.message, /\/plain was not opened.*answered 418.*no websocket/s);
      return true;
    });
    await assert.rejects(client.websocket("/nowhere"), { name: "WebSocketRefused", status: 404 });
    await using ws = await client.websocket("/echo");
    assert.equal(ws.state, "open");
  });

  test("closing tells the server code and reason", async () => {
    const app = new Spindash("closing");
    const closings: unknown[] = [];
    app.websocket("/", { close: (_ws, code, reason) => void closings.push([code, reason]) });
    await using client = await testClient(app);
    const ws = await client.websocket("/");
    await ws.close(4001, "bye");
    assert.deepEqual(closings, [[4001, "bye"]]);
    assert.deepEqual(await ws.closed, { code: 4001, reason: "", wasClean: true });
  });

  test("a server that does not take part in closing is cut off in time", async () => {
    await using client = await testClient(chatApp(), { timeout: "30ms" });
    await using ws = await client.websocket("/silent");
    // The server's handler takes nothing, so the server stops reading: the close frame stays behind all this.
    for (let i = 0; i < 100; i++) void ws.send("x".repeat(10_000));
    await ws.close();
    assert.equal((await ws.closed).code, 1006);
  });

  test("a server that is gone right behind the handshake is a lost connection", async () => {
    const app = new Spindash("gone");
    app.websocket("/", (req) => {
      const { stream } = (req as unknown as { peer: { stream: { destroy(): void } } }).peer;
      // Behind the 101, and before the client can have made a websocket of it.
      process.nextTick(() => stream.destroy());
    });
    await using client = await testClient(app);
    const ws = await client.websocket("/");
    assert.deepEqual(await ws.closed, { code: 1006, reason: "", wasClean: false });
  });

  test("closing the client says 1001 to open websockets", async () => {
    const client = await testClient(chatApp());
    const ws = await client.websocket("/echo");
    await client.close();
    assert.equal((await ws.closed).code, 1001);
  });
});
