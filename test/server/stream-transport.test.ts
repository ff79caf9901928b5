import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectNet, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { describe, test } from "node:test";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { createDuplexPair } from "../../src/server/duplex-pair.ts";
import { StreamTransport } from "../../src/server/stream-transport.ts";
import { makeCertificate } from "./certificates.ts";

const TOTAL = 40_000_000;

/** Both ends of a connection, and what closes its listener. */
type Open = () => Promise<[near: Duplex, far: Duplex, close: () => void]>;

const kinds: [name: string, open: Open][] = [
  [
    "a socket",
    async () => {
      const listener = createServer().listen(0, "127.0.0.1");
      await once(listener, "listening");
      const near = connectNet(portOf(listener), "127.0.0.1");
      const [far] = (await once(listener, "connection")) as [Socket];
      return [near, far, () => listener.close()];
    },
  ],
  [
    "a socket under TLS",
    async () => {
      const listener = createTlsServer(await makeCertificate(["localhost"])).listen(0, "127.0.0.1");
      await once(listener, "listening");
      const near = connectTls({ port: portOf(listener), host: "127.0.0.1", rejectUnauthorized: false });
      const [far] = (await once(listener, "secureConnection")) as [Socket];
      return [near, far, () => listener.close()];
    },
  ],
  ["a pair in memory", async () => [...createDuplexPair(), () => {}]],
];

function portOf(listener: { address(): unknown }): number {
  return (listener.address() as { port: number }).port;
}

for (const [name, open] of kinds) {
  describe(name, () => {
    test("What the peer has taken only grows, moves while one long write is worked off, and is all in the end", async (context) => {
      const [near, far, close] = await open();
      context.after(() => {
        near.destroy();
        far.destroy();
        close();
      });
      const transport = new StreamTransport(far);
      const seen: number[] = [];
      let received = 0;
      near.on("data", (chunk: Buffer) => {
        received += chunk.length;
        seen.push(transport.sentBytes);
      });
      transport.write(Buffer.alloc(TOTAL / 2));
      transport.write("x".repeat(TOTAL / 2));
      const drained = new Promise<void>((resolve) => {
        transport.owner = { ...transport.owner, onDrain: resolve };
      });
      await drained;
      assert.equal(transport.sentBytes, TOTAL);
      while (received < TOTAL) await once(near, "data");
      assert.deepEqual(
        seen,
        seen.toSorted((a, b) => a - b),
      );
      assert.ok(seen.every((sent) => sent >= 0 && sent <= TOTAL));
      // In memory a write is handed over whole.
      if (name !== "a pair in memory") assert.ok(new Set(seen).size > 4, `${new Set(seen).size} steps`);
    });
  });
}
