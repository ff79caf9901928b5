import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memory } from "../../src/index.ts";
import { formatPresenceMessage, parsePresenceMessage } from "../../src/websocket/presence-message.ts";
import { Realtime } from "../../src/websocket/realtime.ts";
import { close } from "../conformance/websocket/frame-bytes.ts";
import { openWebSocket, turn, unexpected } from "./open-websocket.ts";

const alone = (): Realtime =>
  new Realtime({ app: "test", relay: undefined, heartbeat: 5, report: unexpected });

function openSocket(realtime: Realtime) {
  const socket = openWebSocket();
  socket.ws.realtime = realtime;
  return socket;
}

describe("presence in one process", () => {
  it("lasts from join to leave or to the end of the socket; joining again updates", () => {
    const realtime = alone();
    const presence = realtime.presence<unknown>("room");
    const changes: unknown[] = [];
    presence.onChange(({ type, member }) => changes.push([type, member.data]));
    const [one, other] = [openSocket(realtime), openSocket(realtime)];
    one.ws.join("room");
    other.ws.join("room", { name: "Amy" });
    assert.equal(presence.count, 2);
    one.ws.join("room", { name: "Tails" });
    assert.deepEqual(
      presence.members.map(({ data }) => data),
      [{ name: "Tails" }, { name: "Amy" }],
    );
    one.ws.leave("room");
    one.ws.leave("room");
    other.transport.receive(close(1000));
    assert.equal(presence.count, 0);
    assert.deepEqual(changes, [
      ["join", null],
      ["join", { name: "Amy" }],
      ["update", { name: "Tails" }],
      ["leave", { name: "Tails" }],
      ["leave", { name: "Amy" }],
    ]);
    assert.throws(() => other.ws.join("room"), { name: "WebSocketClosed" });
  });

  it("refuses data that is large or has no JSON, and stays as it was", () => {
    const realtime = alone();
    const { ws } = openSocket(realtime);
    assert.throws(() => ws.join("room", "x".repeat(1023)), { name: "RangeError", message: /1025 bytes/ });
    assert.throws(() => ws.join("room", () => 1), TypeError);
    assert.equal(realtime.presence("room").count, 0);
    ws.join("room", "x".repeat(1022));
    assert.throws(() => ws.join("room", "é".repeat(600)), RangeError);
    assert.equal(realtime.presence("room").members[0]?.data, "x".repeat(1022));
  });

  it("is told as it is now, and again after changes, but not more often than wanted", async () => {
    const realtime = alone();
    const presence = realtime.presence<number>("room");
    const leaving = new AbortController();
    const counts: number[] = [];
    const loop = (async () => {
      for await (const members of presence.snapshots({ interval: 0.02, signal: leaving.signal }))
        counts.push(members.length);
    })();
    await turn();
    for (let count = 0; count < 50; count++) presence.join(count);
    while (counts.at(-1) !== 50) await turn();
    const last = presence.join(50);
    while (counts.at(-1) !== 51) await turn();
    last.leave();
    while (counts.at(-1) !== 50) await turn();
    leaving.abort();
    await loop;
    assert.deepEqual(counts, [0, 50, 51, 50]);
  });

  it("keeps nothing of topics that everybody left", async () => {
    const realtime = alone();
    const presence = realtime.presence("room");
    const member = presence.join("Tails");
    for await (const members of presence.snapshots()) {
      assert.equal(members.length, 1);
      break;
    }
    member.leave();
    assert.deepEqual([presence.count, presence.members], [0, []]);
  });
});

describe("what processes tell each other of presence", () => {
  it("is ignored where it is nonsense", async () => {
    const relay = memory();
    const reports: unknown[] = [];
    const report = (error: unknown): void => void reports.push(error);
    const realtime = new Realtime({ app: "test", relay, heartbeat: 5, report });
    await realtime.open();
    const presence = realtime.presence("room");
    presence.join("Tails");
    const connection = await relay.open({
      app: "test",
      receive() {},
      connected() {},
      disconnected() {},
      report: unexpected,
    });
    let sequence = 0;
    for (const text of [
      '{"type":"join","version":0}',
      '{"type":"state","version":1,"isFirst":true,"isLast":true}',
      "",
      "{",
      "null",
      "[]",
      '{"type":"__proto__"}',
      '{"type":"leave","version":5,"id":"x"}',
    ]) {
      connection.publish("p:room", Buffer.from(`other ${++sequence} ${text}`));
      connection.publish("p:room", Buffer.from(text));
      connection.publish("t:room", Buffer.from(`other ${++sequence} ${text}`));
    }
    await turn();
    assert.equal(presence.count, 1);
    assert.match(String(reports[0]), /cannot be read/);
    await realtime.close();
  });

  it("comes back from its bytes as it was", () => {
    const message = { type: "join", version: 3, member: { id: "a.1", data: { é: "\u0000" } } } as const;
    assert.deepEqual(parsePresenceMessage(formatPresenceMessage(message)), message);
  });
});
