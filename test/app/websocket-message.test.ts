import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type InvalidMessage, Spindash, type StandardSchema, type WebSocketRouteOptions } from "spindash";
import { testClient } from "spindash/testing";
import { z } from "zod";

const Move = z.object({ x: z.number(), y: z.number().default(0) });

/** The same schema, which takes its time. */
const SlowMove: StandardSchema<unknown, { x: number; y: number }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async (value) => {
      const result = await Move["~standard"].validate(value);
      const wait = typeof value === "object" && value !== null && "wait" in value ? Number(value.wait) : 0;
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      return result;
    },
  },
};

const styles: Record<string, (app: Spindash, schema: typeof SlowMove, onInvalid?: never) => void> = {
  "a loop": (app, message, onInvalid) =>
    app.websocket("/moves", { message, onInvalid }, async (_req, ws) => {
      for await (const { x, y } of ws) await ws.json(x + y);
    }),
  events: (app, message, onInvalid) =>
    app.websocket("/moves", { message, onInvalid }, { message: (ws, { x, y }) => ws.json(x + y) }),
  receive: (app, message, onInvalid) =>
    app.websocket("/moves", { message, onInvalid }, async (_req, ws) => {
      for (;;) {
        const { x, y } = await ws.receive({ timeout: "5s" });
        await ws.json(x + y);
      }
    }),
};
const schemas = { "a schema": Move, "a schema that takes its time": SlowMove };

/** What a message closes the websocket with, by the way it is wrong. */
const refused: readonly (readonly [title: string, message: string | Buffer, code: number, reason: RegExp])[] =
  [
    ["no JSON", "{x}", 1007, /^The message is no JSON: /],
    ["nothing", "", 1007, /^The message is no JSON: /],
    ["a dangerous key", '{"__proto__":{"x":1}}', 1007, /__proto__/],
    ["what the schema refuses", '{"x":"1"}', 1008, /^The message is not acceptable: x: /],
    ["another kind of value", "[]", 1008, /^The message is not acceptable: /],
    ["bytes", Buffer.from('{"x":1}'), 1003, /^The message is binary; expected JSON as text$/],
  ];

for (const [style, register] of Object.entries(styles)) {
  for (const [kind, schema] of Object.entries(schemas)) {
    describe(`messages of ${kind}, by ${style}`, () => {
      const createApp = (onInvalid?: unknown): Spindash => {
        const app = new Spindash("moves");
        register(app, schema as typeof SlowMove, onInvalid as never);
        return app;
      };

      test("arrive as the schema makes them, in order", async () => {
        await using client = await testClient(createApp());
        await using ws = await client.websocket("/moves");
        for (let i = 0; i < 50; i++) await ws.json({ x: i, y: i, wait: i % 10 === 0 ? 5 : 0 });
        await ws.json({ x: 1 });
        for (let i = 0; i < 50; i++) assert.equal(await ws.receive(), String(2 * i));
        assert.equal(await ws.receive(), "1");
      });

      for (const [title, message, code, reason] of refused) {
        test(`close with ${code} for ${title}, and nothing behind it is handled`, async () => {
          await using client = await testClient(createApp());
          await using ws = await client.websocket("/moves");
          await ws.json({ x: 1 });
          await ws.send(message);
          await ws.json({ x: 2 });
          const answers: unknown[] = [];
          for await (const answer of ws) answers.push(answer);
          assert.deepEqual(answers, ["1"]);
          const closed = await ws.closed;
          assert.equal(closed.code, code);
          assert.match(closed.reason, reason);
          assert.ok(Buffer.byteLength(closed.reason) <= 123);
        });
      }

      test("go to onInvalid where there is one, and the next ones are handled", async () => {
        const onInvalid = (ws: { json(value: unknown): unknown }, error: InvalidMessage): unknown =>
          ws.json({ code: error.code, issues: error.issues.length, received: String(error.received) });
        await using client = await testClient(createApp(onInvalid));
        await using ws = await client.websocket("/moves");
        await ws.send("{x}");
        await ws.json({ x: "1" });
        await ws.json({ x: 2 });
        assert.deepEqual(JSON.parse(String(await ws.receive())), { code: 1007, issues: 0, received: "{x}" });
        assert.deepEqual(JSON.parse(String(await ws.receive())), {
          code: 1008,
          issues: 1,
          received: '{"x":"1"}',
        });
        assert.equal(await ws.receive(), "2");
      });

      test("close with 1011 when onInvalid throws", async () => {
        const onInvalid = (): never => {
          throw new Error("the hook failed");
        };
        await using client = await testClient(createApp(onInvalid), { onError: () => undefined });
        await using ws = await client.websocket("/moves");
        await ws.send("{x}");
        assert.equal((await ws.closed).code, 1011);
        assert.deepEqual(
          client.errors.map(({ message }) => message),
          ["the hook failed"],
        );
      });
    });
  }
}

test("a schema that answers neither a value nor issues closes with 1011 and is reported", async () => {
  const broken = {
    "~standard": { version: 1, vendor: "test", validate: () => ({}) },
  } as unknown as StandardSchema;
  const app = new Spindash("broken");
  app.websocket("/moves", { message: broken }, { message: () => undefined });
  await using client = await testClient(app, { onError: () => undefined });
  await using ws = await client.websocket("/moves");
  await ws.send("1");
  assert.equal((await ws.closed).code, 1011);
  assert.match(client.errors[0]?.message ?? "", /message schema of \/moves returned neither/);
});

test("a peer that sends faster than a slow schema reads is held back in event style", async () => {
  let read = 0;
  let most = 0;
  let handled = 0;
  const message: StandardSchema<unknown, number> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: async (value) => {
        read++;
        most = Math.max(most, read - handled);
        await new Promise((resolve) => setImmediate(resolve));
        return { value: value as number };
      },
    },
  };
  const app = new Spindash("slow");
  app.websocket("/numbers", { message }, { message: (ws, data) => ws.json(data + ++handled) });
  await using client = await testClient(app);
  await using ws = await client.websocket("/numbers");
  for (let i = 0; i < 1000; i++) await ws.json(i);
  for (let i = 0; i < 1000; i++) assert.equal(await ws.receive(), String(2 * i + 1));
  assert.equal(most, 1);
});

test("a route refuses what is no schema, and an onInvalid without one", () => {
  const app = new Spindash("mistakes");
  const register = (options: unknown): unknown =>
    app.websocket("/moves", options as WebSocketRouteOptions, async () => undefined);
  assert.throws(() => register({ message: {} }), {
    name: "SetupError",
    message: /message schema that is none/,
  });
  assert.throws(() => register({ message: Move, onInvalid: 1 }), {
    name: "SetupError",
    message: /no function/,
  });
  assert.throws(() => register({ onInvalid: () => undefined }), {
    name: "SetupError",
    message: /no message schema/,
  });
});

test("a route that streams refuses what needs whole messages", () => {
  const app = new Spindash("mistakes");
  const loop = async (): Promise<void> => undefined;
  const register = (options: unknown, handler: unknown): unknown =>
    app.websocket("/upload", options as WebSocketRouteOptions, handler as typeof loop);
  const cases: readonly (readonly [options: object, handler: unknown, what: RegExp])[] = [
    [{}, { message: () => undefined }, /event style/],
    [{ message: Move }, loop, /message schema/],
    [{ compression: true }, loop, /compression/],
    [{ messageLimit: "1mb" }, loop, /messageLimit/],
  ];
  for (const [options, handler, message] of cases) {
    assert.throws(() => register({ streaming: true, ...options }, handler), { name: "SetupError", message });
  }
});

test("a route that streams takes messages past the message limit, and declines compression", async () => {
  const app = new Spindash("upload", { config: { websocketMessageLimit: 1000, websocketCompression: true } });
  app.websocket("/upload", { streaming: true }, async (_req, ws) => {
    for await (const message of ws.messages()) {
      let size = 0;
      for await (const piece of message) size += piece.length;
      await ws.json({ type: message.type, size });
    }
  });
  await using client = await testClient(app);
  await using ws = await client.websocket("/upload", { compression: true });
  await ws.send(Buffer.alloc(300_000));
  assert.equal(await ws.receive(), '{"type":"binary","size":300000}');
  await ws.sendStream(["a".repeat(5000), "b".repeat(5000)]);
  assert.equal(await ws.receive(), '{"type":"text","size":10000}');
});
