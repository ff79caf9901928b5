import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodePercent, describeMalformed, encodeSegment } from "../../src/routing/percent-encoding.ts";

const decodings: [text: string, value: string | undefined][] = [
  ["", ""],
  ["a+b", "a+b"],
  ["%61", "a"],
  ["%2F%2f", "//"],
  ["%5C%00", "\\\0"],
  ["%252F", "%2F"],
  ["caf%C3%A9", "café"],
  ["%F0%9F%A6%94", "🦔"],
  ["é%41", "éA"],
  ["%", undefined],
  ["%4", undefined],
  ["%4g", undefined],
  ["% 41", undefined],
  ["%u0041", undefined],
  ["%80", undefined],
  ["%C3", undefined],
  ["%C3%28", undefined],
  ["%C0%AF", undefined],
  ["%E0%80%AF", undefined],
  ["%ED%A0%80", undefined],
  ["%F4%90%80%80", undefined],
  ["%C3/%A9", undefined],
];

test("Percent-encoded text is decoded as strict UTF-8, once", () => {
  for (const [text, value] of decodings) assert.equal(decodePercent(text), value, text);
});

test("A malformed text is described by its first incomplete encoding, or as not UTF-8", () => {
  assert.equal(describeMalformed("a%2"), '"%2" is not a percent sign with two hexadecimal digits');
  assert.equal(describeMalformed("%41%zz1%"), '"%zz" is not a percent sign with two hexadecimal digits');
  assert.equal(describeMalformed("%41%ff"), "its percent-encoded bytes are not UTF-8");
});

test("An encoded segment holds only what a path may, no separator, and decodes to its text", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  fc.assert(
    fc.property(text, (text) => {
      const encoded = encodeSegment(text);
      assert.match(encoded, /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-F]{2})*$/);
      assert.equal(decodePercent(encoded), text);
    }),
    { seed: 5, numRuns: 1000 },
  );
});

test("Half of a surrogate pair cannot be encoded", () => {
  assert.throws(() => encodeSegment("\ud800"), URIError);
});
