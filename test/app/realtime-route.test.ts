import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Forbidden, type RealtimeRouteOptions, SetupError, Spindash, topic } from "spindash";
import { type TestWebSocket, testClient } from "spindash/testing";
import { Deferred } from "../../src/websocket/deferred.ts";

const news = topic<string>("news", { history: 3 });

/** Sends a message and reads answers. */
async function tell(ws: TestWebSocket, message: object | string): Promise<unknown> {
  await ws.send(typeof message === "string" ? message : JSON.stringify(message));
  return JSON.parse(String(await ws.receive()));
}

async function open(options: RealtimeRouteOptions) {
  const app = new Spindash("live");
  app.realtime("/live", options);
  const client = await testClient(app);
  return { app, client, [Symbol.asyncDispose]: () => client.close() };
}

describe("a realtime route", () => {
  test("allows nothing that it was not told to", async () => {
    await using opened = await open({ topics: [news] });
    await using ws = await opened.client.websocket("/live");
    const refused = (what: string) => ({ type: "error", ref: 1, message: `You may not ${what}` });
    for (const name of ["other", "news ", "__proto__", "constructor"]) {
      assert.deepEqual(
        await tell(ws, { type: "subscribe", ref: 1, topic: name }),
        refused(`subscribe to ${name}`),
      );
      assert.deepEqual(
        await tell(ws, { type: "watch", ref: 1, topic: name }),
        refused(`subscribe to ${name}`),
      );
    }
    assert.deepEqual(
      await tell(ws, { type: "publish", ref: 1, topic: "news", data: 1 }),
      refused("publish to news"),
    );
    assert.deepEqual(await tell(ws, { type: "join", ref: 1, topic: "news" }), refused("join news"));
    assert.equal(opened.app.subscribers("news"), 0);
  });

  test("delivers topics in envelopes, until the client unsubscribes", async () => {
    await using opened = await open({ topics: [news], subscribe: (name) => name.startsWith("room:") });
    await using ws = await opened.client.websocket("/live");
    assert.deepEqual(await tell(ws, { type: "subscribe", ref: 7, topic: "room:a" }), { type: "ok", ref: 7 });
    opened.app.publish("room:a", { n: 1 });
    opened.app.publish("room:a", 'te"xt');
    opened.app.publish("room:a", Buffer.from([0, 255]));
    const envelope = { type: "message", topic: "room:a" };
    for (const content of [{ data: { n: 1 } }, { data: 'te"xt' }, { base64: "AP8=" }])
      assert.deepEqual(JSON.parse(String(await ws.receive())), { ...envelope, ...content });
    await ws.send('{"type":"unsubscribe","topic":"room:a"}');
    assert.deepEqual(await tell(ws, { type: "ping" }), { type: "pong" });
    assert.equal(opened.app.subscribers("room:a"), 0);
  });

  test("begins with the last messages, or with those that were missed", async () => {
    await using opened = await open({ topics: [news] });
    for (const text of ["a", "b", "c"]) await opened.app.publish(news, text);
    await using ws = await opened.client.websocket("/live");
    const { id, ...first } = (await tell(ws, { type: "subscribe", ref: 1, topic: "news", last: 2 })) as {
      id: string;
    };
    assert.deepEqual(first, { type: "message", topic: "news", data: "b" });
    assert.equal(JSON.parse(String(await ws.receive())).data, "c");
    assert.deepEqual(JSON.parse(String(await ws.receive())), { type: "ok", ref: 1 });
    await using back = await opened.client.websocket("/live");
    assert.equal(
      ((await tell(back, { type: "subscribe", ref: 1, topic: "news", after: id })) as { data: string }).data,
      "c",
    );
    await using late = await opened.client.websocket("/live");
    assert.deepEqual(await tell(late, { type: "subscribe", ref: 1, topic: "news", after: "1-1" }), {
      type: "missed",
      topic: "news",
    });
  });

  test("publishes what its rule says, as it is or otherwise, and not to the publisher", async () => {
    await using opened = await open({
      subscribe: () => true,
      publish: (name, data, { ctx }) => {
        if (name === "refused") return false;
        if (name === "forbidden") throw new Forbidden("Not today");
        if (name === "broken") throw new Error("secret");
        if (name !== "changed") return true;
        ctx.count = Number(ctx.count ?? 0) + 1;
        opened.app.publish(name, { data, count: ctx.count });
        return undefined;
      },
    });
    const { errors } = opened.client;
    await using me = await opened.client.websocket("/live");
    await using you = await opened.client.websocket("/live");
    for (const ws of [me, you])
      for (const name of ["plain", "changed"]) await tell(ws, { type: "subscribe", ref: 1, topic: name });
    assert.deepEqual(await tell(me, { type: "publish", ref: 2, topic: "plain", data: [1] }), {
      type: "ok",
      ref: 2,
    });
    assert.deepEqual(JSON.parse(String(await you.receive())), { type: "message", topic: "plain", data: [1] });
    const changed = { type: "message", topic: "changed", data: { data: "x", count: 1 } };
    assert.deepEqual(await tell(me, { type: "publish", ref: 3, topic: "changed", data: "x" }), changed);
    assert.deepEqual(JSON.parse(String(await you.receive())), changed);
    assert.deepEqual(JSON.parse(String(await me.receive())), { type: "ok", ref: 3 });
    for (const [name, message] of [
      ["refused", "You may not publish to refused"],
      ["forbidden", "Not today"],
      ["broken", "The server failed"],
    ])
      assert.deepEqual(await tell(me, { type: "publish", ref: 4, topic: name, data: 1 }), {
        type: "error",
        ref: 4,
        message,
      });
    assert.deepEqual(
      errors.map(({ message }) => message),
      ["secret"],
    );
  });

  test("shows who is present, and each change", async () => {
    await using opened = await open({
      subscribe: () => true,
      join: (_name, data) => (data === "liar" ? false : data === "me" ? { data: "you" } : true),
    });
    await using me = await opened.client.websocket("/live");
    const you = await opened.client.websocket("/live");
    await tell(you, { type: "join", ref: 1, topic: "room", data: "me" });
    const shown = (await tell(me, { type: "watch", ref: 1, topic: "room" })) as { members: { id: string }[] };
    const id = shown.members[0]?.id;
    assert.deepEqual(shown, { type: "members", topic: "room", members: [{ id, data: "you" }] });
    await me.receive();
    assert.equal(
      ((await tell(you, { type: "join", ref: 2, topic: "room", data: "liar" })) as { type: string }).type,
      "error",
    );
    await tell(you, { type: "join", ref: 3, topic: "room", data: "Amy" });
    assert.deepEqual(JSON.parse(String(await me.receive())), {
      type: "update",
      topic: "room",
      member: { id, data: "Amy" },
    });
    const tooLong = (await tell(you, { type: "join", ref: 4, topic: "room", data: "x".repeat(2000) })) as {
      message: string;
    };
    assert.match(tooLong.message, /2002 bytes of JSON; expected at most 1024/);
    await you.close();
    assert.deepEqual(JSON.parse(String(await me.receive())), {
      type: "leave",
      topic: "room",
      member: { id, data: "Amy" },
    });
    await me.send('{"type":"unwatch","topic":"room"}');
    await tell(me, { type: "ping" });
    opened.app.presence("room").join("Tails");
    assert.deepEqual(await tell(me, { type: "ping" }), { type: "pong" });
  });

  test("leaves everything when the client does, also while a rule decides", async () => {
    const gate = new Deferred<void>();
    await using opened = await open({
      subscribe: async (name) => {
        if (name === "slow") await gate.promise;
        return true;
      },
      join: () => true,
    });
    const ws = await opened.client.websocket("/live");
    await tell(ws, { type: "subscribe", ref: 1, topic: "a" });
    await tell(ws, { type: "join", ref: 1, topic: "a" });
    await ws.send('{"type":"subscribe","ref":2,"topic":"slow"}');
    await ws.close();
    gate.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      ["a", "slow"].map((name) => opened.app.subscribers(name)),
      [0, 0],
    );
    assert.equal(opened.app.presence("a").count, 0);
  });

  test("bounds how many topics a client takes part in", async () => {
    await using opened = await open({ subscribe: () => true, topicLimit: 2 });
    await using ws = await opened.client.websocket("/live");
    for (const name of ["a", "b", "b"]) await tell(ws, { type: "subscribe", ref: 1, topic: name });
    const refused = (await tell(ws, { type: "subscribe", ref: 2, topic: "c" })) as { message: string };
    assert.equal(refused.message, "You may take part in 2 topics at a time");
  });

  for (const text of [
    "",
    "null",
    "[]",
    "{}",
    '{"type":"subscribe","topic":"a"}',
    '{"type":"subscribe","ref":"1","topic":"a"}',
    '{"type":"subscribe","ref":1,"topic":""}',
    '{"type":"subscribe","ref":1,"topic":5}',
    '{"type":"subscribe","ref":1,"topic":"\\ud800"}',
    '{"type":"subscribe","ref":1,"topic":"a","after":5}',
    '{"type":"subscribe","ref":1,"topic":"a","last":-1}',
    '{"type":"__proto__","ref":1,"topic":"a"}',
    `{"type":"subscribe","ref":1,"topic":"${"a".repeat(201)}"}`,
  ])
    test(`closes with 1008 at ${JSON.stringify(text.slice(0, 60))}, which it does not know`, async () => {
      await using opened = await open({ subscribe: () => true });
      await using ws = await opened.client.websocket("/live");
      await ws.send(text);
      assert.equal((await ws.closed).code, 1008);
    });

  test("refuses options that allow nothing, or are none", () => {
    const app = new Spindash("live");
    assert.throws(() => app.realtime("/a", {}), SetupError);
    assert.throws(() => app.realtime("/a", { subscribe: true as never }), SetupError);
    assert.throws(() => app.realtime("/a", { topics: [{ name: "x", history: -1 }] }), SetupError);
  });
});
