import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Request } from "../../src/http/request.ts";
import { stream, text } from "../../src/http/responses.ts";
import { TestServer, ways } from "./test-server.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const post = (lines: string, version = "1.1") =>
  `POST / HTTP/${version}\r\nHost: a\r\nExpect: 100-continue\r\n${lines}\r\n`;
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/** Every way to begin reading. */
const readers: [name: string, read: (request: Request) => Promise<string>][] = [
  ["text()", (request) => request.text()],
  ["bytes()", async (request) => (await request.bytes()).toString()],
  ["json()", async (request) => String(await request.json())],
  [
    "for await",
    async (request) => {
      let all = "";
      for await (const piece of request.body) all += piece.toString();
      return all;
    },
  ],
];

for (const way of ways) {
  describe(way.name, () => {
    for (const [name, read] of readers) {
      for (const [kind, lines, body] of [
        ["with a length", "Content-Length: 2\r\n", "12"],
        ["in chunks", "Transfer-Encoding: chunked\r\n", "2\r\n12\r\n0\r\n\r\n"],
      ] as const) {
        test(`100 is sent once when ${name} begins to read a body ${kind}, and the connection goes on`, async (context) => {
          let isReading = false;
          let start = (): void => {};
          const started = new Promise<void>((resolve) => {
            start = resolve;
          });
          const server = await TestServer.start(context, way, async (request) => {
            if (!request.hasBody) return text("next");
            await started;
            isReading = true;
            return text(await read(request));
          });
          const client = await server.connect();
          client.send(post(lines));
          await new Promise(setImmediate);
          assert.equal(client.received, "");
          start();
          await client.receives(CONTINUE);
          assert.equal(isReading, true);
          assert.equal(client.received, CONTINUE);
          client.send(body + GET);
          const responses = await client.responses(2);
          assert.deepEqual(
            responses.map(({ body: answer }) => answer),
            ["12", "next"],
          );
          assert.equal((client.received as string).split(CONTINUE).length, 2);
        });
      }
    }

    test("100 is not sent when the body is never read, and the connection closes", async (context) => {
      for (const handle of [() => text("no"), async () => text("no")]) {
        const server = await TestServer.start(context, way, handle);
        const client = await server.connect();
        client.send(post("Content-Length: 2\r\n"));
        await client.closed();
        const responses = await client.responses(1);
        assert.equal(responses[0]?.headers.get("connection"), "close");
        assert.doesNotMatch(client.received, /100 Continue/);
      }
    });

    test("100 is not sent to a client that sends its body without waiting", async (context) => {
      const server = await TestServer.start(context, way, async (request) => text(await request.text()));
      const client = await server.connect();
      client.send(`${post("Content-Length: 2\r\n")}12${GET}`);
      assert.equal((await client.responses(2))[0]?.body, "12");
      assert.doesNotMatch(client.received, /100 Continue/);
    });

    test("100 is not sent to a client that has begun to send its body", async (context) => {
      const server = await TestServer.start(context, way, async (request) => text(await request.text()));
      const client = await server.connect();
      client.send(`${post("Content-Length: 2\r\n")}1`);
      await new Promise(setImmediate);
      client.send("2");
      assert.equal((await client.responses(1))[0]?.body, "12");
      assert.doesNotMatch(client.received, /100 Continue/);
    });

    test("100 is not sent for a body past its limit, and the connection closes", async (context) => {
      const server = await TestServer.start(context, way, async (request) => text(await request.text()), {
        bodyLimit: 10,
      });
      const received = await server.exchange(post("Content-Length: 11\r\n"));
      assert.match(received, /^HTTP\/1\.1 413 /);
      assert.match(received, /connection: close\r\n/);
    });

    test("100 is not sent where there is no body", async (context) => {
      const client = await (
        await TestServer.start(context, way, async (request) => text(await request.text()))
      ).connect();
      client.send(post("Content-Length: 0\r\n") + post("") + GET);
      await client.responses(3);
      assert.doesNotMatch(client.received, /100 Continue/);
    });

    test("100 is not sent to HTTP/1.0", async (context) => {
      const server = await TestServer.start(context, way, async (request) => text(await request.text()));
      const client = await server.connect();
      client.send(post("Content-Length: 2\r\n", "1.0"));
      await new Promise(setImmediate);
      client.send("12");
      assert.equal((await client.responses(1))[0]?.body, "12");
      assert.doesNotMatch(client.received, /100 Continue/);
    });

    test("100 follows the answers to the requests before it", async (context) => {
      const server = await TestServer.start(context, way, async (request) => text(await request.text()));
      const client = await server.connect();
      client.send(GET + post("Content-Length: 2\r\n"));
      await client.receives(CONTINUE);
      assert.match(client.received, /^HTTP\/1\.1 200 OK/);
      assert.ok(client.received.endsWith(CONTINUE));
      client.send("12");
      assert.equal((await client.responses(2))[1]?.body, "12");
    });

    test("100 is not sent in the middle of an answer", async (context) => {
      const server = await TestServer.start(context, way, (request) =>
        stream(async (out) => {
          await out.write("begun, ");
          for await (const piece of request.body) await out.write(piece);
        }),
      );
      const client = await server.connect();
      client.send(post("Content-Length: 2\r\n"));
      await client.receives("begun");
      client.send("12");
      await client.closed();
      assert.deepEqual(
        (await client.responses(1)).map(({ body, headers }) => [body, headers.get("connection")]),
        [["begun, 12", "close"]],
      );
      assert.doesNotMatch(client.received, /100 Continue/);
    });
  });
}
