import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type RunningServer, Spindash, topic } from "spindash";
import { connect, type Live, type LiveState, type Member } from "spindash/client";
import { backoff } from "../../src/client/backoff.ts";
import { openWebSocket } from "../examples/websocket-client.ts";

const kept = topic<number>("kept", { history: 100 });
const open = topic<string>("open");

/** A WebSocket as pages have it, over the websockets of this project: Node 20 has none. */
class PageSocket {
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: never) => unknown) | null = null;
  onclose: ((event: never) => unknown) | null = null;
  readonly #opened: ReturnType<typeof openWebSocket>;

  constructor(url: string) {
    const { origin, pathname } = new URL(url.replace("ws", "http"));
    this.#opened = openWebSocket(origin, pathname);
    void this.#run();
  }

  send(data: unknown): void {
    void this.#opened.then((ws) => ws.trySend(data as string));
  }

  close(): void {
    void this.#opened.then(
      (ws) => ws.close(),
      () => undefined,
    );
  }

  async #run(): Promise<void> {
    try {
      const ws = await this.#opened;
      this.onopen?.(undefined as never);
      for await (const data of ws) this.onmessage?.({ data } as never);
    } catch {
      // Refused: pages learn of it by the close alone.
    }
    this.onclose?.(undefined as never);
  }
}

function liveApp(): Spindash {
  const app = new Spindash("live");
  app.realtime("/live", {
    topics: [kept, open],
    publish: (name, data) => (data === "refuse me" ? false : name === "kept" ? kept : true),
    join: () => true,
  });
  return app;
}

const until = async (isSo: () => boolean): Promise<void> => {
  for (const end = performance.now() + 10_000; !isSo(); ) {
    if (performance.now() > end) throw new Error(`It did not become so: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

interface Tried {
  readonly app: Spindash;
  readonly client: Live;
  readonly states: LiveState[];
  stop(): Promise<unknown>;
  start(): Promise<unknown>;
}

/** Runs a test with a server that may be stopped and started at the same port, and a client. */
function withLive(work: (tried: Tried) => Promise<void>): () => Promise<void> {
  return async () => {
    const app = liveApp();
    let server: RunningServer = await app.listen({ port: 0 });
    const { url } = server;
    const client = connect(`${url}/live`, { WebSocket: PageSocket as never, onError: () => undefined });
    const states: LiveState[] = [];
    client.onState((state) => states.push(state));
    try {
      await work({
        app,
        client,
        states,
        stop: () => server.stop(),
        start: async () => {
          server = await app.listen({ port: Number(new URL(url).port) });
        },
      });
    } finally {
      client.close();
      await server.stop();
    }
  };
}

describe("the client", () => {
  it(
    "hears topics it subscribes to, from before it is connected until it ends that",
    withLive(async ({ app, client }) => {
      const heard: unknown[] = [];
      const end = client.subscribe(open, (data, message) => heard.push([data, message]));
      const endToo = client.subscribe(open, (data) => heard.push(data));
      await until(() => app.subscribers(open) === 1);
      app.publish(open, "one");
      app.publish("open", new Uint8Array([1, 255]));
      const bytes = new Uint8Array([1, 255]);
      await until(() => heard.length === 4);
      assert.deepEqual(heard, [["one", { topic: "open" }], "one", [bytes, { topic: "open" }], bytes]);
      end();
      end();
      app.publish(open, "two");
      await until(() => heard.length === 5);
      endToo();
      await until(() => app.subscribers(open) === 0);
    }),
  );

  it(
    "comes back, subscribes again and gets what it missed, once and in order",
    withLive(async ({ app, client, states, stop, start }) => {
      const heard: number[] = [];
      for (const number of [1, 2, 3]) await app.publish(kept, number);
      client.subscribe(kept, (number) => heard.push(number), { last: 2 });
      await until(() => heard.length === 2);
      await stop();
      await until(() => client.state !== "open");
      for (const number of [4, 5]) await app.publish(kept, number);
      await start();
      await until(() => heard.length === 4);
      await app.publish(kept, 6);
      await until(() => heard.length === 5);
      assert.deepEqual(heard, [2, 3, 4, 5, 6]);
      assert.deepEqual(states.slice(0, 3), ["connecting", "open", "offline"]);
      assert.equal(states.at(-1), "open");
    }),
  );

  it(
    "hears that more was missed than is kept",
    withLive(async ({ app, client, stop, start }) => {
      const heard: number[] = [];
      let misses = 0;
      const onMissed = (): void => void misses++;
      client.subscribe(kept, (number) => heard.push(number), { onMissed });
      await until(() => app.subscribers(kept) === 1);
      await app.publish(kept, 0);
      await until(() => heard.length === 1);
      await stop();
      for (let number = 1; number <= 200; number++) await app.publish(kept, number);
      await start();
      await until(() => heard.length === 101);
      assert.deepEqual([misses, heard[1], heard.at(-1)], [1, 101, 200]);
    }),
  );

  it(
    "publishes what waited while it was offline, in order",
    withLive(async ({ app, client, stop, start }) => {
      await until(() => client.state === "open");
      const heard: unknown[] = [];
      app.subscribe(kept, (number) => heard.push(number));
      await stop();
      await until(() => client.state !== "open");
      const published = [1, 2, 3].map((number) => client.publish(kept, number));
      await start();
      await Promise.all(published);
      assert.deepEqual(heard, [1, 2, 3]);
    }),
  );

  it(
    "says what the server refuses, and keeps only so many messages waiting",
    withLive(async ({ client, stop }) => {
      await assert.rejects(client.publish(open, "refuse me"), /You may not publish to open/);
      await stop();
      await until(() => client.state !== "open");
      const waiting = Array.from({ length: 100 }, () => client.publish(open, "x"));
      await assert.rejects(client.publish(open, "x"), /Too many messages wait/);
      client.close();
      for (const each of waiting) await assert.rejects(each, /The client is closed/);
      await assert.rejects(client.publish(open, "x"), /The client is closed/);
      assert.equal(client.state, "closed");
    }),
  );

  it(
    "is present, and sees who is, also after it came back",
    withLive(async ({ app, client, stop, start }) => {
      let members: Member<string>[] = [];
      const names = (): string =>
        members
          .map(({ data }) => data)
          .sort()
          .join();
      const end = client.presence<string>(open, (now) => {
        members = now;
      });
      client.join(open, "Tails");
      await until(() => names() === "Tails");
      const amy = app.presence("open").join("Amy");
      await until(() => names() === "Amy,Tails");
      await stop();
      amy.leave();
      await start();
      await until(() => names() === "Tails");
      const leave = client.join(open, "Miles");
      await until(() => names() === "Miles");
      leave();
      await until(() => names() === "");
      end();
    }),
  );
});

describe("the time before a client tries again", () => {
  it("doubles up to ten seconds, and half of it is chance", () => {
    fc.assert(
      fc.property(
        fc.nat(2000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, chance) => {
          const longest = Math.min(250 * 2 ** attempt, 10_000);
          const wait = backoff(attempt, () => chance);
          assert.ok(wait >= longest / 2 && wait <= longest);
        },
      ),
    );
  });
});
