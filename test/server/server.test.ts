import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { text } from "../../src/http/responses.ts";
import { createDuplexPair } from "../../src/server/duplex-pair.ts";
import { Server } from "../../src/server/server.ts";
import { socketWays, TestServer, ways } from "./test-server.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

for (const way of ways) {
  describe(way.name, () => {
    test("A request knows who sent it", async (context) => {
      const server = await TestServer.start(context, way, (request) =>
        text(`${request.ip} ${request.scheme}`),
      );
      const { body } = await (await server.connect()).ask(GET);
      assert.equal(body, way.isSocket ? "127.0.0.1 http" : " http");
    });

    test("A connection is known to the server until it is gone", async (context) => {
      const server = await TestServer.start(context, way, () => text("ok"));
      const client = await server.connect();
      await client.ask(GET);
      assert.equal(server.server.connections.size, 1);
      client.leave();
      while (server.server.connections.size > 0) await new Promise(setImmediate);
    });
  });
}

for (const way of socketWays) {
  test(`${way.name}: a port that is taken is an error that says so`, async (context) => {
    const server = await TestServer.start(context, way, () => text("ok"));
    const second = new Server({ handle: () => text(""), refuse: () => text(""), report: () => {} });
    await assert.rejects(second.listen({ port: server.port }), { code: "EADDRINUSE" });
  });
}

test("A stream that is gone already is not taken for a connection", async () => {
  const server = new Server({ handle: () => text(""), refuse: () => text(""), report: () => {} });
  const [, far] = createDuplexPair();
  far.destroy();
  server.attach(far);
  assert.equal(server.connections.size, 0);
  await server.stop();
});

test("A server that never listened can be stopped", async () => {
  const server = new Server({ handle: () => text(""), refuse: () => text(""), report: () => {} });
  server.start();
  await server.stop();
});

test("Limits that are not given have their defaults", () => {
  const handlers = { handle: () => text(""), refuse: () => text(""), report: () => {} };
  const { limits } = new Server(handlers, { limits: { bodyLimit: 5 } });
  assert.deepEqual(limits, {
    requestLineLimit: 8 * 1024,
    headLimit: 16 * 1024,
    headerCountLimit: 100,
    bodyLimit: 5,
    headTimeout: 10,
    bodyTimeout: 30,
    minimumReceiveRate: 240,
    sendTimeout: 30,
    minimumSendRate: 240,
    handlerTimeout: 60,
    keepAliveTimeout: 75,
    maxRequestsPerConnection: 0,
    maxConnections: 0,
    gracefulStopTimeout: 15,
  });
});
