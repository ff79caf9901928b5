import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import type { BodyWriter } from "../../src/http/response.ts";
import { raw, stream, text } from "../../src/http/responses.ts";
import { Gate } from "./gate.ts";
import { TestServer, ways } from "./test-server.ts";

const get = (path: string, version = "1.1") => `GET ${path} HTTP/${version}\r\nHost: a\r\n\r\n`;
const PIECE = Buffer.alloc(32 * 1024, "x");

for (const way of ways) {
  describe(way.name, () => {
    test("A stream without a length is sent in chunks, and the connection goes on", async (context) => {
      const server = await TestServer.start(context, way, (request) =>
        request.path === "/next"
          ? text("next")
          : stream(async (out) => {
              await out.write("one ");
              await new Promise(setImmediate);
              await out.write(Buffer.from("two "));
              await out.write("");
              await out.write(new Uint8Array(0));
              await out.write("thrée");
            }),
      );
      const client = await server.connect();
      client.send(get("/") + get("/next"));
      const [first, next] = await client.responses(2);
      assert.equal(first?.headers.get("transfer-encoding"), "chunked");
      assert.equal(first?.headers.has("connection"), false);
      assert.equal(Buffer.from(first?.body ?? "", "latin1").toString(), "one two thrée");
      assert.equal(next?.body, "next");
    });

    test("A stream to HTTP/1.0 is ended by closing", async (context) => {
      const server = await TestServer.start(context, way, () =>
        stream((out) => void out.write("to the end")),
      );
      for (const lines of ["", "Connection: keep-alive\r\n"]) {
        const received = await server.exchange(`GET / HTTP/1.0\r\n${lines}\r\n`);
        assert.match(received, /connection: close\r\n/);
        assert.doesNotMatch(received, /chunked|content-length|keep-alive/);
        assert.match(received, /\r\n\r\nto the end$/);
      }
    });

    test("A stream with a length to HTTP/1.0 keeps a connection that asks for it", async (context) => {
      const server = await TestServer.start(context, way, () =>
        stream((out) => void out.write("hello"), { headers: { "content-length": 5 } }),
      );
      const client = await server.connect();
      client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".repeat(2));
      assert.deepEqual(
        (await client.responses(2)).map(({ body }) => body),
        ["hello", "hello"],
      );
    });

    test("A stream that writes nothing is an empty body", async (context) => {
      const server = await TestServer.start(context, way, () => stream(() => {}));
      const client = await server.connect();
      client.send(get("/") + get("/"));
      assert.deepEqual(
        (await client.responses(2)).map(({ body }) => body),
        ["", ""],
      );
    });

    test("The first piece leaves while the rest is still being made", async (context) => {
      const gate = new Gate();
      const server = await TestServer.start(context, way, () =>
        stream(async (out) => {
          void out.write("first");
          await gate.opened;
          await out.write("second");
        }),
      );
      const client = await server.connect();
      client.send(get("/"));
      await client.receives("5\r\nfirst\r\n");
      gate.open();
      assert.equal((await client.responses(1))[0]?.body, "firstsecond");
    });

    test("A producer waits for a client that does not read, and goes on when it does", async (context) => {
      let written = 0;
      const done = new Gate();
      const pieces = 2000;
      const server = await TestServer.start(context, way, () =>
        stream(async (out) => {
          for (; written < pieces; written++) await out.write(PIECE);
          done.open();
        }),
      );
      const [client, end] = await server.connectWithEnd();
      client.stream.pause();
      client.send(get("/"));
      let before = -1;
      while (written !== before || written === 0) {
        before = written;
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      }
      assert.ok(written < pieces / 2, `${written} pieces written`);
      assert.ok(end.writableLength < 1024 * 1024, `${end.writableLength} bytes buffered`);
      client.stream.removeAllListeners("data");
      let size = 0;
      const all = new Promise<void>((resolve) => {
        client.stream.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size >= pieces * PIECE.length) resolve();
        });
      });
      client.stream.resume();
      await Promise.all([all, done.opened]);
    });

    test("A long body that is there whole is sent at its reader's pace too", async (context) => {
      const length = 20_000_000;
      const server = await TestServer.start(context, way, () => raw(Buffer.alloc(length, "x")));
      const [client, end] = await server.connectWithEnd();
      client.stream.removeAllListeners("data");
      client.stream.pause();
      client.send(get("/"));
      let before = -1;
      while (end.writableLength === 0 || end.writableLength !== before) {
        before = end.writableLength;
        for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      }
      assert.ok(end.writableLength < 1024 * 1024, `${end.writableLength} bytes buffered`);
      let size = 0;
      const all = new Promise<void>((resolve) => {
        client.stream.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > length) resolve();
        });
      });
      client.stream.resume();
      await all;
    });

    for (const [title, headers, produce] of [
      ["shorter than its length", { "content-length": 10 }, (out: BodyWriter) => void out.write("short")],
      [
        "longer than its length",
        { "content-length": 5 },
        async (out: BodyWriter) => {
          await out.write("abc");
          await out.write("defg");
        },
      ],
      [
        "longer than its length, the mistake swallowed,",
        { "content-length": 5 },
        async (out: BodyWriter) => {
          await out.write("abc");
          try {
            await out.write("defg");
          } catch {}
        },
      ],
      [
        "that fails after its first piece",
        {},
        async (out: BodyWriter) => {
          await out.write("begun");
          await new Promise(setImmediate);
          throw new Error("no more");
        },
      ],
      [
        "that fails at once",
        {},
        () => {
          throw new Error("nothing");
        },
      ],
    ] as const) {
      test(`A stream ${title} cuts the connection and is reported once`, async (context) => {
        const server = await TestServer.start(context, way, (request) =>
          request.path === "/next" ? text("next") : stream(produce, { headers }),
        );
        const client = await server.connect();
        client.send(get("/") + get("/next"));
        await client.closed();
        assert.deepEqual(await client.responsesOrEnd(1), []);
        assert.doesNotMatch(client.received, /next|0\r\n\r\n$|defg/);
        assert.equal(server.reports.length, 1);
        assert.ok(server.reports[0] instanceof Error);
        assert.equal((await (await server.connect()).ask(get("/next"))).body, "next");
      });
    }

    test("A stream of exactly its length ends well though more was tried", async (context) => {
      const server = await TestServer.start(context, way, (request) =>
        request.path === "/next"
          ? text("next")
          : stream(
              async (out) => {
                await out.write("hello");
                try {
                  await out.write("!");
                } catch {}
              },
              { headers: { "content-length": 5 } },
            ),
      );
      const client = await server.connect();
      client.send(get("/") + get("/next"));
      assert.deepEqual(
        (await client.responses(2)).map(({ body }) => body),
        ["hello", "next"],
      );
    });

    test("Writing after the end is an error, and nothing of it is sent", async (context) => {
      let writer: BodyWriter | undefined;
      const server = await TestServer.start(context, way, (request) =>
        request.path === "/next"
          ? text("next")
          : stream((out) => {
              writer = out;
            }),
      );
      const client = await server.connect();
      client.send(get("/"));
      await client.responses(1);
      assert.throws(() => writer?.write("late"), /after the end/);
      client.send(get("/next"));
      assert.equal((await client.responses(2))[1]?.body, "next");
      assert.doesNotMatch(client.received, /late/);
    });

    test("A client that leaves is heard of by the next write and by the signal, and nothing is reported", async (context) => {
      const begun = new Gate();
      const heard = new Gate();
      let failure: unknown;
      let signal: AbortSignal | undefined;
      const server = await TestServer.start(context, way, () =>
        stream(async (out) => {
          signal = out.signal;
          await out.write("begun");
          begun.open();
          await new Promise((resolve) => out.signal.addEventListener("abort", resolve, { once: true }));
          try {
            await out.write("more");
          } catch (error) {
            failure = error;
            heard.open();
            throw error;
          }
        }),
      );
      const client = await server.connect();
      client.send(get("/"));
      await begun.opened;
      assert.equal(signal?.aborted, false);
      client.leave();
      await heard.opened;
      assert.match(String(failure), /client has left/);
      assert.equal(signal?.reason, failure);
      assert.deepEqual(server.reports, []);
    });

    test("A producer that waits for a slow client hears that it has left", async (context) => {
      const heard = new Gate();
      let failure: unknown;
      const server = await TestServer.start(context, way, () =>
        stream(async (out) => {
          try {
            for (;;) await out.write(PIECE);
          } catch (error) {
            failure = error;
            heard.open();
          }
        }),
      );
      const [client, end] = await server.connectWithEnd();
      client.stream.pause();
      client.send(get("/"));
      while (end.writableLength < 64 * 1024) await new Promise(setImmediate);
      client.leave();
      await heard.opened;
      assert.match(String(failure), /client has left/);
    });

    test("A producer that does not await its writes brings nothing down when the client leaves", async (context) => {
      const written = new Gate();
      const server = await TestServer.start(context, way, () =>
        stream(async (out) => {
          for (let i = 0; i < 1000; i++) void out.write(PIECE);
          written.open();
          await new Promise((resolve) => out.signal.addEventListener("abort", resolve, { once: true }));
        }),
      );
      const client = await server.connect();
      client.stream.pause();
      client.send(get("/"));
      await written.opened;
      client.leave();
      while (server.server.connections.size > 0) await new Promise(setImmediate);
      assert.deepEqual(server.reports, []);
    });

    test("Pieces written in one turn leave in one write", async (context) => {
      const server = await TestServer.start(context, way, () =>
        stream((out) => {
          for (const word of ["a", "b", "c", "d"]) void out.write(word);
        }),
      );
      const [client, end] = await server.connectWithEnd();
      const write = mock.method(end, "write");
      client.send(get("/"));
      assert.equal((await client.responses(1))[0]?.body, "abcd");
      assert.ok(write.mock.callCount() <= 2, `${write.mock.callCount()} writes`);
    });
  });
}
