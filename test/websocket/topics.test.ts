import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SetupError, type TopicMessage, topic } from "../../src/index.ts";
import type { TopicReceiver } from "../../src/websocket/audience.ts";
import { Presences } from "../../src/websocket/presences.ts";
import type { Realtime } from "../../src/websocket/realtime.ts";
import { listenTo, messagesOf } from "../../src/websocket/topic-subscription.ts";
import { Topics } from "../../src/websocket/topics.ts";
import { close } from "../conformance/websocket/frame-bytes.ts";
import { openWebSocket, turn, unexpected } from "./open-websocket.ts";

/** An open websocket that belongs to `topics`; `heard()` is what its peer got. */
function openSocket(topics: Topics) {
  const socket = openWebSocket({ bufferLimit: 10_000 });
  const presences = new Presences(undefined, 5, unexpected);
  socket.ws.realtime = { topics, presences } as Realtime;
  return { ...socket, heard: () => socket.sent().map(([, data]) => data) };
}

/** A receiver that remembers. */
function openReceiver(): TopicReceiver & { heard: unknown[] } {
  const heard: unknown[] = [];
  return { heard, receive: (message) => void heard.push(message.data) };
}

describe("topics", () => {
  it("reach every subscriber once, in order with what else it is sent, in one write a turn", async () => {
    const topics = new Topics(undefined);
    const sockets = Array.from({ length: 3 }, () => openSocket(topics));
    for (const { ws } of sockets) {
      ws.subscribe("news");
      ws.subscribe("news");
      void ws.send("before");
    }
    topics.publish("news", "text");
    topics.publish("news", { a: [1] });
    topics.publish("news", new Uint8Array([1, 255]));
    topics.publish("other", "not for them");
    for (const { ws } of sockets) void ws.send("after");
    await turn();
    for (const { sent, transport } of sockets) {
      assert.equal(transport.writes.length, 1);
      assert.deepEqual(sent(), [
        ["text", "before"],
        ["text", "text"],
        ["text", '{"a":[1]}'],
        ["binary", "01ff"],
        ["text", "after"],
      ]);
    }
  });

  it("leave out the socket that publishes, and nobody else", async () => {
    const topics = new Topics(undefined);
    const [me, you] = [openSocket(topics), openSocket(topics)];
    for (const { ws } of [me, you]) ws.subscribe("room");
    me.ws.publish("room", "hello");
    await turn();
    assert.deepEqual([me.heard(), you.heard()], [[], ["hello"]]);
  });

  it("are published to by sockets that do not subscribe", async () => {
    const topics = new Topics(undefined);
    const [me, you] = [openSocket(topics), openSocket(topics)];
    you.ws.subscribe("room");
    me.ws.publish("room", "hello");
    await turn();
    assert.deepEqual(you.heard(), ["hello"]);
  });

  it("are left by unsubscribing and by the end of the socket", async () => {
    const topics = new Topics(undefined);
    const [one, other] = [openSocket(topics), openSocket(topics)];
    for (const { ws } of [one, other]) for (const name of ["a", "b"]) ws.subscribe(name);
    one.ws.unsubscribe("a");
    assert.deepEqual([topics.count("a"), topics.count("b")], [1, 2]);
    other.transport.receive(close(1000));
    assert.deepEqual([topics.count("a"), topics.count("b")], [0, 1]);
    one.transport.lose();
    assert.equal(topics.count("b"), 0);
    topics.publish("a", "nobody hears it");
    assert.throws(() => one.ws.subscribe("a"), { name: "WebSocketClosed" });
    assert.throws(() => one.ws.publish("a", 1), { name: "WebSocketClosed" });
    one.ws.unsubscribe("a");
  });

  it("have opaque names, whatever these mean elsewhere", async () => {
    const names = ["__proto__", "constructor", "toString", "a.b", "a*", ">", "a b", "é\u0000\r\n", " "];
    const topics = new Topics(undefined);
    const sockets = names.map((name) => ({ name, ...openSocket(topics) }));
    for (const { ws, name } of sockets) ws.subscribe(name);
    for (const name of names) topics.publish(name, name);
    await turn();
    for (const { name, heard } of sockets) assert.deepEqual(heard(), [name]);
  });

  it("close a subscriber that does not read with 1013, and the others hear everything", async () => {
    const topics = new Topics(undefined);
    const [slow, quick] = [openSocket(topics), openSocket(topics)];
    for (const { ws } of [slow, quick]) ws.subscribe("news");
    slow.transport.isStalled = true;
    for (let count = 0; count < 50; count++) {
      topics.publish("news", "n".repeat(1000));
      await turn();
    }
    assert.equal((await slow.ws.closed).code, 1013);
    assert.equal(topics.count("news"), 1);
    assert.equal(quick.heard().length, 50);
  });

  it("leave messages out for a subscriber that does not read where the topic says so", async () => {
    const topics = new Topics(undefined);
    const ticks = topic<string>("ticks", { slow: "drop" });
    const { ws, transport, heard } = openSocket(topics);
    ws.subscribe(ticks);
    transport.isStalled = true;
    for (let count = 0; count < 50; count++) {
      topics.publish(ticks, "t".repeat(1000));
      await turn();
    }
    assert.equal(ws.state, "open");
    transport.drain();
    await turn();
    topics.publish(ticks, "last");
    await turn();
    assert.equal(heard().at(-1), "last");
    assert.ok(heard().length < 20, `${heard().length} messages`);
  });

  it("tell everybody in the same order what receivers publish meanwhile", () => {
    const topics = new Topics(undefined);
    const [first, last] = [openReceiver(), openReceiver()];
    topics.subscribe("room", first);
    listenTo<unknown>(
      topics,
      "room",
      (data) => {
        if (data === "ping") topics.publish("room", "pong");
      },
      unexpected,
    );
    topics.subscribe("room", last);
    topics.publish("room", "ping");
    assert.deepEqual(first.heard, ["ping", "pong"]);
    assert.deepEqual(last.heard, ["ping", "pong"]);
  });

  it("hand over what was published as every other process gets it", () => {
    const topics = new Topics(undefined);
    const heard: unknown[] = [];
    const leave = listenTo(topics, "x", (data) => heard.push(data), unexpected);
    const bytes = new Uint8Array([7]);
    for (const data of ["text", bytes, { when: new Date(0), gone: undefined }, null, 0])
      topics.publish("x", data);
    bytes.fill(0);
    leave();
    topics.publish("x", "late");
    assert.deepEqual(heard, ["text", Buffer.from([7]), { when: "1970-01-01T00:00:00.000Z" }, null, 0]);
    assert.equal(topics.count("x"), 0);
  });

  it("report what functions throw, and go on", async () => {
    const reported: unknown[] = [];
    const report = (error: unknown): void => void reported.push(error);
    const topics = new Topics(undefined);
    const receiver = openReceiver();
    listenTo(
      topics,
      "x",
      () => {
        throw new Error("thrown");
      },
      report,
    );
    listenTo(
      topics,
      "x",
      async () => {
        throw new Error("rejected");
      },
      report,
    );
    topics.subscribe("x", receiver);
    topics.publish("x", 1);
    await turn();
    assert.deepEqual(receiver.heard, [1]);
    assert.deepEqual(reported, [new Error("thrown"), new Error("rejected")]);
  });

  for (const data of [undefined, () => 1, Symbol("s")])
    it(`refuse ${typeof data}, which has no JSON`, () => {
      assert.throws(() => new Topics(undefined).publish("x", data), {
        name: "TypeError",
        message: /expected text, bytes/,
      });
    });

  it("know their subscribers after any sequence of coming and going", () => {
    const step = fc.record({ who: fc.nat(3), name: fc.constantFrom("a", "b"), comes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const topics = new Topics(undefined);
        const receivers = Array.from({ length: 4 }, openReceiver);
        const expected = { a: new Set<number>(), b: new Set<number>() };
        for (const { who, name, comes } of steps) {
          const receiver = receivers[who] as TopicReceiver;
          if (comes) topics.subscribe(name, receiver);
          else topics.unsubscribe(name, receiver);
          expected[name as "a"][comes ? "add" : "delete"](who);
        }
        for (const name of ["a", "b"] as const) {
          assert.equal(topics.count(name), expected[name].size);
          topics.publish(name, name);
        }
        for (const [who, { heard }] of receivers.entries())
          assert.deepEqual(
            heard,
            (["a", "b"] as const).filter((name) => expected[name].has(who)),
          );
      }),
    );
  });
});

describe("a loop over a topic", () => {
  async function collect(messages: AsyncIterable<TopicMessage>): Promise<unknown[]> {
    const data: unknown[] = [];
    for await (const message of messages) data.push(message.data);
    return data;
  }

  it("gets messages in order and ends with its signal", async () => {
    const topics = new Topics(undefined);
    const leaving = new AbortController();
    const collected = collect(messagesOf(topics, "x", { signal: leaving.signal }));
    topics.publish("x", 1);
    await turn();
    topics.publish("x", 2);
    topics.publish("x", 3);
    leaving.abort();
    assert.deepEqual(await collected, [1, 2, 3]);
    assert.equal(topics.count("x"), 0);
    assert.deepEqual(await collect(messagesOf(topics, "x", { signal: leaving.signal })), []);
    assert.equal(topics.count("x"), 0);
  });

  it("unsubscribes when it is left", async () => {
    const topics = new Topics(undefined);
    const messages = messagesOf(topics, "x");
    topics.publish("x", 1);
    for await (const { data } of messages) {
      assert.equal(data, 1);
      break;
    }
    assert.equal(topics.count("x"), 0);
  });

  it("ends with an error when a thousand messages wait, so that nothing is missed in silence", async () => {
    const topics = new Topics(undefined);
    const messages = messagesOf(topics, "x");
    for (let count = 0; count < 2000; count++) topics.publish("x", count);
    assert.equal(topics.count("x"), 0);
    await assert.rejects(collect(messages), /too slow: more than 1000/);
  });

  it("misses messages where the topic drops them", async () => {
    const topics = new Topics(undefined);
    const ticks = topic<number>("x", { slow: "drop" });
    const messages = messagesOf(topics, ticks);
    for (let count = 0; count < 2000; count++) topics.publish(ticks, count);
    const first = await messages.next();
    assert.equal(first.value?.data, 0);
    assert.equal(topics.count("x"), 1);
  });
});

describe("topic()", () => {
  for (const [what, make] of [
    ["an empty name", () => topic("")],
    ["an overlong name", () => topic("x".repeat(1001))],
    ["a name with half a character", () => topic("a\ud800b")],
    ["a name that is no string", () => topic(7 as unknown as string)],
    ["a history that is no whole number", () => topic("x", { history: 1.5 })],
    ["a history below zero", () => topic("x", { history: -1 })],
    ["a time to keep that is none", () => topic("x", { keep: "soon" as "1s" })],
    ["another policy", () => topic("x", { slow: "wait" as "drop" })],
  ] as const)
    it(`refuses ${what}`, () => {
      assert.throws(make, SetupError);
    });
});
