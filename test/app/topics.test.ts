import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Spindash, topic } from "spindash";
import { testClient } from "spindash/testing";

const room = (name: string) => topic<{ text: string }>(`room:${name}`);

function roomsApp(): Spindash {
  const app = new Spindash("rooms");
  app.websocket("/rooms/<name>", async (_req, ws, { name }) => {
    ws.subscribe(room(name));
    await ws.send("joined");
    for await (const message of ws) ws.publish(room(name), { text: String(message) });
  });
  app.websocket("/events", {
    open: (ws) => ws.subscribe("news"),
    close: (ws) => assert.throws(() => ws.publish("news", "too late")),
  });
  app.post("/rooms/<name>", async (req, { name }) => {
    app.publish(room(name), { text: await req.text() });
    return { here: app.subscribers(room(name)) };
  });
  return app;
}

describe("topics of an app", () => {
  test("join websockets and requests", async () => {
    await using client = await testClient(roomsApp());
    await using tails = await client.websocket("/rooms/blue");
    await using amy = await client.websocket("/rooms/blue");
    await using knuckles = await client.websocket("/rooms/red");
    for (const ws of [tails, amy, knuckles]) assert.equal(await ws.receive(), "joined");
    await tails.send("hi");
    assert.equal(await amy.receive(), '{"text":"hi"}');
    const response = await client.post("/rooms/blue", { body: "all" });
    assert.deepEqual(await response.json(), { here: 2 });
    for (const ws of [tails, amy]) assert.equal(await ws.receive(), '{"text":"all"}');
    await assert.rejects(knuckles.receive({ timeout: 0.01 }), { name: "TimeoutError" });
  });

  test("are there for sockets in event style, until they close", async () => {
    const app = roomsApp();
    await using client = await testClient(app);
    const ws = await client.websocket("/events");
    app.publish("news", "one");
    assert.equal(await ws.receive(), "one");
    await ws.close();
    assert.equal(app.subscribers("news"), 0);
  });

  test("belong to one app", async () => {
    const [one, other] = [roomsApp(), roomsApp()];
    await using client = await testClient(one);
    await using ws = await client.websocket("/events");
    other.publish("news", "elsewhere");
    one.publish("news", "here");
    assert.equal(await ws.receive(), "here");
  });

  test("are none of a client's business", async () => {
    await using client = await testClient(roomsApp());
    await using ws = await client.websocket("/events");
    assert.throws(() => ws.subscribe("news"), /belongs to no app/);
  });
});
