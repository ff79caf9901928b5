import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { constants, createInflateRaw } from "node:zlib";
import fc from "fast-check";
import { MessageDeflater, MessageInflater } from "../../../src/protocol/websocket/deflate.ts";

const MEBIBYTE = 1024 * 1024;
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** Messages with much in common, and some with nothing. */
const messages = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.string({ maxLength: 40 }).map((word) => Buffer.from(word.repeat(60))),
    fc.constant(Buffer.from("the same again and again ".repeat(30))),
  ),
  { maxLength: 8 },
);
const direction = fc.record({ windowBits: fc.integer({ min: 9, max: 15 }), takeover: fc.boolean() });

describe("a deflater", () => {
  it("is understood by an inflater of the same window, message by message", () => {
    fc.assert(
      fc.property(direction, messages, (chosen, series) => {
        const deflater = new MessageDeflater(chosen, 0);
        const inflater = new MessageInflater(chosen);
        for (const message of series) {
          const payload = deflater.deflate(message);
          if (payload === undefined) continue;
          if (!chosen.takeover) assert.ok(payload.length < message.length);
          assert.deepEqual(inflater.inflate(payload, 0, payload.length, MEBIBYTE), Buffer.from(message));
        }
      }),
    );
  });

  it("is understood by zlib's own stream, which has no more than the window", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 9, max: 15 }), messages, async (windowBits, series) => {
        const deflater = new MessageDeflater({ windowBits, takeover: true }, 0);
        const stream = createInflateRaw({ windowBits });
        const received: Buffer[] = [];
        stream.on("data", (piece: Buffer) => received.push(piece));
        const sent: Uint8Array[] = [];
        for (const message of series) {
          const payload = deflater.deflate(message);
          if (payload === undefined) continue;
          sent.push(message);
          stream.write(Buffer.concat([payload, TAIL]));
        }
        await new Promise<void>((resolve) => stream.flush(constants.Z_SYNC_FLUSH, resolve));
        stream.close();
        assert.deepEqual(Buffer.concat(received), Buffer.concat(sent));
      }),
      { numRuns: 50 },
    );
  });

  it("goes on after messages that were compressed elsewhere", () => {
    const chosen = { windowBits: 15, takeover: true };
    const [deflater, elsewhere] = [
      new MessageDeflater(chosen, 0),
      new MessageDeflater({ ...chosen, takeover: false }, 0),
    ];
    const inflater = new MessageInflater(chosen);
    const message = Buffer.from("a message that is like the others ".repeat(10));
    for (const sender of [deflater, elsewhere, deflater, elsewhere, elsewhere, deflater]) {
      const payload = sender.deflate(message);
      assert.ok(payload !== undefined);
      if (sender === elsewhere) deflater.remember(message);
      assert.deepEqual(inflater.inflate(payload, 0, payload.length, MEBIBYTE), message);
    }
  });

  it("makes repeated messages much smaller by context takeover alone", () => {
    const message = Buffer.from(JSON.stringify({ id: 12_345, name: "Tails", position: [1.5, 2.25, 3.125] }));
    const chained = new MessageDeflater({ windowBits: 15, takeover: true }, 0);
    chained.deflate(message);
    assert.ok((chained.deflate(message)?.length ?? 100) < 12);
    const alone = new MessageDeflater({ windowBits: 15, takeover: false }, 0);
    const first = alone.deflate(message);
    assert.deepEqual(alone.deflate(message), first);
  });

  it("never compresses into a window of 8 bits, which zlib cannot keep to", () => {
    assert.equal(
      new MessageDeflater({ windowBits: 8, takeover: true }, 0).threshold,
      Number.POSITIVE_INFINITY,
    );
  });
});

describe("an inflater", () => {
  it("answers damaged payloads by a failure or a message within the limit, and never throws", () => {
    const damage = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(direction, messages, damage, fc.nat(400), (chosen, series, changes, cut) => {
        const deflater = new MessageDeflater(chosen, 0);
        const inflater = new MessageInflater(chosen);
        for (const message of series) {
          const payload = Buffer.from(deflater.deflate(message) ?? message);
          for (const [at, byte] of changes) if (at < payload.length) payload[at] = byte;
          const end = cut % 3 === 0 ? Math.min(cut, payload.length) : payload.length;
          const restored = inflater.inflate(payload, 0, end, 3000);
          if (restored === undefined) {
            assert.ok(inflater.failure === 1007 || inflater.failure === 1009);
            return;
          }
          assert.ok(restored.length <= 3000);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("stops at the limit, however much would follow", () => {
    const bomb = new MessageDeflater({ windowBits: 15, takeover: false }, 0).deflate(
      Buffer.alloc(200 * MEBIBYTE),
    );
    assert.ok(bomb !== undefined && bomb.length < MEBIBYTE);
    const inflater = new MessageInflater({ windowBits: 15, takeover: true });
    const before = process.memoryUsage().rss;
    const began = process.cpuUsage();
    for (let i = 0; i < 20; i++) {
      assert.equal(inflater.inflate(bomb, 0, bomb.length, MEBIBYTE), undefined);
      assert.equal(inflater.failure, 1009);
    }
    const { user, system } = process.cpuUsage(began);
    // Restoring all of it twenty times takes seconds and gigabytes.
    assert.ok(user + system < 2e6, `${user + system} µs`);
    assert.ok(process.memoryUsage().rss - before < 150 * MEBIBYTE);
  });
});
