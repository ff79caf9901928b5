import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Request } from "../../src/http/request.ts";
import { text } from "../../src/http/responses.ts";
import { Gate } from "./gate.ts";
import { TestServer, ways } from "./test-server.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello";

function aborted(request: Request): Promise<unknown> {
  const { signal } = request;
  if (signal.aborted) return Promise.resolve(signal.reason);
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(signal.reason), { once: true });
  });
}

for (const way of ways) {
  describe(way.name, () => {
    test("A client that leaves aborts the signal with a reason, and its answer is made for nobody", async (context) => {
      const begun = new Gate();
      const ended = new Gate();
      let reason: unknown;
      const server = await TestServer.start(context, way, async (request) => {
        begun.open();
        reason = await aborted(request);
        ended.open();
        return text("too late");
      });
      const client = await server.connect();
      client.send(GET);
      await begun.opened;
      client.leave();
      await ended.opened;
      assert.match(String(reason), /client/);
      while (server.server.connections.size > 0) await new Promise(setImmediate);
      assert.deepEqual(server.reports, []);
    });

    test("A handler that fails because its client has left is reported, and answers nobody", async (context) => {
      const begun = new Gate();
      const server = await TestServer.start(context, way, async (request) => {
        begun.open();
        throw await aborted(request);
      });
      const client = await server.connect();
      client.send(GET);
      await begun.opened;
      client.leave();
      while (server.server.connections.size > 0 || server.reports.length === 0)
        await new Promise(setImmediate);
      assert.equal(server.reports.length, 1);
    });

    test("A client that only ends its side hears the answer, though the signal says that it may have left", async (context) => {
      const begun = new Gate();
      let reason: unknown;
      const server = await TestServer.start(context, way, async (request) => {
        begun.open();
        reason = await aborted(request);
        return text("answer");
      });
      const client = await server.connect();
      client.send(GET);
      await begun.opened;
      client.end();
      const [response] = await client.responses(1);
      assert.deepEqual([response?.body, response?.headers.get("connection")], ["answer", "close"]);
      assert.match(String(reason), /closed its side/);
      await client.closed();
    });

    test("A client that ends its side at once with its request is answered", async (context) => {
      for (const handle of [() => text("answer"), async () => text("answer")]) {
        const server = await TestServer.start(context, way, handle);
        const client = await server.connect();
        client.stream.end(GET);
        assert.equal((await client.responses(1))[0]?.body, "answer");
        await client.closed();
      }
    });

    test("A client that ends its side in the middle of a body breaks the body, and is told", async (context) => {
      for (const [title, leave] of [
        ["ends", "end"],
        ["leaves", "leave"],
      ] as const) {
        const begun = new Gate();
        const ended = new Gate();
        let failure: unknown;
        const server = await TestServer.start(context, way, async (request) => {
          begun.open();
          try {
            return text(await request.text());
          } catch (error) {
            failure = error;
            ended.open();
            throw error;
          }
        });
        const client = await server.connect();
        client.send(POST);
        await begun.opened;
        client[leave]();
        await ended.opened;
        assert.match(String(failure), /in the middle of the body/, title);
        if (leave === "end") {
          assert.deepEqual(
            (await client.responses(1)).map(({ status, headers }) => [status, headers.get("connection")]),
            [[400, "close"]],
          );
        }
        assert.deepEqual(server.reports, []);
      }
    });

    test("A client that ends its side while the rest of its body is drained is let go", async (context) => {
      const server = await TestServer.start(context, way, () => text("unread"));
      const client = await server.connect();
      client.send(POST);
      assert.equal((await client.responses(1))[0]?.body, "unread");
      client.end();
      await client.closed();
    });

    for (const [title, bytes] of [
      ["before its first byte", ""],
      ["in the middle of a head", "GET / HT"],
      ["between two requests", GET],
      ["behind an empty line", `${GET}\r\n`],
    ] as const) {
      test(`A client that ends its side ${title} is let go without a word`, async (context) => {
        const server = await TestServer.start(context, way, () => text("ok"));
        const client = await server.connect();
        client.send(bytes);
        if (bytes.startsWith(GET)) await client.responses(1);
        const before = client.received;
        client.end();
        await client.closed();
        assert.equal(client.received, before);
        while (server.server.connections.size > 0) await new Promise(setImmediate);
      });
    }

    test("Connections that are gone are forgotten", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"));
      for (let i = 0; i < 5; i++) {
        const client = await server.connect();
        client.send(i % 2 === 0 ? GET : "GET / HT");
        if (i % 2 === 0) await client.responses(1);
        client.leave();
      }
      while (server.server.connections.size > 0) await new Promise(setImmediate);
    });
  });
}
