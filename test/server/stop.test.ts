import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { raw, stream, text } from "../../src/http/responses.ts";
import { Gate } from "./gate.ts";
import { RawClient } from "./raw-client.ts";
import { socketWays, TestServer, ways } from "./test-server.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

for (const way of ways) {
  describe(way.name, () => {
    test("Idle connections are closed at once, whether or not they were ever used", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { gracefulStopTimeout: 10 });
      const [fresh, used] = [await server.connect(), await server.connect()];
      await used.ask(GET);
      while (server.server.connections.size < 2) await new Promise(setImmediate);
      const stopped = server.server.stop();
      await Promise.all([fresh.closed(), used.closed()]);
      await stopped;
      assert.equal(fresh.received, "");
    });

    test("Requests in flight get their whole answers, which say that the connection closes", async (context) => {
      const gate = new Gate();
      let working = 0;
      const server = await TestServer.start(
        context,
        way,
        async () => {
          working++;
          await gate.opened;
          return text("x".repeat(100_000));
        },
        { gracefulStopTimeout: 10 },
      );
      const clients = await Promise.all(Array.from({ length: 20 }, () => server.connect()));
      for (const client of clients) client.send(GET);
      while (working < clients.length) await new Promise(setImmediate);
      const stopped = server.server.stop();
      gate.open();
      for (const client of clients) {
        const [response] = await client.responses(1);
        assert.equal(response?.body.length, 100_000);
        assert.equal(response?.headers.get("connection"), "close");
        await client.closed();
      }
      await stopped;
    });

    test("A request whose head is arriving is still answered", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { gracefulStopTimeout: 10 });
      const client = await server.connect();
      client.send(`${GET}GET / HTTP/1.1\r\n`);
      await client.responses(1);
      const stopped = server.server.stop();
      client.send("Host: a\r\n\r\n");
      const responses = await client.responses(2);
      assert.equal(responses[1]?.headers.get("connection"), "close");
      await client.closed();
      await stopped;
    });

    test("Of pipelined requests the one in flight is answered, and the client is told that no more are", async (context) => {
      const gate = new Gate();
      const begun = new Gate();
      const server = await TestServer.start(
        context,
        way,
        async () => {
          begun.open();
          await gate.opened;
          return text("ok");
        },
        { gracefulStopTimeout: 10 },
      );
      const client = await server.connect();
      client.send(GET.repeat(3));
      await begun.opened;
      const stopped = server.server.stop();
      gate.open();
      await client.closed();
      assert.deepEqual(
        (await client.responses(1)).map(({ headers }) => headers.get("connection")),
        ["close"],
      );
      await stopped;
    });

    test("A stream in flight ends as it should, and its connection closes", async (context) => {
      const gate = new Gate();
      const server = await TestServer.start(
        context,
        way,
        () =>
          stream(async (out) => {
            await out.write("begun ");
            await gate.opened;
            await out.write("ended");
          }),
        { gracefulStopTimeout: 10 },
      );
      const client = await server.connect();
      client.send(GET);
      await client.receives("begun");
      const stopped = server.server.stop();
      gate.open();
      assert.equal((await client.responses(1))[0]?.body, "begun ended");
      await client.closed();
      await stopped;
    });

    test("A long answer to a slow client leaves whole", async (context) => {
      const length = 5_000_000;
      const begun = new Gate();
      const server = await TestServer.start(
        context,
        way,
        () => {
          begun.open();
          return raw(Buffer.alloc(length, "x"));
        },
        { gracefulStopTimeout: 10 },
      );
      const client = await server.connect();
      client.stream.pause();
      client.send(GET);
      await begun.opened;
      const stopped = server.server.stop();
      setTimeout(() => client.stream.resume(), 100);
      assert.equal((await client.responses(1))[0]?.body.length, length);
      await client.closed();
      await stopped;
    });

    test("A connection that only drains a body is closed at once", async (context) => {
      const server = await TestServer.start(context, way, () => text("unread"), { gracefulStopTimeout: 10 });
      const client = await server.connect();
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
      await client.responses(1);
      const stopped = server.server.stop();
      await client.closed();
      await stopped;
    });

    test("What does not end in time is cut, and hears why", async (context) => {
      const begun = new Gate();
      let working = 0;
      const reasons: unknown[] = [];
      const server = await TestServer.start(
        context,
        way,
        (request) => {
          request.signal.addEventListener("abort", () => reasons.push(request.signal.reason));
          const wait = (signal: AbortSignal) =>
            new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          if (++working === 2) begun.open();
          if (request.path === "/stream") {
            return stream(async (out) => {
              await out.write("begun");
              await wait(out.signal);
              reasons.push(out.signal.reason);
              await out.write("more");
            });
          }
          return wait(request.signal).then(() => text("too late"));
        },
        { gracefulStopTimeout: 0.05 },
      );
      const [plain, streamed] = [await server.connect(), await server.connect()];
      plain.send(GET);
      streamed.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
      await begun.opened;
      await server.server.stop();
      assert.equal(reasons.length, 3);
      for (const reason of reasons) assert.match(String(reason), /server stops/);
      await Promise.all([plain.closed(), streamed.closed()]);
      assert.equal(plain.received, "");
      assert.equal(server.server.connections.size, 0);
      assert.deepEqual(server.reports, []);
    });

    test("A connection that comes while the server stops is turned away", async (context) => {
      const gate = new Gate();
      const begun = new Gate();
      const server = await TestServer.start(
        context,
        way,
        async () => {
          begun.open();
          await gate.opened;
          return text("ok");
        },
        { gracefulStopTimeout: 10 },
      );
      const client = await server.connect();
      client.send(GET);
      await begun.opened;
      const stopped = server.server.stop();
      // Who has connected already is let in for a moment.
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      const [late] = await server.connectWithEnd();
      await late.closed();
      assert.equal(late.received, "");
      gate.open();
      await client.closed();
      await stopped;
    });

    test("Stopping twice is stopping once", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"));
      const client = await server.connect();
      await client.ask(GET);
      const stopped = [server.server.stop(), server.server.stop()];
      await client.closed();
      await Promise.all(stopped);
    });
  });
}

for (const way of socketWays) {
  describe(`${way.name}, under load`, () => {
    test("Every request that was accepted gets its whole answer, and the port is free afterwards", async (context) => {
      const server = await TestServer.start(
        context,
        way,
        async (request) => {
          await new Promise(setImmediate);
          return text(`${request.path} ${"x".repeat(2000)}`);
        },
        { gracefulStopTimeout: 10 },
      );
      let answered = 0;
      const talk = async (client: RawClient): Promise<void> => {
        for (let count = 1; ; count++) {
          client.send(GET);
          const responses = await client.responsesOrEnd(count);
          if (responses.length < count) {
            // Closed without an answer: only between two requests, so without a byte of one.
            assert.equal(client.received.endsWith("x"), true);
            return;
          }
          answered++;
          assert.equal(responses[count - 1]?.body.length, 2002);
          if (responses[count - 1]?.headers.get("connection") === "close") return;
        }
      };
      const clients = await Promise.all(Array.from({ length: 10 }, () => server.connect()));
      const talks = clients.map((client) => talk(client).then(() => client.closed()));
      while (answered < 100) await new Promise(setImmediate);
      await Promise.all([server.server.stop(), ...talks]);
      assert.equal(server.server.connections.size, 0);
      const refused = await RawClient.toPort(server.port).catch((error: unknown) => error);
      assert.ok(refused instanceof Error);
      assert.deepEqual(server.reports, []);
    });
  });
}

for (const way of ways.filter(({ isSocket }) => !isSocket)) {
  describe(`${way.name}, as the server begins to stop`, () => {
    test("A connection that comes in may send its request a moment later, and is closed behind the answer", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { gracefulStopTimeout: 10 });
      const stopped = server.server.stop();
      const client = await server.connect();
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      assert.equal((await client.ask(GET)).headers.get("connection"), "close");
      await client.closed();
      await stopped;
    });

    test("A connection that comes in and sends nothing does not hold the server up for long", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { gracefulStopTimeout: 10 });
      const stopped = server.server.stop();
      const client = await server.connect();
      const start = performance.now();
      await client.closed();
      await stopped;
      assert.ok(performance.now() - start < 4000);
      assert.equal(client.received, "");
    });
  });
}
