import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SharedMessage } from "../../src/protocol/websocket/shared-message.ts";
import { close, ping } from "../conformance/websocket/frame-bytes.ts";
import { openWebSocket, turn } from "./open-websocket.ts";

const KILOBYTE = "k".repeat(1000);

describe("a message for many", () => {
  it("is encoded once and sent to each, in order with what else they are sent", async () => {
    const sockets = Array.from({ length: 3 }, () => openWebSocket());
    const news = new SharedMessage("news");
    const bytes = new SharedMessage(new Uint8Array([1, 2]));
    for (const { ws } of sockets) {
      void ws.send("before");
      assert.equal(ws.sendShared(news), true);
      assert.equal(ws.sendShared(bytes), true);
      void ws.send("after");
    }
    await turn();
    for (const { sent, transport } of sockets) {
      assert.equal(transport.writes.length, 1);
      assert.deepEqual(sent(), [
        ["text", "before"],
        ["text", "news"],
        ["binary", "0102"],
        ["text", "after"],
      ]);
    }
    assert.equal(news.frame, news.frame);
  });

  it("does not change with the bytes it was made of", async () => {
    const { ws, sent } = openWebSocket();
    const bytes = new Uint8Array([1, 2]);
    const message = new SharedMessage(bytes);
    bytes.fill(9);
    ws.sendShared(message);
    await turn();
    assert.deepEqual(sent(), [["binary", "0102"]]);
  });

  it("is masked where a client sends it", async () => {
    const { ws, sent, transport } = openWebSocket({ role: "client" });
    ws.sendShared(new SharedMessage("hello"));
    await turn();
    assert.deepEqual(sent(), [["text", "hello"]]);
    assert.equal((transport.written[1] ?? 0) & 0x80, 0x80);
  });

  it("is not sent to sockets that are closing or closed", () => {
    const { ws, transport } = openWebSocket();
    void ws.close();
    assert.equal(ws.sendShared(new SharedMessage("late")), false);
    transport.receive(close(1000));
    assert.equal(ws.sendShared(new SharedMessage("late")), false);
  });

  it("closes a slow reader with 1013 and forgets what waited for it", async () => {
    const { ws, transport, sent } = openWebSocket({ bufferLimit: 10_000 });
    transport.isStalled = true;
    const message = new SharedMessage(KILOBYTE);
    let taken = 0;
    for (let i = 0; i < 100; i++) {
      if (ws.sendShared(message)) taken++;
      await turn();
    }
    assert.equal(taken, 10);
    assert.equal((await ws.closed).code, 1013);
    assert.ok(ws.bufferedAmount < 3000, `${ws.bufferedAmount} bytes are kept`);
    transport.drain();
    assert.deepEqual(sent().at(-1), ["close", 1013, "The reader is too slow"]);
  });

  it("waits unjoined while the transport is full, and leaves in few writes and in order", async () => {
    const { ws, transport, sent } = openWebSocket();
    transport.isStalled = true;
    for (let i = 0; i < 200; i++) {
      ws.sendShared(new SharedMessage(`${i} ${KILOBYTE}`));
      if (i === 100) transport.receive(ping("p"));
      await turn();
    }
    transport.drain();
    await turn();
    assert.ok(transport.writes.length < 8, `${transport.writes.length} writes`);
    const numbers = sent().flatMap(([kind, data]) =>
      kind === "text" ? [Number.parseInt(String(data), 10)] : [],
    );
    assert.deepEqual(
      numbers,
      Array.from({ length: 200 }, (_, index) => index),
    );
  });
});
