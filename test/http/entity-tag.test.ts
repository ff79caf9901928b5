import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  formatEntityTag,
  matchesStrongly,
  matchesWeakly,
  parseEntityTag,
  parseEntityTags,
} from "../../src/http/entity-tag.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_412;
/** `etagc` (RFC 9110 section 8.8.3). */
const isTagCharacter = (code: number): boolean =>
  code === 0x21 || (code >= 0x23 && code <= 0x7e) || (code >= 0x80 && code <= 0xff);

describe("parseEntityTags", () => {
  const cases: [value: string, tags: "*" | string[]][] = [
    ["*", "*"],
    ["", []],
    ['"a"', ["a"]],
    ['""', [""]],
    ['W/"a"', ["W/a"]],
    ['"a", W/"b" ,\t"c"', ["a", "W/b", "c"]],
    [',, "a",, "b",', ["a", "b"]],
    ['"a,b", "c"', ["a,b", "c"]],
    ['"a\\", "b"', ["a\\", "b"]],
    ['"a" "b"', ["a", "b"]],
    ['w/"a"', []],
    ['"a", b, "c"', ["a"]],
    ['"a", "open', ["a"]],
    ['"a b"', []],
    ["a", []],
    ["*, *", []],
  ];
  for (const [value, tags] of cases) {
    test(`reads ${JSON.stringify(value)}`, () => {
      const read = parseEntityTags(value);
      assert.deepEqual(
        read === "*" ? read : read.map(({ isWeak, opaque }) => (isWeak ? `W/${opaque}` : opaque)),
        tags,
      );
    });
  }

  for (const unit of ['"', '"a",', ",", " ", "W/", 'W/"', '"a" ']) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => parseEntityTags(unit.repeat(repetitions)));
    });
  }
});

test("An entity tag is written and read back, or refused where the grammar has no room for it", () => {
  for (let code = 0; code < 0x180; code++) {
    const opaque = `x${String.fromCharCode(code)}x`;
    if (isTagCharacter(code)) {
      assert.deepEqual(parseEntityTag(formatEntityTag(opaque)), { isWeak: false, opaque });
      assert.deepEqual(parseEntityTag(formatEntityTag(opaque, { weak: true })), { isWeak: true, opaque });
    } else assert.throws(() => formatEntityTag(opaque), /cannot be an entity tag/, `U+${code.toString(16)}`);
  }
});

test("A list of written tags is read back", () => {
  const opaque = fc.string({ unit: fc.constantFrom(..."aZ09,;*/\\=!~"), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(opaque, fc.boolean()), { minLength: 1, maxLength: 6 }), (tags) => {
      const value = tags.map(([text, weak]) => formatEntityTag(text, { weak })).join(", ");
      assert.deepEqual(
        parseEntityTags(value),
        tags.map(([text, isWeak]) => ({ isWeak, opaque: text })),
      );
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test("Tags are compared as in the table of RFC 9110 section 8.8.3.2", () => {
  const cases: [one: string, other: string, strongly: boolean, weakly: boolean][] = [
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
  ];
  for (const [one, other, strongly, weakly] of cases) {
    const [a, b] = [parseEntityTag(one), parseEntityTag(other)];
    assert.ok(a !== undefined && b !== undefined);
    assert.equal(matchesStrongly(a, b), strongly);
    assert.equal(matchesWeakly(a, b), weakly);
  }
});
