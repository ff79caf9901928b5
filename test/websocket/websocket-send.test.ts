import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WebSocketClosed } from "../../src/websocket/websocket-closed.ts";
import { close, ping, text } from "../conformance/websocket/frame-bytes.ts";
import { openWebSocket, turn, unexpected } from "./open-websocket.ts";

const KILOBYTE = "k".repeat(1000);

describe("send", () => {
  it("sends strings as text and bytes as binary messages", async () => {
    const { ws, sent } = openWebSocket();
    ws.send("größe");
    ws.send(new Uint8Array([1, 2]));
    await ws.send("");
    await ws.json({ a: [1, null] });
    await turn();
    assert.deepEqual(sent(), [
      ["text", "größe"],
      ["binary", "0102"],
      ["text", ""],
      ["text", '{"a":[1,null]}'],
    ]);
  });

  it("throws for other values and says what to do", () => {
    const { ws } = openWebSocket();
    for (const [value, kind] of [
      [{}, "object"],
      [1, "number"],
      [null, "null"],
      [undefined, "undefined"],
      [new ArrayBuffer(1), "object"],
    ] as const) {
      const message = `ws.send() takes a string or bytes (Uint8Array), not ${kind}; use ws.json(value) to send other values`;
      assert.throws(() => ws.send(value as unknown as string), { name: "TypeError", message });
      assert.throws(() => ws.trySend(value as unknown as string), { name: "TypeError", message });
    }
    assert.throws(() => ws.json(undefined), { name: "TypeError", message: /not undefined/ });
    assert.throws(() => ws.json(() => 1), { name: "TypeError", message: /not function/ });
  });

  it("throws once the websocket is closing or closed", async () => {
    const { ws, transport } = openWebSocket();
    void ws.close(1001, "moving");
    assert.throws(() => ws.send("x"), { name: "WebSocketClosed", code: 1001, reason: "moving" });
    assert.equal(ws.trySend("x"), false);
    transport.receive(close(1001));
    assert.throws(() => ws.send("x"), WebSocketClosed);
    assert.throws(() => ws.json("x"), WebSocketClosed);
    assert.throws(() => ws.ping(), WebSocketClosed);
    assert.equal(ws.trySend("x"), false);
    assert.equal(ws.state, "closed");
  });

  it("costs no promise of its own while the peer keeps up", () => {
    const { ws } = openWebSocket();
    assert.equal(ws.send("one"), ws.send("two"));
  });
});

describe("batches", () => {
  it("leave in one write when handlers answer while a read is processed", () => {
    const { ws, transport, sent } = openWebSocket();
    ws.listen({ message: (socket, data) => socket.send(data) }, unexpected);
    transport.receive(Buffer.concat(Array.from({ length: 8 }, (_, index) => text(`message ${index}`))));
    assert.equal(transport.writes.length, 1);
    assert.equal(sent().length, 8);
  });

  it("leave in one write when a loop answers, awaiting each send", async () => {
    const { ws, transport, sent } = openWebSocket();
    const loop = (async () => {
      for await (const message of ws) await ws.send(message);
    })();
    await turn();
    transport.receive(Buffer.concat(Array.from({ length: 8 }, (_, index) => text(`message ${index}`))));
    await turn();
    assert.equal(transport.writes.length, 1);
    assert.deepEqual(
      sent(),
      Array.from({ length: 8 }, (_, index) => ["text", `message ${index}`]),
    );
    transport.lose();
    await loop;
  });

  it("leave in one write when somebody else sends", async () => {
    const { ws, transport } = openWebSocket();
    for (let i = 0; i < 10; i++) ws.send("tick");
    assert.equal(transport.writes.length, 0);
    assert.equal(ws.bufferedAmount, 60);
    await turn();
    assert.equal(transport.writes.length, 1);
    assert.equal(ws.bufferedAmount, 0);
  });

  it("keep the order of strings and bytes, pongs and close", async () => {
    const { ws, transport, sent } = openWebSocket();
    const large = Buffer.alloc(3000, 7);
    ws.listen(
      {
        message(socket, data) {
          socket.send(`${data} text`);
          socket.send(large);
          socket.send("größe".repeat(500));
          socket.send(Buffer.from("small"));
        },
      },
      unexpected,
    );
    transport.receive(Buffer.concat([text("1"), ping("p"), text("2"), close(1000)]));
    assert.equal(transport.writes.length, 1);
    const answers = (name: string) => [
      ["text", `${name} text`],
      ["binary", large.toString("hex")],
      ["text", "größe".repeat(500)],
      ["binary", Buffer.from("small").toString("hex")],
    ];
    assert.deepEqual(sent(), [...answers("1"), ["pong", "p"], ...answers("2"), ["close", 1000, ""]]);
  });

  it("do not wait for company past 64 KiB", () => {
    const { ws, transport } = openWebSocket();
    for (let i = 0; i < 66; i++) ws.send(KILOBYTE);
    assert.equal(transport.writes.length, 1);
    ws.send(Buffer.alloc(100_000));
    assert.equal(transport.writes.length, 2);
  });
});

describe("a slow reader", () => {
  it("makes send wait past the limit until everything has left", async () => {
    const { ws, transport } = openWebSocket({ bufferLimit: "100kb" });
    transport.isStalled = true;
    for (let i = 0; i < 101; i++) await ws.send(KILOBYTE);
    const states: string[] = [];
    const waiting = [ws.send(KILOBYTE), ws.send("one more")].map((sent) =>
      sent.then(() => states.push("sent")),
    );
    await turn();
    assert.deepEqual(states, []);
    transport.drain();
    await Promise.all(waiting);
    assert.deepEqual(states, ["sent", "sent"]);
    assert.equal(ws.bufferedAmount, 0);
    assert.equal(ws.send("fast again"), ws.send("and again"));
  });

  it("gets no more by trySend than the limit", async () => {
    const { ws, transport, sent } = openWebSocket({ bufferLimit: 10_000 });
    transport.isStalled = true;
    let taken = 0;
    for (let i = 0; i < 100; i++) {
      if (ws.trySend(KILOBYTE)) taken++;
      await turn();
    }
    assert.equal(taken, 10);
    transport.drain();
    assert.equal(ws.trySend("again"), true);
    await turn();
    assert.equal(sent().length, 11);
  });

  it("is given up past the hard limit when nobody awaits", async () => {
    const { ws, transport, sent } = openWebSocket({ bufferLimit: 10_000, bufferHardLimit: 50_000 });
    transport.isStalled = true;
    const waiting: Promise<unknown>[] = [];
    assert.throws(
      () => {
        for (let i = 0; i < 1000; i++) waiting.push(ws.send(KILOBYTE));
      },
      { name: "WebSocketClosed", code: 1013, wasClean: false },
    );
    assert.equal(ws.state, "closed");
    assert.ok(ws.bufferedAmount < 60_000, `${ws.bufferedAmount} bytes`);
    const outcomes = await Promise.allSettled(waiting);
    assert.equal(outcomes.at(-1)?.status, "rejected");
    assert.deepEqual(await ws.closed, { code: 1013, reason: "The reader is too slow", wasClean: false });
    transport.drain();
    assert.deepEqual(sent().at(-1), ["close", 1013, "The reader is too slow"]);
    assert.equal(transport.isEnded, true);
  });

  it("may get one message larger than every limit", async () => {
    const { ws, transport, sent } = openWebSocket({ bufferLimit: 1000, bufferHardLimit: 2000 });
    await ws.send("x".repeat(100_000));
    transport.isStalled = true;
    const waiting = ws.send("y".repeat(100_000));
    transport.drain();
    await waiting;
    assert.equal(sent().length, 2);
  });

  it("rejects waiting sends when it goes away, whether they are awaited or not", async () => {
    const { ws, transport } = openWebSocket({ bufferLimit: 1000 });
    transport.isStalled = true;
    void ws.send("x".repeat(2000));
    const awaited = ws.send("y");
    transport.lose();
    await assert.rejects(awaited, { name: "WebSocketClosed", code: 1006 });
    await turn();
  });

  it("is not read either in event style, and tells when it has caught up", async () => {
    const { ws, transport, sent } = openWebSocket({ bufferLimit: 10_000, bufferHardLimit: 100_000 });
    const drains: number[] = [];
    ws.listen(
      { message: (socket, data) => socket.send(data), drain: (socket) => drains.push(socket.bufferedAmount) },
      unexpected,
    );
    transport.isStalled = true;
    for (let i = 0; i < 500; i++) transport.receive(text(KILOBYTE));
    assert.equal(transport.isPaused, true);
    assert.ok(ws.bufferedAmount < 12_000, `${ws.bufferedAmount} bytes`);
    transport.drain();
    await turn();
    assert.equal(sent().length, 500);
    assert.deepEqual(drains, [0]);
    assert.equal(transport.isPaused, false);
  });

  it("gets the pong to its last ping only, when it reads again", async () => {
    const { ws, transport, sent } = openWebSocket({ bufferLimit: 1000 });
    transport.isStalled = true;
    void ws.send("x".repeat(70_000));
    for (let i = 0; i < 100_000; i += 1000) {
      transport.receive(Buffer.concat(Array.from({ length: 1000 }, (_, index) => ping(String(i + index)))));
    }
    assert.ok(ws.bufferedAmount < 80_000);
    transport.drain();
    await turn();
    assert.deepEqual(sent().slice(1), [["pong", "99999"]]);
  });
});
