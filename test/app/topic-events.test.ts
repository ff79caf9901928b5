import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Spindash, topic } from "spindash";
import { type TestClient, testClient } from "spindash/testing";

const kept = topic<{ n: number }>("kept", { history: 3 });

function eventsApp(): Spindash {
  const app = new Spindash("events");
  app.get("/kept", () => app.topicEvents(kept, { last: 1 }));
  app.get("/plain", () => app.topicEvents("plain"));
  return app;
}

/** Reads events until there are so many; comments are left out. */
async function readEvents(client: TestClient, path: string, count: number, headers = {}): Promise<string[]> {
  const leaving = new AbortController();
  const response = await client.get(path, { headers, signal: leaving.signal });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  let text = "";
  for await (const piece of response.body) {
    text += Buffer.from(piece).toString();
    const events = text
      .split("\n\n")
      .slice(0, -1)
      .filter((event) => !event.startsWith(":"));
    if (events.length < count) continue;
    leaving.abort();
    return events;
  }
  throw new Error(`The stream ended after ${text}`);
}

const untilSubscribed = async (app: Spindash, name: string): Promise<void> => {
  while (app.subscribers(name) === 0) await new Promise((resolve) => setImmediate(resolve));
};

describe("a topic as server-sent events", () => {
  test("sends what is published, with ids where the topic has a history", async () => {
    const app = eventsApp();
    await using client = await testClient(app);
    await app.publish(kept, { n: 1 });
    const [before] = await app.history(kept);
    assert.deepEqual(await readEvents(client, "/kept", 1), [`id: ${before?.id}\ndata: {"n":1}`]);
    const reading = readEvents(client, "/plain", 3);
    await untilSubscribed(app, "plain");
    app.publish("plain", "two\nlines");
    app.publish("plain", [1]);
    app.publish("plain", Buffer.from([0, 255]));
    assert.deepEqual(await reading, ["data: two\ndata: lines", "data: [1]", "data: AP8="]);
  });

  test("goes on behind the last event that the client has", async () => {
    const app = eventsApp();
    await using client = await testClient(app);
    for (const n of [1, 2, 3]) await app.publish(kept, { n });
    const [first] = await app.history(kept);
    const events = await readEvents(client, "/kept", 2, { "last-event-id": first?.id ?? "" });
    assert.deepEqual(
      events.map((event) => event.split("data: ")[1]),
      ['{"n":2}', '{"n":3}'],
    );
  });

  test("says when more was missed than is kept", async () => {
    const app = eventsApp();
    await using client = await testClient(app);
    for (const n of [1, 2, 3, 4, 5]) await app.publish(kept, { n });
    for (const id of ["1-1", "nonsense"]) {
      const [missed, ...events] = await readEvents(client, "/kept", 4, { "last-event-id": id });
      assert.match(missed ?? "", /^event: missed\n/);
      assert.deepEqual(
        events.map((event) => event.split("data: ")[1]),
        ['{"n":3}', '{"n":4}', '{"n":5}'],
      );
    }
  });

  test("ends its subscription when the client leaves", async () => {
    const app = eventsApp();
    await using client = await testClient(app);
    await app.publish(kept, { n: 1 });
    await readEvents(client, "/kept", 1);
    while (app.subscribers("kept") > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
