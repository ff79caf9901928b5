import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Request } from "../../src/http/request.ts";
import { text } from "../../src/http/responses.ts";
import { TestServer, ways } from "./test-server.ts";

const HOST = "Host: a\r\n";

/** Handlers that answer at once, in a promise that is settled, and later. */
const paces: [
  name: string,
  handle: (request: Request) => ReturnType<typeof text> | Promise<ReturnType<typeof text>>,
][] = [
  ["at once", (request) => text(request.path)],
  ["by a promise", async (request) => text(request.path)],
  [
    "later",
    async (request) => {
      await new Promise(setImmediate);
      return text(request.path);
    },
  ],
];

for (const way of ways) {
  for (const [pace, handle] of paces) {
    describe(`${way.name}, answering ${pace}`, () => {
      test("A connection of HTTP/1.1 serves one request after another", async (context) => {
        const client = await (await TestServer.start(context, way, handle)).connect();
        for (let i = 1; i <= 3; i++) {
          client.send(`GET /${i} HTTP/1.1\r\n${HOST}\r\n`);
          const last = (await client.responses(i)).at(-1);
          assert.equal(last?.body, `/${i}`);
          assert.equal(last?.headers.has("connection"), false);
        }
        assert.equal(client.hasEnded, false);
      });

      test("A connection of HTTP/1.1 closes when the client asks for it", async (context) => {
        const server = await TestServer.start(context, way, handle);
        const received = await server.exchange(`GET /1 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
        assert.match(received, /connection: close\r\n/);
        assert.match(received, /\/1$/);
      });

      test("What follows a request that closes is not answered", async (context) => {
        const server = await TestServer.start(context, way, handle);
        const received = await server.exchange(
          `GET /1 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\nGET /2 HTTP/1.1\r\n${HOST}\r\n`,
        );
        assert.match(received, /\/1$/);
        assert.doesNotMatch(received, /\/2/);
      });

      test("A connection of HTTP/1.0 closes after its answer", async (context) => {
        const server = await TestServer.start(context, way, handle);
        const received = await server.exchange("GET /1 HTTP/1.0\r\n\r\n");
        assert.match(received, /^HTTP\/1\.1 200 OK\r\n/);
        assert.match(received, /connection: close\r\n/);
        assert.match(received, /\/1$/);
      });

      test("A connection of HTTP/1.0 stays when the client asks for it, and is told so", async (context) => {
        const client = await (await TestServer.start(context, way, handle)).connect();
        for (let i = 1; i <= 2; i++) {
          client.send(`GET /${i} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`);
          const last = (await client.responses(i)).at(-1);
          assert.equal(last?.headers.get("connection"), "keep-alive");
        }
        client.send("GET /3 HTTP/1.0\r\n\r\n");
        await client.closed();
        assert.match(client.received, /\/3$/);
      });

      test("A request that comes byte by byte is answered", async (context) => {
        const client = await (await TestServer.start(context, way, handle)).connect();
        for (const byte of `GET /slow HTTP/1.1\r\n${HOST}\r\n`) {
          client.send(byte);
          await new Promise(setImmediate);
        }
        assert.equal((await client.responses(1))[0]?.body, "/slow");
      });

      test("A request comes in between two others, cut anywhere", async (context) => {
        const client = await (await TestServer.start(context, way, handle)).connect();
        const request = `GET /x HTTP/1.1\r\n${HOST}\r\n`;
        const stream = request.repeat(3);
        for (let position = 0; position < stream.length; position += 17) {
          client.send(stream.slice(position, position + 17));
          await new Promise(setImmediate);
        }
        assert.deepEqual(
          (await client.responses(3)).map(({ body }) => body),
          ["/x", "/x", "/x"],
        );
      });
    });
  }

  describe(`${way.name}, many connections`, () => {
    test("Each connection gets its own answers, whoever sends when", async (context) => {
      const server = await TestServer.start(context, way, async (request) => {
        await new Promise(setImmediate);
        return text(`${request.path} ${request.headers.get("x-client")}`);
      });
      const clients = await Promise.all(Array.from({ length: 20 }, () => server.connect()));
      const head = "GET /abcdefgh HTTP/1.1\r\nHost: a\r\nX-Client: ";
      for (const client of clients) client.send(head.slice(0, 20));
      await new Promise(setImmediate);
      clients.forEach((client, index) => void client.send(`${head.slice(20)}${index}\r\n\r\n`));
      for (const [index, client] of clients.entries())
        assert.equal((await client.responses(1))[0]?.body, `/abcdefgh ${index}`);
    });
  });
}
