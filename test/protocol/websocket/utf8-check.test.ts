import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Utf8Check } from "../../../src/protocol/websocket/utf8-check.ts";
import { cutAt } from "./read-events.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

function isText(bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function check(pieces: readonly Buffer[]): boolean {
  const utf8 = new Utf8Check();
  return pieces.every((piece) => utf8.push(piece, 0, piece.length)) && utf8.isComplete;
}

describe("Utf8Check", () => {
  it("agrees with TextDecoder on all sequences of two bytes and what may follow them", () => {
    for (let first = 0x78; first <= 0xff; first++) {
      for (let second = 0; second <= 0xff; second += second < 0x78 ? 0x10 : 1) {
        for (const rest of [[], [0x80], [0xbf, 0x80], [0x41]]) {
          const bytes = Buffer.from([first, second, ...rest]);
          const expected = isText(bytes);
          assert.equal(check([bytes]), expected, bytes.toString("hex"));
          assert.equal(check(cutAt(bytes, [1, 2, 3])), expected, `${bytes.toString("hex")} byte by byte`);
        }
      }
    }
  });

  it("agrees with TextDecoder on any bytes, however they are cut", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 3, min: 0x70 }).map((bytes) => Buffer.from(bytes)),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(60), { maxLength: 6 }), (parts, positions) => {
        const bytes = Buffer.concat(parts);
        assert.equal(check(cutAt(bytes, positions)), isText(bytes));
      }),
      { seed: 3629, numRuns: 2000 },
    );
  });

  it("fails at the first byte that cannot be right", () => {
    for (const digits of ["c0", "f5", "e080", "ed a0", "f08f", "f490", "e28228", "6180"]) {
      const bytes = Buffer.from(digits.replaceAll(" ", ""), "hex");
      const utf8 = new Utf8Check();
      const verdicts = Array.from(bytes, (_, index) => utf8.push(bytes, index, index + 1));
      assert.equal(verdicts.indexOf(false), bytes.length - 1, digits);
    }
  });

  it("reads only the bytes between start and end", () => {
    assert.ok(new Utf8Check().push(Buffer.from([0xff, 0x61, 0xff]), 1, 2));
  });
});
