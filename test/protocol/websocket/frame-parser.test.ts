import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FrameEvent, FrameParser } from "../../../src/protocol/websocket/frame-parser.ts";
import { binary, close, frame, more, ping, pong, text } from "../../conformance/websocket/frame-bytes.ts";
import type { Verdict } from "../../conformance/websocket/frame-case.ts";
import { cutAt, everyByte, readEvents } from "./read-events.ts";

const fragmented = Buffer.concat([
  text("Hé", { final: false }),
  ping("between"),
  more(Buffer.from([0xe2, 0x82]), { final: false }),
  more(Buffer.concat([Buffer.from([0xac]), Buffer.alloc(200, "x")])),
  binary(Buffer.alloc(300, 7)),
  pong("p".repeat(125)),
  text("short"),
  close(4000, "Tschüß"),
]);

const anyFrame = fc.record({
  opcode: fc.constantFrom(0, 0, 1, 1, 2, 2, 8, 9, 10, 3, 11),
  final: fc.boolean(),
  reserved: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 4),
  mask: fc.oneof({ weight: 20, arbitrary: fc.nat() }, { weight: 1, arbitrary: fc.constant(null) }),
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.string({ maxLength: 20, unit: "binary" }),
    fc.string({ minLength: 120, maxLength: 160 }),
  ),
});

describe("FrameParser", () => {
  it("gives the same events wherever the bytes are cut in two or three", () => {
    const expected = readEvents(new FrameParser(), [fragmented]);
    assert.equal(expected.length, 6);
    for (let first = 0; first <= fragmented.length; first++) {
      for (const second of [first, first + 1, first + 127]) {
        const events = readEvents(new FrameParser(), cutAt(fragmented, [first, second]));
        assert.deepEqual(events, expected, `cut before ${first} and ${second}`);
      }
    }
  });

  it("gives the same events for any frames, sound or not, however they are cut", () => {
    const cuts = fc.array(fc.nat(400), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 8 }), cuts, (specs, positions) => {
        const bytes = Buffer.concat(specs.map(frame));
        const expected = readEvents(new FrameParser({ messageLimit: 200 }), [bytes]);
        const cut = cutAt(bytes, positions);
        assert.deepEqual(readEvents(new FrameParser({ messageLimit: 200 }), cut), expected);
        assert.deepEqual(readEvents(new FrameParser({ messageLimit: 200 }), everyByte(bytes)), expected);
      }),
      { seed: 6455, numRuns: 250 },
    );
  });

  it("puts any message together again, however it is fragmented", () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(pieces, fc.boolean(), (payloads, isCut) => {
        const last = payloads.length - 1;
        const frames = payloads.map((payload, index) =>
          frame({ opcode: index === 0 ? 2 : 0, payload, final: index === last }),
        );
        const whole = Buffer.concat(frames);
        const events = readEvents(new FrameParser(), isCut ? everyByte(whole) : [whole]);
        assert.deepEqual(events, [["binary", Buffer.concat(payloads).toString("hex")]]);
      }),
      { seed: 54, numRuns: 200 },
    );
  });

  it("hands out bytes of its own, which later chunks do not touch", () => {
    const parser = new FrameParser();
    const chunk = Buffer.concat([binary("first"), ping("second")]);
    parser.feed(chunk, 0, chunk.length);
    assert.equal(parser.next(), FrameEvent.Binary);
    const message = parser.bytes;
    assert.equal(parser.next(), FrameEvent.Ping);
    const payload = parser.bytes;
    chunk.fill(0);
    assert.equal(message.toString(), "first");
    assert.equal(payload.toString(), "second");
  });

  it("hands out assembled messages that later ones do not touch", () => {
    const parser = new FrameParser();
    const seen: Buffer[] = [];
    for (const letter of ["a", "b"]) {
      const bytes = Buffer.concat([binary(letter.repeat(1024), { final: false }), more(letter)]);
      parser.feed(bytes, 0, bytes.length);
      assert.equal(parser.next(), FrameEvent.Binary);
      seen.push(parser.bytes);
    }
    assert.deepEqual(seen.map(String), ["a".repeat(1025), "b".repeat(1025)]);
  });

  it("reads only the bytes between start and end", () => {
    const parser = new FrameParser();
    const bytes = Buffer.concat([text("out"), text("in"), text("out")]);
    parser.feed(bytes, 9, 17);
    assert.equal(parser.next(), FrameEvent.Text);
    assert.equal(parser.text, "in");
    assert.equal(parser.next(), FrameEvent.NeedMore);
    assert.equal(parser.next(), FrameEvent.NeedMore);
  });

  it("answers NeedMore before it is fed and for empty chunks", () => {
    const parser = new FrameParser();
    assert.equal(parser.next(), FrameEvent.NeedMore);
    assert.deepEqual(readEvents(parser, [Buffer.alloc(0), text("x"), Buffer.alloc(0)]), [["text", "x"]]);
  });

  it("says what was wrong and with which code to close", () => {
    const parser = new FrameParser({ messageLimit: 10 });
    const bytes = text("more than ten bytes");
    parser.feed(bytes, 0, bytes.length);
    assert.equal(parser.next(), FrameEvent.Failed);
    assert.equal(parser.closeCode, 1009);
    assert.equal(parser.closeReason, "A message has more than 10 bytes");
  });

  it("says whose frame was masked or not", () => {
    const reasons = (["server", "client"] as const).map((role) => {
      const parser = new FrameParser({ role });
      const bytes = text("x", { mask: role === "server" ? null : 1 });
      parser.feed(bytes, 0, bytes.length);
      assert.equal(parser.next(), FrameEvent.Failed);
      return parser.closeReason;
    });
    assert.deepEqual(reasons, ["A frame of a client is not masked", "A frame of a server is masked"]);
  });

  it("sets nothing aside for what a head only announces", () => {
    const parser = new FrameParser();
    readEvents(parser, [binary("x", { length: 1_000_000 })]);
    assert.ok(parser.heldBytes <= 1024, `${parser.heldBytes} bytes`);
  });

  it("never sets more aside than the limit of a message", () => {
    const parser = new FrameParser({ messageLimit: 5000 });
    readEvents(parser, [binary(Buffer.alloc(4000), { final: false })]);
    for (let i = 0; i < 1000; i++) {
      readEvents(parser, [more("x", { final: false })]);
      assert.ok(parser.heldBytes <= 5000, `${parser.heldBytes} bytes`);
    }
    assert.deepEqual(readEvents(parser, [more("x", { final: false })]), [["failed", 1009]]);
    assert.equal(parser.heldBytes, 0);
  });

  it("lets go of a large buffer when its message is complete", () => {
    const parser = new FrameParser();
    readEvents(parser, [text("x".repeat(100_000), { final: false }), more("y")]);
    assert.equal(parser.heldBytes, 0);
  });

  it("allows 64 bytes per fragment on average by default, 1,024 fragments at least", () => {
    const flood = (count: number): Buffer[] => [
      text("", { final: false }),
      ...Array.from({ length: count - 2 }, () => more("", { final: false })),
      more(""),
    ];
    const verdict = (count: number, messageLimit: number): Verdict | undefined =>
      readEvents(new FrameParser({ messageLimit }), [Buffer.concat(flood(count))])[0];
    assert.deepEqual(verdict(1024, 100), ["text", ""]);
    assert.deepEqual(verdict(1025, 100), ["failed", 1009]);
    assert.deepEqual(verdict(2000, 128_000), ["text", ""]);
    assert.deepEqual(verdict(2001, 128_000), ["failed", 1009]);
  });

  it("needs time in proportion to the bytes when they come one by one", () => {
    const time = (size: number): number => {
      const bytes = Buffer.concat([text("x".repeat(size), { final: false }), more("y".repeat(size))]);
      const started = process.cpuUsage();
      const parser = new FrameParser();
      let events = 0;
      for (let at = 0; at < bytes.length; at++) {
        parser.feed(bytes, at, at + 1);
        while (parser.next() !== FrameEvent.NeedMore) events++;
      }
      assert.equal(events, 1);
      return process.cpuUsage(started).user;
    };
    time(20_000);
    const short = Math.min(time(20_000), time(20_000));
    const long = Math.min(time(160_000), time(160_000));
    // Eight times the bytes: quadratic work would take 64 times as long.
    assert.ok(long < short * 32 + 20_000, `${short} µs, then ${long} µs`);
  });

  it("refuses limits that are none", () => {
    for (const messageLimit of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40]) {
      assert.throws(() => new FrameParser({ messageLimit }), {
        name: "RangeError",
        message: /^messageLimit must/,
      });
    }
    assert.throws(() => new FrameParser({ fragmentLimit: -1 }), /^RangeError: fragmentLimit must/);
  });
});

describe("FrameParser of a client", () => {
  const read = (...chunks: Buffer[]): Verdict[] => readEvents(new FrameParser({ role: "client" }), chunks);

  it("reads frames without a mask", () => {
    const bytes = [
      text("Hello", { mask: null }),
      binary("x".repeat(300), { mask: null }),
      ping("p", { mask: null }),
      close(1000, "bye", { mask: null }),
    ];
    const expected = [
      ["text", "Hello"],
      ["binary", "78".repeat(300)],
      ["ping", "p"],
      ["close", 1000, "bye"],
    ];
    assert.deepEqual(read(...bytes), expected);
    assert.deepEqual(read(...everyByte(Buffer.concat(bytes))), expected);
  });

  it("refuses frames with a mask (section 5.1)", () => {
    assert.deepEqual(read(text("Hello")), [["failed", 1002]]);
    assert.deepEqual(read(ping("", { mask: 0 })), [["failed", 1002]]);
  });

  it("refuses text that is not UTF-8", () => {
    assert.deepEqual(read(text(Buffer.from([0xff]), { mask: null })), [["failed", 1007]]);
  });
});
