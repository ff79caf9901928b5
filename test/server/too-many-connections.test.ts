import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { text } from "../../src/http/responses.ts";
import { TestServer, ways } from "./test-server.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

for (const way of ways) {
  describe(way.name, () => {
    test("Past maxConnections a connection is answered by 503 and closed, and those there are go on", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { maxConnections: 2 });
      const [first, second] = [await server.connect(), await server.connect()];
      await Promise.all([first.ask(GET), second.ask(GET)]);
      for (let i = 0; i < 3; i++) {
        const third = await server.connect();
        await third.closed();
        const [response] = await third.responses(1);
        assert.deepEqual([response?.status, response?.headers.get("connection")], [503, "close"]);
        assert.match(response?.body ?? "", /Too many connections/);
      }
      assert.equal(server.server.connections.size, 2);
      first.send(GET);
      assert.equal((await first.responses(2)).length, 2);
    });

    test("When one has gone the next is let in", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { maxConnections: 1 });
      const first = await server.connect();
      await first.ask(GET);
      first.leave();
      while (server.server.connections.size > 0) await new Promise(setImmediate);
      assert.equal((await (await server.connect()).ask(GET)).body, "ok");
    });

    test("A client that leaves while it is turned away does no harm", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"), { maxConnections: 1 });
      await (await server.connect()).ask(GET);
      for (let i = 0; i < 20; i++) (await server.connect()).leave();
      await new Promise(setImmediate);
      assert.equal(server.server.connections.size, 1);
      assert.deepEqual(server.reports, []);
    });
  });
}
