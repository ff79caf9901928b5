import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import { describe, mock, test } from "node:test";
import { stream, text } from "../../src/http/responses.ts";
import { Gate } from "./gate.ts";
import type { RawClient } from "./raw-client.ts";
import { TestServer, ways } from "./test-server.ts";

const PIECE = 16 * 1024;
const PIECES = 1000;
const LENGTH = PIECE * PIECES;
const HEAD = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${LENGTH}\r\n\r\n`;
/** What may have arrived of a body that nobody reads: its high-water mark, one read more and what lies in the stream. */
const HELD = 256 * 1024;

/** Resolves when `end`, the server's end of a connection, is paused. */
function paused(end: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const pause = end.pause.bind(end);
    mock.method(end, "pause", () => {
      resolve();
      return pause();
    });
  });
}

function sendBody(client: RawClient): void {
  const piece = Buffer.alloc(PIECE, "x");
  for (let i = 0; i < PIECES; i++) client.stream.write(piece);
}

for (const way of ways) {
  describe(way.name, () => {
    test("A body that is read slowly holds its sender back, and arrives whole", async (context) => {
      const gate = new Gate();
      let size = 0;
      let largest = 0;
      const server = await TestServer.start(
        context,
        way,
        async (request) => {
          await gate.opened;
          for await (const piece of request.body) {
            size += piece.length;
            largest = Math.max(largest, piece.length);
            if (size % (PIECE * 10) < piece.length) await new Promise(setImmediate);
          }
          return text(String(size));
        },
        { bodyLimit: LENGTH },
      );
      const [client, end] = await server.connectWithEnd();
      const isPaused = paused(end);
      client.send(HEAD);
      sendBody(client);
      await isPaused;
      // Sockets buffer megabytes by themselves; the rest waits with the client.
      assert.ok(client.stream.writableLength > LENGTH / 4, `${client.stream.writableLength} bytes wait`);
      gate.open();
      assert.equal((await client.responses(1))[0]?.body, String(LENGTH));
      assert.ok(largest <= HELD, `a piece of ${largest} bytes`);
    });

    test("A body that nobody reads is not taken further, and the answer does not wait for it", async (context) => {
      const gate = new Gate();
      const server = await TestServer.start(
        context,
        way,
        async () => {
          await gate.opened;
          return text("unread");
        },
        { bodyLimit: LENGTH },
      );
      const [client, end] = await server.connectWithEnd();
      const isPaused = paused(end);
      client.send(HEAD);
      sendBody(client);
      await isPaused;
      gate.open();
      const [response] = await client.responses(1);
      assert.deepEqual([response?.body, response?.headers.get("connection")], ["unread", "close"]);
      client.leave();
    });

    test("A body that is read whole is taken without a pause up to its limit", async (context) => {
      const server = await TestServer.start(
        context,
        way,
        async (request) => text(String((await request.bytes()).length)),
        { bodyLimit: LENGTH },
      );
      const [client, end] = await server.connectWithEnd();
      const pause = mock.method(end, "pause");
      client.send(HEAD);
      sendBody(client);
      assert.equal((await client.responses(1))[0]?.body, String(LENGTH));
      assert.equal(pause.mock.callCount(), 0);
    });

    test("Reading whole after a pause goes on", async (context) => {
      const gate = new Gate();
      const server = await TestServer.start(
        context,
        way,
        async (request) => {
          await gate.opened;
          return text(String((await request.bytes()).length));
        },
        { bodyLimit: LENGTH },
      );
      const [client, end] = await server.connectWithEnd();
      const isPaused = paused(end);
      client.send(HEAD);
      sendBody(client);
      await isPaused;
      gate.open();
      assert.equal((await client.responses(1))[0]?.body, String(LENGTH));
    });

    test("A stream that reads the body slowly holds its sender back", async (context) => {
      const gate = new Gate();
      const server = await TestServer.start(
        context,
        way,
        (request) =>
          stream(async (out) => {
            let size = 0;
            await gate.opened;
            for await (const piece of request.body) size += piece.length;
            await out.write(String(size));
          }),
        { bodyLimit: LENGTH },
      );
      const [client, end] = await server.connectWithEnd();
      const isPaused = paused(end);
      client.send(HEAD);
      sendBody(client);
      await isPaused;
      gate.open();
      assert.equal((await client.responses(1))[0]?.body, String(LENGTH));
    });
  });
}
