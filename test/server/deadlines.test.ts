import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BodyWriter } from "../../src/http/response.ts";
import { stream, text } from "../../src/http/responses.ts";
import { Gate } from "./gate.ts";
import { TestServer, ways } from "./test-server.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello";
/** Seconds; tests wait for what follows, never for the time itself. */
const SHORT = 0.03;

/** Keeps the event loop from everything else for some milliseconds. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

for (const way of ways) {
  describe(way.name, () => {
    test("A connection that sends nothing is closed without a word", async (context) => {
      const server = await TestServer.start(context, way, () => text(""), { headTimeout: SHORT });
      const client = await server.connect();
      await client.closed();
      assert.equal(client.received, "");
    });

    test("A head that does not arrive in time is answered by 408, and the connection closes", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { headTimeout: SHORT });
      for (const before of ["", GET]) {
        const client = await server.connect();
        client.send(`${before}GET / HTTP/1.1\r\nHo`);
        await client.closed();
        const responses = await client.responses(before === "" ? 1 : 2);
        const last = responses.at(-1);
        assert.deepEqual([last?.status, last?.headers.get("connection")], [408, "close"]);
      }
    });

    test("A head that drips in does not win time", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { headTimeout: SHORT });
      const client = await server.connect();
      const drip = setInterval(() => client.send("a"), 2);
      client.send("GET /");
      await client.receives("408");
      clearInterval(drip);
    });

    test("A kept connection without a next request is closed without a word", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { keepAliveTimeout: SHORT });
      const client = await server.connect();
      client.send(GET);
      await client.closed();
      assert.equal((await client.responses(1)).length, 1);
      assert.match(client.received, /ok$/);
    });

    test("A body of which no byte arrives in time is answered by 408, and the connection closes", async (context) => {
      const server = await TestServer.start(context, way, async (request) => text(await request.text()), {
        bodyTimeout: SHORT,
      });
      const client = await server.connect();
      client.send(POST);
      await client.closed();
      const [response] = await client.responses(1);
      assert.deepEqual([response?.status, response?.headers.get("connection")], [408, "close"]);
      assert.deepEqual(server.reports, []);
    });

    test("The rest of an unread body must arrive in time, whatever drips in", async (context) => {
      const server = await TestServer.start(context, way, () => text("unread"), { bodyTimeout: SHORT });
      const client = await server.connect();
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
      const drip = setInterval(() => client.send("a"), 2);
      await client.closed();
      clearInterval(drip);
      assert.equal((await client.responses(1))[0]?.body, "unread");
    });

    test("A handler that does not answer in time is answered for by 503, its signal aborts, the connection closes", async (context) => {
      const ended = new Gate();
      let reason: unknown;
      const server = await TestServer.start(
        context,
        way,
        async (request) => {
          await new Promise((resolve) => request.signal.addEventListener("abort", resolve, { once: true }));
          reason = request.signal.reason;
          ended.open();
          return text("too late");
        },
        { handlerTimeout: SHORT },
      );
      const client = await server.connect();
      client.send(GET + GET);
      await client.closed();
      await ended.opened;
      const responses = await client.responses(1);
      assert.deepEqual(
        responses.map(({ status, headers }) => [status, headers.get("connection")]),
        [[503, "close"]],
      );
      assert.match(String(reason), /did not answer within/);
      assert.doesNotMatch(client.received, /too late/);
      assert.deepEqual(server.reports, []);
    });

    test("A stream whose client takes nothing is cut in time", async (context) => {
      const ended = new Gate();
      const piece = Buffer.alloc(64 * 1024);
      const produce = async (out: BodyWriter) => {
        try {
          for (;;) await out.write(piece);
        } finally {
          ended.open();
        }
      };
      const server = await TestServer.start(context, way, () => stream(produce), { sendTimeout: SHORT });
      const client = await server.connect();
      client.stream.pause();
      client.send(GET);
      await ended.opened;
      while (server.server.connections.size > 0) await new Promise(setImmediate);
    });

    test("A stream that waits for its body breaks when no byte of it arrives in time", async (context) => {
      const server = await TestServer.start(
        context,
        way,
        (request) =>
          stream(async (out) => {
            for await (const chunk of request.body) await out.write(chunk);
          }),
        { bodyTimeout: SHORT, handlerTimeout: SHORT },
      );
      const client = await server.connect();
      client.send(POST);
      await client.receives("hello");
      await client.closed();
      assert.equal(server.reports.length, 1);
      assert.match(String(server.reports[0]), /The body did not arrive/);
    });

    test("A loop that is blocked past a deadline is not held against a client whose bytes wait there", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { headTimeout: 0.05 });
      const client = await server.connect();
      // The server has accepted, and its clock has ticked with the connection there.
      while (server.server.connections.size === 0) await new Promise(setImmediate);
      client.send(GET);
      block(200);
      assert.equal((await client.responses(1))[0]?.body, "ok");
    });
  });
}
