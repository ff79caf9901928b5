import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { openPair } from "./open-websocket.ts";

describe("a client's and a server's websocket", () => {
  it("echo any messages in order", async () => {
    const messages = fc.array(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.uint8Array({ maxLength: 5000 }).map((bytes) => Buffer.from(bytes)),
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(messages, async (sent) => {
        const { server, client } = openPair();
        const echo = (async () => {
          for await (const message of server) await server.send(message);
        })();
        for (const message of sent) client.send(message);
        for (const message of sent) assert.deepEqual(await client.receive(), message);
        await client.close(4000, "done");
        await echo;
        assert.deepEqual(await server.closed, { code: 4000, reason: "done", wasClean: true });
        assert.deepEqual(await client.closed, { code: 4000, reason: "", wasClean: true });
      }),
      { seed: 6455, numRuns: 60 },
    );
  });

  it("carry a megabyte through full buffers", async () => {
    const { server, client } = openPair({ bufferLimit: "64kb" });
    const chunk = "x".repeat(10_000);
    const producing = (async () => {
      for (let i = 0; i < 100; i++) await server.send(`${i} ${chunk}`);
      await server.close(1000);
    })();
    let count = 0;
    for await (const message of client) assert.equal(message, `${count++} ${chunk}`);
    await producing;
    assert.equal(count, 100);
  });

  it("answer each other's pings", async () => {
    const { server, client } = openPair();
    await Promise.all([server.ping(), client.ping("from the client")]);
  });

  it("close cleanly when both begin at once", async () => {
    const { server, client } = openPair();
    await Promise.all([server.close(1001), client.close(4000)]);
    assert.deepEqual(await server.closed, { code: 4000, reason: "", wasClean: true });
    assert.deepEqual(await client.closed, { code: 1001, reason: "", wasClean: true });
  });
});
