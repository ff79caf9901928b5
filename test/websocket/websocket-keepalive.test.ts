import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ping, pong, text } from "../conformance/websocket/frame-bytes.ts";
import { openWebSocket, turn } from "./open-websocket.ts";

const SECOND = 1000;

describe("pings of the peer", () => {
  it("are answered with their payload while nobody reads, in one write per read", () => {
    const { transport, sent } = openWebSocket();
    transport.receive(Buffer.concat([ping("a"), text("waits"), ping(), ping("c".repeat(125))]));
    assert.equal(transport.writes.length, 1);
    assert.deepEqual(sent(), [
      ["pong", "a"],
      ["pong", ""],
      ["pong", "c".repeat(125)],
    ]);
  });
});

describe("ping", () => {
  it("resolves by its pong", async () => {
    const { ws, transport, sent } = openWebSocket();
    const states: string[] = [];
    const answered = ws.ping("are you there?").then(() => states.push("answered"));
    await turn();
    assert.deepEqual(sent(), [["ping", "are you there?"]]);
    transport.receive(pong("something else"));
    await turn();
    assert.deepEqual(states, []);
    transport.receive(pong("are you there?"));
    await answered;
    assert.deepEqual(states, ["answered"]);
  });

  it("has a payload of its own each time, unless one is given", async () => {
    const { ws, sent } = openWebSocket();
    for (let i = 0; i < 3; i++) void ws.ping();
    void ws.ping(new Uint8Array([1, 2, 3]));
    await turn();
    const payloads = sent().map(([, payload]) => payload);
    assert.equal(new Set(payloads).size, 4);
    assert.equal(payloads[3], "\x01\x02\x03");
  });

  it("is answered by the pong to a later one", async () => {
    const { ws, transport } = openWebSocket();
    const both = Promise.all([ws.ping("first"), ws.ping("second")]);
    let isThird = false;
    void ws.ping("third").then(() => {
      isThird = true;
    });
    transport.receive(pong("second"));
    await both;
    assert.equal(isThird, false);
    transport.receive(pong("third"));
    await turn();
    assert.equal(isThird, true);
  });

  it("rejects when the websocket closes before, whether it is awaited or not", async () => {
    const { ws, transport } = openWebSocket();
    void ws.ping();
    const awaited = ws.ping();
    transport.lose();
    await assert.rejects(awaited, { name: "WebSocketClosed", code: 1006 });
    await turn();
  });

  it("refuses more than 125 bytes", () => {
    const { ws } = openWebSocket();
    assert.throws(() => ws.ping("€".repeat(42)), { name: "RangeError" });
  });
});

describe("the sweep", () => {
  it("pings after the interval of silence and closes with 1011 when no pong comes", async () => {
    const { ws, transport, sent } = openWebSocket({ pingInterval: 20, pongTimeout: 10 });
    for (let now = 0; now < 20; now++) ws.sweep(now * SECOND);
    await turn();
    assert.deepEqual(sent(), []);
    ws.sweep(20 * SECOND);
    await turn();
    assert.deepEqual(sent(), [["ping", ""]]);
    for (let now = 21; now < 30; now++) assert.equal(ws.sweep(now * SECOND), true);
    assert.equal(ws.state, "open");
    ws.sweep(30 * SECOND);
    assert.deepEqual(await ws.closed, { code: 1011, reason: "No pong in time", wasClean: false });
    assert.deepEqual(sent().at(-1), ["close", 1011, "No pong in time"]);
    assert.equal(transport.isEnded, true);
    ws.sweep(31 * SECOND);
    assert.equal(ws.sweep(41 * SECOND), false);
    assert.equal(transport.destroyed, true);
  });

  it("begins anew with everything the peer says", async () => {
    const { ws, transport, sent } = openWebSocket({ pingInterval: 20, pongTimeout: 10 });
    for (let round = 1; round <= 5; round++) {
      // Silent for 20 s, pinged, silent for 9 more, then a sign of life.
      for (let now = 0; now < 30; now++) ws.sweep((round * 30 + now) * SECOND);
      await turn();
      assert.equal(sent().length, round);
      transport.receive(round % 2 === 0 ? pong() : text("x"));
    }
    assert.equal(ws.state, "open");
  });

  it("sends no pings to a peer that talks", async () => {
    const { ws, transport, sent } = openWebSocket({ pingInterval: 20 });
    for (let now = 0; now < 200; now += 10) {
      transport.receive(text("x"));
      ws.sweep(now * SECOND);
      await ws.receive();
    }
    await turn();
    assert.deepEqual(sent(), []);
  });

  it("sends no pings when the interval is 0", async () => {
    const { ws, sent } = openWebSocket({ pingInterval: 0 });
    for (let now = 0; now < 1000; now += 10) ws.sweep(now * SECOND);
    await turn();
    assert.deepEqual(sent(), []);
  });

  it("does not blame the peer while the handler leaves messages unread", () => {
    const { ws, transport } = openWebSocket({ pingInterval: 20, pongTimeout: 10 });
    transport.receive(Buffer.concat(Array.from({ length: 64 }, () => text("x"))));
    assert.equal(transport.isPaused, true);
    for (let now = 0; now < 500; now += 5) ws.sweep(now * SECOND);
    assert.equal(ws.state, "open");
  });

  it("takes a slow reader for alive while bytes leave, and for dead when none do", async () => {
    const { ws, transport } = openWebSocket({ pingInterval: 20, pongTimeout: 10 });
    transport.isStalled = true;
    for (let i = 0; i < 20; i++) {
      ws.send("x".repeat(64 * 1024));
      await turn();
    }
    for (let now = 0; now < 100; now += 5) {
      transport.drip();
      ws.sweep(now * SECOND);
    }
    assert.equal(ws.state, "open");
    for (let now = 100; now < 140; now += 5) ws.sweep(now * SECOND);
    assert.equal((await ws.closed).code, 1011);
  });
});
