import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FrameParser } from "../../../src/protocol/websocket/frame-parser.ts";
import { type Frame, FrameWriter } from "../../../src/protocol/websocket/frame-writer.ts";
import * as expected from "../../conformance/websocket/frame-bytes.ts";
import { readEvents } from "./read-events.ts";

const server = new FrameWriter();
const client = new FrameWriter({ role: "client", maskingKey: () => 0x3d21fa37 });

/** A frame as bytes; strings are latin1. */
function bytesOf(frame: Frame): Buffer {
  return typeof frame === "string" ? Buffer.from(frame, "latin1") : frame;
}

const sizes = [
  0, 1, 124, 125, 126, 127, 1018, 1019, 1020, 1024, 1025, 4096, 16_384, 16_385, 65_535, 65_536, 100_000,
];

describe("FrameWriter", () => {
  for (const size of sizes) {
    it(`writes ${size} bytes as the RFC draws them, with and without a mask`, () => {
      const ascii = "a".repeat(size);
      const accented = "é".repeat(size >> 1);
      const bytes = Buffer.alloc(size, 0xfe);
      assert.deepEqual(bytesOf(server.text(ascii)), expected.text(ascii, { mask: null }));
      assert.deepEqual(bytesOf(server.text(accented)), expected.text(accented, { mask: null }));
      assert.deepEqual(bytesOf(server.binary(bytes)), expected.binary(bytes, { mask: null }));
      assert.deepEqual(bytesOf(client.text(ascii)), expected.text(ascii));
      assert.deepEqual(bytesOf(client.text(accented)), expected.text(accented));
      assert.deepEqual(bytesOf(client.binary(bytes)), expected.binary(bytes));
    });
  }

  it("writes control frames with and without a mask", () => {
    const payload = Buffer.from([0, 128, 255]);
    assert.deepEqual(bytesOf(server.ping(payload)), expected.ping(payload, { mask: null }));
    assert.deepEqual(bytesOf(server.pong(payload)), expected.pong(payload, { mask: null }));
    assert.deepEqual(bytesOf(server.close(1000, "é")), expected.close(1000, "é", { mask: null }));
    assert.deepEqual(bytesOf(server.close()), expected.close(undefined, "", { mask: null }));
    assert.deepEqual(bytesOf(client.ping(payload)), expected.ping(payload));
    assert.deepEqual(bytesOf(client.pong(payload)), expected.pong(payload));
    assert.deepEqual(bytesOf(client.close(4999)), expected.close(4999));
  });

  it("writes small frames as strings, so that they can be joined", () => {
    const frames = [
      server.text("one"),
      server.text("zwölf"),
      server.binary(Buffer.from([1, 255])),
      server.close(),
    ];
    for (const frame of frames) assert.equal(typeof frame, "string");
    const joined = frames.join("");
    const events = readEvents(new FrameParser({ role: "client" }), [Buffer.from(joined, "latin1")]);
    assert.deepEqual(events, [
      ["text", "one"],
      ["text", "zwölf"],
      ["binary", "01ff"],
      ["close", 1005, ""],
    ]);
  });

  it("copies bytes, which may change afterwards", () => {
    for (const size of [10, 100_000]) {
      const payload = Buffer.alloc(size, 1);
      const frame = server.binary(payload);
      payload.fill(2);
      assert.equal(bytesOf(frame).at(-1), 1);
    }
  });

  it("takes any view over bytes", () => {
    const view = new Uint8Array(new Uint8Array([0, 1, 2, 3]).buffer, 1, 2);
    assert.deepEqual(bytesOf(server.binary(view)), Buffer.from([0x82, 2, 1, 2]));
  });

  it("writes a surrogate without a partner as the replacement character", () => {
    const frame = bytesOf(server.text("a\ud800b"));
    assert.deepEqual(readEvents(new FrameParser({ role: "client" }), [frame]), [["text", "a\ufffdb"]]);
  });

  it("masks every frame of a client with a key of its own", () => {
    const writer = new FrameWriter({ role: "client" });
    const frames = Array.from({ length: 20 }, () => bytesOf(writer.text("same")).toString("hex"));
    assert.equal(new Set(frames).size, 20);
  });

  it("refuses close codes that may not be sent", () => {
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 2000, 2999, 5000, 1000.5, Number.NaN, -1]) {
      assert.throws(() => server.close(code), {
        name: "RangeError",
        message: /^Close code .* cannot be sent; use/,
      });
    }
  });

  it("refuses close reasons of more than 123 bytes and reasons without a code", () => {
    assert.doesNotThrow(() => server.close(1000, "r".repeat(123)));
    assert.throws(
      () => server.close(1000, "r".repeat(124)),
      /^RangeError: A close reason has at most 123 bytes/,
    );
    assert.throws(() => server.close(1000, "€".repeat(42)), /this one has 126/);
    assert.throws(() => server.close(undefined, "why"), /^RangeError: A close reason needs a close code/);
  });

  it("refuses ping and pong payloads of more than 125 bytes", () => {
    assert.throws(() => server.ping(Buffer.alloc(126)), /^RangeError: A ping or pong has at most 125 bytes/);
    assert.throws(() => server.pong(Buffer.alloc(126)), /^RangeError/);
  });
});

describe("a writer and the parser of the other side", () => {
  for (const [role, reader] of [["client", "server"] as const, ["server", "client"] as const]) {
    const writer = new FrameWriter({ role });
    const read = (frame: Frame) => readEvents(new FrameParser({ role: reader }), [bytesOf(frame)]);

    it(`agree on any text of a ${role}`, () => {
      const texts = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ minLength: 110, maxLength: 2000 }));
      fc.assert(
        fc.property(texts, (message) => assert.deepEqual(read(writer.text(message)), [["text", message]])),
        { seed: 1, numRuns: 300 },
      );
    });

    it(`agree on any bytes of a ${role}`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
          const digits = Buffer.from(bytes).toString("hex");
          assert.deepEqual(read(writer.binary(bytes)), [["binary", digits]]);
          const payload = bytes.subarray(0, 125);
          assert.deepEqual(read(writer.ping(payload)), [["ping", Buffer.from(payload).toString("latin1")]]);
          assert.deepEqual(read(writer.pong(payload)), [["pong", Buffer.from(payload).toString("latin1")]]);
        }),
        { seed: 2, numRuns: 300 },
      );
    });

    it(`agree on any close of a ${role} that can be written`, () => {
      fc.assert(
        fc.property(fc.nat(5100), fc.string({ unit: "grapheme", maxLength: 60 }), (code, reason) => {
          let frame: Frame;
          try {
            frame = writer.close(code, reason);
          } catch {
            return;
          }
          assert.deepEqual(read(frame), [["close", code, reason]]);
        }),
        { seed: 3, numRuns: 500 },
      );
    });
  }
});
