import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Spindash } from "../../src/app/spindash.ts";
import { html } from "../../src/http/responses.ts";
import { type EventProducer, type EventStreamOptions, sse } from "../../src/http/server-sent-events.ts";
import { SetupError } from "../../src/http/setup-error.ts";
import { type TestClient, testClient } from "../../src/testing/index.ts";
import { launchChromium, skipWithoutChromium } from "../browser/chromium.ts";
import { readEvents } from "./event-reader.ts";

async function serve(producer: EventProducer, options?: EventStreamOptions): Promise<TestClient> {
  const app = new Spindash("events");
  app.get("/", () => sse(producer, options));
  return testClient(app);
}

/** The events that come until `enough` says so. */
async function readUntil(body: AsyncIterable<Buffer>, enough: (text: string) => boolean): Promise<string> {
  let text = "";
  for await (const piece of body) {
    text += piece.toString();
    if (enough(text)) break;
  }
  return text;
}

describe("sse", () => {
  test("sends events and ends when its producer returns", async () => {
    await using client = await serve(async (events) => {
      await events.send("plain");
      await events.send({ event: "tick", id: "é1", data: { n: 1 } });
    });
    const response = await client.get("/");
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.equal(response.headers.get("x-accel-buffering"), "no");
    const { events } = readEvents(await response.text());
    assert.deepEqual(events, [
      { type: "message", data: "plain", lastEventId: "" },
      { type: "tick", data: '{"n":1}', lastEventId: "é1" },
    ]);
    assert.equal((await client.head("/")).status, 200);
    assert.deepEqual(client.errors, []);
  });

  test("says what the client has seen last", async () => {
    await using client = await serve((events) => events.send(events.lastEventId));
    for (const id of ["", "41", "é€🚀"]) {
      const headers = id === "" ? {} : { "last-event-id": Buffer.from(id).toString("latin1") };
      const { events } = readEvents(await (await client.get("/", { headers })).text());
      assert.equal(events[0]?.data, id);
    }
  });

  test("opens at once, before there is an event, and with the time to wait before coming back", async () => {
    let finish = (): void => {};
    const producer = (): Promise<void> =>
      new Promise((resolve) => {
        finish = resolve;
      });
    await using client = await serve(producer, { retry: "3s" });
    const response = await client.get("/");
    const text = await readUntil(response.body, (each) => each.endsWith("\n\n"));
    assert.equal(readEvents(text).retry, 3000);
    finish();
  });

  test("beats while nothing is sent, and not when told so", async () => {
    const producer: EventProducer = (events) =>
      new Promise((resolve) => events.signal.addEventListener("abort", () => resolve(), { once: true }));
    await using client = await serve(producer, { heartbeat: "5ms" });
    const text = await readUntil((await client.get("/")).body, (each) => each.length >= 12);
    assert.match(text, /^(?::\n\n)+$/);
    assert.throws(() => sse(() => {}, { heartbeat: "often" as "1s" }), SetupError);
  });

  test("ends when the client leaves, even a producer that waits for something else", async () => {
    let leave = (_reason: unknown): void => {};
    const left = new Promise((resolve) => {
      leave = resolve;
    });
    await using client = await serve(async (events) => {
      await events.send("here");
      await once(events.signal, "abort");
      leave(await events.send("gone").catch((error: Error) => error.message));
    });
    const leaving = new AbortController();
    const response = await client.get("/", { signal: leaving.signal });
    await assert.rejects(async () => {
      for await (const _piece of response.body) leaving.abort(new Error("bye"));
    }, /bye/);
    assert.match(String(await left), /left|end of the event stream/);
    assert.deepEqual(client.errors, []);
  });

  test("cuts the stream on a mistake, which is reported", async () => {
    await using client = await serve(async (events) => {
      await events.send("one");
      await events.send({ event: "a\nb" });
    });
    const response = await client.get("/");
    await assert.rejects(response.text());
    assert.match(client.errors[0]?.message ?? "", /on one line/);
  });

  test("ends well when the server begins to stop, whatever its producer waits for", async () => {
    const waits: EventProducer[] = [
      (events) => once(events.signal, "abort").then(() => {}),
      (events) => sleep(60_000, undefined, { signal: events.signal }),
      () => new Promise(() => {}),
    ];
    for (const wait of waits) {
      const app = new Spindash("stop");
      app.get("/", () =>
        sse(async (events) => {
          await events.send("here");
          await wait(events);
        }),
      );
      const running = await app.listen({ port: 0 });
      const response = await fetch(running.url);
      const started = performance.now();
      const stopped = running.stop();
      assert.match(await response.text(), /data: here\n\n$/);
      await stopped;
      assert.ok(performance.now() - started < 5000, "nobody waited for the stream");
    }
  });

  test("refuses what is sent when it has ended", async () => {
    let late: Promise<unknown> = Promise.resolve();
    await using client = await serve((events) => {
      setImmediate(() => {
        late = events.send("late").catch((error: Error) => error.message);
      });
    });
    await (await client.get("/")).text();
    await new Promise((resolve) => setImmediate(resolve));
    assert.match(String(await late), /after the end of the event stream/);
  });

  test("keeps its own fields where the program says otherwise", async () => {
    await using client = await serve(() => {}, { headers: { "cache-control": "no-cache" }, status: 203 });
    const response = await client.get("/");
    assert.equal(response.status, 203);
    assert.equal(response.headers.get("cache-control"), "no-cache");
  });

  test("is heard by a browser, which comes back and goes on", { skip: skipWithoutChromium }, async () => {
    const app = new Spindash("browser");
    const seen: string[] = [];
    app.get("/", () => html("<!doctype html><title>events</title>"));
    app.get("/events", () =>
      sse(
        async (events) => {
          seen.push(events.lastEventId);
          const next = Number(events.lastEventId) + 1;
          await events.send({ event: "tick", id: String(next), data: `line 1\r\nline 2: ${next} é` });
        },
        { retry: "10ms" },
      ),
    );
    const running = await app.listen({ port: 0 });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(running.url);
      const heard = await page.evaluate(
        () =>
          new Promise<string[]>((resolve) => {
            const data: string[] = [];
            const source = new EventSource("/events");
            source.addEventListener("tick", (event) => {
              if (data.push(`${event.lastEventId} ${event.data}`) < 3) return;
              source.close();
              resolve(data);
            });
          }),
      );
      assert.deepEqual(
        heard,
        [1, 2, 3].map((n) => `${n} line 1\nline 2: ${n} é`),
      );
      assert.deepEqual(seen.slice(0, 3), ["", "1", "2"]);
    } finally {
      await browser.close();
      await running.stop();
    }
  });
});
