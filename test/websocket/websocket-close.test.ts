import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WebSocketClosed } from "../../src/websocket/websocket-closed.ts";
import { close, ping, text } from "../conformance/websocket/frame-bytes.ts";
import { openWebSocket, turn } from "./open-websocket.ts";

describe("a close by the peer", () => {
  it("is answered with its code, and the server ends the connection", async () => {
    const { ws, transport, sent } = openWebSocket();
    transport.receive(close(4321, "bye"));
    assert.equal(ws.state, "closed");
    assert.deepEqual(await ws.closed, { code: 4321, reason: "bye", wasClean: true });
    assert.deepEqual(sent(), [["close", 4321, ""]]);
    assert.equal(transport.isEnded, true);
  });

  it("without a code is 1005 and answered without a code", async () => {
    const { ws, transport, sent } = openWebSocket();
    transport.receive(close());
    assert.deepEqual(await ws.closed, { code: 1005, reason: "", wasClean: true });
    assert.deepEqual(sent(), [["close", 1005, ""]]);
  });

  it("makes everything behind it vanish", async () => {
    const { ws, transport, sent } = openWebSocket();
    transport.receive(Buffer.concat([close(1000), text("late"), ping()]), text("later"), close(1001));
    await assert.rejects(ws.receive(), { code: 1000 });
    assert.deepEqual(sent(), [["close", 1000, ""]]);
  });

  it("is answered behind what was sent before", async () => {
    const { ws, transport, sent } = openWebSocket();
    ws.send("last words");
    transport.receive(close(1000));
    await turn();
    assert.deepEqual(sent(), [
      ["text", "last words"],
      ["close", 1000, ""],
    ]);
  });
});

describe("a close by us", () => {
  it("resolves when the peer has answered", async () => {
    const { ws, transport, sent } = openWebSocket();
    const states: string[] = [];
    const closed = ws.close(4000, "enough").then(() => states.push("closed"));
    assert.equal(ws.state, "closing");
    await turn();
    assert.deepEqual(sent(), [["close", 4000, "enough"]]);
    assert.equal(transport.isEnded, false);
    assert.deepEqual(states, []);
    transport.receive(close(4000));
    await closed;
    assert.equal(ws.state, "closed");
    assert.equal(transport.isEnded, true);
    assert.deepEqual(await ws.closed, { code: 4000, reason: "", wasClean: true });
    assert.equal(sent().length, 1);
  });

  it("is 1000 without arguments", async () => {
    const { ws, sent } = openWebSocket();
    void ws.close();
    await turn();
    assert.deepEqual(sent(), [["close", 1000, ""]]);
  });

  it("happens once, however often it is called", async () => {
    const { ws, transport, sent } = openWebSocket();
    const both = Promise.all([ws.close(1001), ws.close(4000)]);
    transport.receive(close(1001));
    await both;
    await ws.close();
    assert.deepEqual(sent(), [["close", 1001, ""]]);
  });

  it("drops messages and pings that cross it", async () => {
    const { ws, transport, sent } = openWebSocket();
    void ws.close();
    transport.receive(text("crossing"), ping("crossing"), close(1000));
    await assert.rejects(ws.receive(), WebSocketClosed);
    assert.deepEqual(sent(), [["close", 1000, ""]]);
  });

  it("goes out behind the messages before it", async () => {
    const { ws, sent } = openWebSocket();
    ws.send("one");
    ws.send(Buffer.alloc(2000));
    void ws.close();
    await turn();
    assert.deepEqual(
      sent().map(([kind]) => kind),
      ["text", "binary", "close"],
    );
  });

  it("refuses codes and reasons that cannot be sent, and stays open", () => {
    const { ws } = openWebSocket();
    for (const code of [0, 999, 1005, 1006, 1015, 2000, 5000]) {
      assert.throws(() => ws.close(code), { name: "RangeError", message: /cannot be sent/ });
    }
    assert.throws(() => ws.close(1000, "x".repeat(124)), {
      name: "RangeError",
      message: /at most 123 bytes/,
    });
    assert.equal(ws.state, "open");
  });

  it("is 1006 and not clean when the peer leaves without an answer", async () => {
    for (const leave of ["onEnd", "lose"] as const) {
      const { ws, transport } = openWebSocket();
      const closed = ws.close(4000);
      if (leave === "onEnd") transport.owner.onEnd();
      else transport.lose();
      await closed;
      assert.deepEqual(await ws.closed, { code: 1006, reason: "", wasClean: false });
    }
  });

  it("is cut when the peer does not answer within the close timeout", async () => {
    const { ws, transport } = openWebSocket({ closeTimeout: 10 });
    const closed = ws.close(4000);
    assert.equal(ws.sweep(1_000), true);
    assert.equal(ws.sweep(10_999), true);
    assert.equal(transport.destroyed, false);
    assert.equal(ws.sweep(11_000), false);
    assert.equal(transport.destroyed, true);
    await closed;
    assert.deepEqual(await ws.closed, { code: 1006, reason: "", wasClean: false });
    assert.equal(ws.sweep(12_000), false);
  });

  it("ends an await using block", async () => {
    const { ws, transport, sent } = openWebSocket();
    setImmediate(() => transport.receive(close(1000)));
    {
      await using socket = ws;
      socket.send("inside");
    }
    assert.deepEqual(sent(), [
      ["text", "inside"],
      ["close", 1000, ""],
    ]);
  });
});

describe("the end of a connection", () => {
  it("without a close frame is 1006", async () => {
    const { ws, transport, sent } = openWebSocket();
    transport.owner.onEnd();
    assert.deepEqual(await ws.closed, { code: 1006, reason: "", wasClean: false });
    assert.equal(transport.isEnded, true);
    assert.deepEqual(sent(), []);
  });

  it("after the closing handshake changes nothing", async () => {
    const { ws, transport } = openWebSocket();
    transport.receive(close(1000));
    transport.owner.onEnd();
    transport.lose(new Error("ECONNRESET"));
    assert.deepEqual(await ws.closed, { code: 1000, reason: "", wasClean: true });
  });

  it("is told when the transport is gone, once", () => {
    let count = 0;
    const { transport } = openWebSocket({}, () => {
      count++;
    });
    transport.receive(close(1000));
    assert.equal(count, 0);
    transport.lose();
    transport.lose();
    assert.equal(count, 1);
  });

  it("is forced when the peer keeps the connection after the closing handshake", () => {
    const { ws, transport } = openWebSocket({ closeTimeout: "2s" });
    transport.receive(close(1000));
    assert.equal(ws.sweep(0), true);
    transport.receive(text("still here"));
    assert.equal(ws.sweep(1_999), true);
    assert.equal(ws.sweep(2_000), false);
    assert.equal(transport.destroyed, true);
  });
});

describe("a failure", () => {
  const failures: readonly (readonly [title: string, bytes: Buffer, code: number])[] = [
    ["a frame without a mask", text("x", { mask: null }), 1002],
    ["text that is not UTF-8", text(Buffer.from([0xff])), 1007],
    ["a message over the limit", text("x", { length: 100_000 }), 1009],
  ];
  for (const [title, bytes, code] of failures) {
    it(`${title} closes with ${code} and ends the connection`, async () => {
      const { ws, transport, sent } = openWebSocket({ messageLimit: "64kb" });
      transport.receive(bytes, text("ignored"));
      const { reason, ...info } = await ws.closed;
      assert.deepEqual(info, { code, wasClean: false });
      assert.deepEqual(sent(), [["close", code, reason]]);
      assert.equal(transport.isEnded, true);
    });
  }

  it("after our close sends no second close frame", async () => {
    const { ws, transport, sent } = openWebSocket();
    void ws.close(4000);
    await turn();
    transport.receive(text("x", { mask: null }));
    assert.equal((await ws.closed).code, 1002);
    assert.deepEqual(sent(), [["close", 4000, ""]]);
  });
});

describe("the signal", () => {
  it("aborts at the close with the reason", () => {
    const { ws, transport } = openWebSocket();
    const { signal } = ws;
    assert.equal(signal, ws.signal);
    assert.equal(signal.aborted, false);
    transport.receive(close(4000, "bye"));
    assert.equal(signal.aborted, true);
    assert.ok(signal.reason instanceof WebSocketClosed);
    assert.equal(signal.reason.code, 4000);
  });

  it("is aborted when it is asked for after the close", () => {
    const { ws, transport } = openWebSocket();
    transport.lose();
    assert.equal(ws.signal.aborted, true);
  });
});

describe("a websocket", () => {
  it("has a place for what the handler remembers", () => {
    const { ws } = openWebSocket({ subprotocol: "v1.chat" });
    ws.ctx.name = "Ada";
    assert.equal(ws.ctx.name, "Ada");
    assert.equal(ws.subprotocol, "v1.chat");
    assert.equal(openWebSocket().ws.subprotocol, undefined);
  });

  it("refuses options that are none", () => {
    assert.throws(() => openWebSocket({ messageLimit: "much" as "1mb" }), { name: "SetupError" });
    assert.throws(() => openWebSocket({ pingInterval: -1 }), { name: "SetupError" });
  });
});
