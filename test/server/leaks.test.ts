import assert from "node:assert/strict";
import { test } from "node:test";
import { json, Spindash, stream, text } from "spindash";
import { Clock } from "../../src/server/clock.ts";
import { Connections } from "../../src/server/connections.ts";
import { Http1Connection } from "../../src/server/http1-connection.ts";
import { FakeTransport } from "./fake-transport.ts";
import { usedMemory } from "./garbage.ts";

const REQUESTS = 1_000_000;
const BATCH = 100;
const MOST = 2 * 1024 * 1024;

const GET = "GET /items/7?page=2 HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\nX-Request-ID: 1\r\n\r\n";
const OTHERS = [
  `POST /items HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"a":"b"}`,
  'POST /items HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"a":"b"}\r\n0\r\nx: y\r\n\r\n',
  "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /broken HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /stream HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n",
  "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n",
];

function createApp(): Spindash {
  const app = new Spindash("leaks", { logger: { error() {}, warn() {}, info() {}, debug() {} } as never });
  app.onResponse((req, res) => res.headers.set("x-id", req.id));
  app.get("/items/<id:int>", (req, { id }) => {
    req.earlyHints("</a>; rel=preload");
    return json({ id, page: req.query.get("page") ?? "", a: req.cookies.get("a") ?? "" });
  });
  app.post("/items", async (req) => json(await req.json()));
  app.get("/broken", () => {
    throw new Error("broken");
  });
  app.get("/stream", () =>
    stream(
      async (out) => {
        await out.write("one");
        await out.write("two");
      },
      { trailers: () => ({ "x-late": "1" }) },
    ),
  );
  return app;
}

class Client {
  readonly transport = new FakeTransport();
  readonly connections = new Connections();

  constructor(app: Spindash) {
    const clock = new Clock(1000);
    const { config: limits } = app;
    const connection = new Http1Connection(this.transport, {
      handle: (request) => app.handle(request),
      refuse: (error) => app.refuse(error),
      report: () => {},
      limits,
      clock,
      connections: this.connections,
      isStopping: false,
    });
    this.connections.add(connection);
  }

  send(bytes: string): void {
    this.transport.receive(bytes);
    this.transport.writes.length = 0;
  }
}

test(`A connection keeps nothing of ${REQUESTS} requests it has answered`, async () => {
  const client = new Client(createApp());
  const many = GET.repeat(BATCH);
  const run = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += BATCH) {
      client.send(many);
      if (sent % (BATCH * 50) !== 0) continue;
      for (const other of OTHERS) client.send(other);
      await new Promise(setImmediate);
      client.transport.writes.length = 0;
    }
  };
  await run(100_000);
  const before = await usedMemory();
  await run(REQUESTS - 100_000);
  const growth = (await usedMemory()) - before;
  assert.ok(growth < MOST, `${Math.round(growth / 1024)} KiB more`);
  assert.equal(client.transport.hasEnded, false);
});

test("A server keeps nothing of 20,000 connections that have come and gone", async () => {
  const app = createApp();
  const run = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const client = new Client(app);
      client.send(i % 3 === 0 ? GET.slice(0, 20 + (i % 40)) : GET);
      if (i % 5 === 0) client.send("POST /items HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n{");
      client.transport.destroy();
      assert.equal(client.connections.size, 0);
      if (i % 1000 === 0) await new Promise(setImmediate);
    }
  };
  await run(2000);
  const before = await usedMemory();
  await run(20_000);
  const growth = (await usedMemory()) - before;
  assert.ok(growth < MOST, `${Math.round(growth / 1024)} KiB more`);
});

test("Looking after the deadlines of 10,000 connections takes no timers, and a few milliseconds at most", async () => {
  const app = new Spindash("deadlines");
  app.get("/", () => text("ok"));
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const timersBefore = timers();
  const clients = Array.from({ length: 10_000 }, () => new Client(app));
  for (const client of clients) client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.ok(timers() <= timersBefore + 1);
  const now = performance.now();
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const begun = performance.now();
    for (const { connections } of clients) for (const connection of connections) connection.sweep(now);
    fastest = Math.min(fastest, performance.now() - begun);
  }
  assert.ok(fastest < 10, `${fastest} ms`);
  assert.ok(clients.every(({ transport }) => !transport.destroyed));
});
