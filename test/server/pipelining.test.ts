import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { json, text } from "../../src/http/responses.ts";
import type { Handle } from "../../src/server/connection-host.ts";
import { TestServer, ways } from "./test-server.ts";

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `/${index}`);

const atOnce: Handle = (request) => text(request.path);
const byPromise: Handle = async (request) => text(request.path);
const later: Handle = async (request) => {
  await new Promise(setImmediate);
  return text(request.path);
};
/** The earlier of a few requests takes longer than the later ones. */
const mixed: Handle = (request) => {
  const number = Number(request.path.slice(1));
  return ([atOnce, later, byPromise, atOnce, byPromise][number % 5] ?? atOnce)(request);
};

for (const way of ways) {
  describe(way.name, () => {
    const writes: [pace: string, handle: Handle][] = [
      ["at once", atOnce],
      ["by promises that are settled", byPromise],
      ["as JSON at once", () => json({ a: "b" })],
      ["with bytes past ASCII", () => text("größer")],
    ];
    for (const [pace, handle] of writes) {
      test(`Sixteen requests in one read, answered ${pace}, are answered in one write`, async (context) => {
        const server = await TestServer.start(context, way, handle);
        const [client, end] = await server.connectWithEnd();
        const write = mock.method(end, "write");
        client.send(numbered(16).map(get).join(""));
        await client.responses(16);
        assert.equal(write.mock.callCount(), 1);
      });
    }

    for (const [pace, handle] of [
      ["at once", atOnce],
      ["by promises", byPromise],
      ["later", later],
      ["now this way, now that", mixed],
    ] as const) {
      test(`Requests answered ${pace} are answered in their order`, async (context) => {
        const client = await (await TestServer.start(context, way, handle)).connect();
        client.send(numbered(40).map(get).join(""));
        assert.deepEqual(
          (await client.responses(40)).map(({ body }) => body),
          numbered(40),
        );
      });
    }

    test("One handler works at a time on a connection", async (context) => {
      let working = 0;
      let most = 0;
      const server = await TestServer.start(context, way, async () => {
        most = Math.max(most, ++working);
        await new Promise(setImmediate);
        working--;
        return text("");
      });
      const client = await server.connect();
      client.send(get("/").repeat(10));
      await client.responses(10);
      assert.equal(most, 1);
    });

    test("Requests with bodies of both kinds and without follow each other", async (context) => {
      const server = await TestServer.start(context, way, async (request) =>
        text(`${request.method} ${await request.text()}`),
      );
      const client = await server.connect();
      const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
      const put =
        "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nyo\r\n1\r\nu\r\n0\r\nX: y\r\n\r\n";
      client.send(post + get("/") + put + put + get("/") + post);
      assert.deepEqual(
        (await client.responses(6)).map(({ body }) => body),
        ["POST hello", "GET ", "PUT you", "PUT you", "GET ", "POST hello"],
      );
    });

    test("A refused request follows the answers to those before it, and ends the connection", async (context) => {
      for (const handle of [atOnce, byPromise, later]) {
        const server = await TestServer.start(context, way, handle);
        const client = await server.connect();
        client.send(`${get("/0")}${get("/1")}GET\r\n\r\n${get("/2")}`);
        await client.closed();
        const responses = await client.responses(3);
        assert.deepEqual(
          responses.map(({ status }) => status),
          [200, 200, 400],
        );
        assert.equal(responses[2]?.headers.get("connection"), "close");
        assert.deepEqual(
          responses.slice(0, 2).map(({ headers }) => headers.has("connection")),
          [false, false],
        );
      }
    });

    test("A client that has sent all its requests and ended its side gets all answers, then the end", async (context) => {
      for (const handle of [atOnce, byPromise, later, mixed]) {
        const server = await TestServer.start(context, way, handle);
        const client = await server.connect();
        client.send(numbered(5).map(get).join(""));
        client.end();
        const responses = await client.responses(5);
        assert.deepEqual(
          responses.map(({ body }) => body),
          numbered(5),
        );
        await client.closed();
      }
    });

    test("A client that ends its side in the middle of a later request gets the answers before it", async (context) => {
      for (const rest of ["GET /2 HT", "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"]) {
        const server = await TestServer.start(context, way, async (request) => {
          await new Promise(setImmediate);
          return text(`${request.path} ${await request.text()}`);
        });
        const client = await server.connect();
        client.send(get("/0") + get("/1") + rest);
        client.end();
        await client.closed();
        const bodies = (await client.responses(2)).map(({ body }) => body);
        assert.deepEqual(bodies.slice(0, 2), ["/0 ", "/1 "]);
        if (bodies.length > 2) assert.match(bodies[2] ?? "", /closed the connection in the middle/);
      }
    });

    test("While a handler works, no more than about 128 KiB of later requests are taken", async (context) => {
      let finish = (): void => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const server = await TestServer.start(context, way, async (request) => {
        if (request.path === "/first") await finished;
        return text("");
      });
      const [client, end] = await server.connectWithEnd();
      const count = 5000;
      const padding = `X: ${"x".repeat(1000)}\r\n`;
      const paused = new Promise<void>((resolve) => {
        mock.method(end, "pause", () => {
          Object.getPrototypeOf(end).pause.call(end);
          resolve();
          return end;
        });
      });
      client.send(get("/first"));
      for (let i = 0; i < count; i++) client.send(`GET / HTTP/1.1\r\nHost: a\r\n${padding}\r\n`);
      await paused;
      assert.ok(client.stream.writableLength > 0, "the client is held back");
      finish();
      await client.responses(count + 1);
    });

    test("A client that does not read its answers gets no more of them made", async (context) => {
      let calls = 0;
      const body = Buffer.alloc(100_000, "x");
      const server = await TestServer.start(context, way, () => {
        calls++;
        return text(body.toString());
      });
      const [client] = await server.connectWithEnd();
      client.stream.pause();
      const count = 1000;
      client.send(get("/").repeat(count));
      // What the kernel buffers is taken; then it stops.
      let before = -1;
      while (calls !== before) {
        before = calls;
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      }
      assert.ok(calls > 0 && calls < count / 2, `${calls} answers made`);
      let bytes = 0;
      client.stream.removeAllListeners("data");
      const done = new Promise<void>((resolve) => {
        client.stream.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes >= count * body.length) resolve();
        });
      });
      client.stream.resume();
      await done;
      assert.equal(calls, count);
    });
  });
}
