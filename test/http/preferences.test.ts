import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parsePreferences } from "../../src/http/preferences.ts";
import { assertLinearTime } from "./linear-time.ts";

type Member = [value: string, quality: number, parameters?: Record<string, string>];

const SEED = 20_411;

describe("parsePreferences", () => {
  const cases: [header: string, members: Member[]][] = [
    ["", []],
    [" , ,\t,", []],
    ["text/html", [["text/html", 1]]],
    ["Text/HTML", [["text/html", 1]]],
    [
      "text/*;q=0.3, text/html;q=0.7, */*",
      [
        ["text/*", 0.3],
        ["text/html", 0.7],
        ["*/*", 1],
      ],
    ],
    ["text/html ; level=1 ;\tq=0.5", [["text/html", 0.5, { level: "1" }]]],
    ["a/b;q=0.5;level=1", [["a/b", 0.5, { level: "1" }]]],
    ["a/b;Q=0.5", [["a/b", 0.5]]],
    ['a/b;q="0.5"', [["a/b", 0.5]]],
    ['a/b;x="1,2;q=0";q=0.5', [["a/b", 0.5, { x: "1,2;q=0" }]]],
    [
      'a/b;x="\\",c/d",e/f',
      [
        ["a/b", 1, { x: '",c/d' }],
        ["e/f", 1],
      ],
    ],
    [
      "a;q=0, b;q=1, c;q=1.000, d;q=0.001",
      [
        ["a", 0],
        ["b", 1],
        ["c", 1],
        ["d", 0.001],
      ],
    ],
    [
      "a;q=0., b;q=1.",
      [
        ["a", 0],
        ["b", 1],
      ],
    ],
    [
      "de-CH, en;q=0.8, *;q=0.1",
      [
        ["de-ch", 1],
        ["en", 0.8],
        ["*", 0.1],
      ],
    ],
    ["__proto__;constructor=1", [["__proto__", 1, { constructor: "1" }]]],
  ];
  for (const [header, members] of cases) {
    test(`reads ${JSON.stringify(header)}`, () => {
      const read = parsePreferences(header).map(({ value, quality, parameters }) => [
        value,
        quality,
        Object.fromEntries(parameters),
      ]);
      assert.deepEqual(
        read,
        members.map(([value, quality, parameters = {}]) => [value, quality, parameters]),
      );
    });
  }

  for (const malformed of [
    "a;q=2",
    "a;q=-1",
    "a;q=1.001",
    "a;q=0.1234",
    "a;q=.5",
    "a;q=1e0",
    "a;q=",
    "a;q",
    "a;q = 1",
    "a b",
    "a\u00a0",
    ";q=1",
    "(a)",
    'a;x="open',
    "é",
    '"a"',
  ]) {
    test(`leaves out ${JSON.stringify(malformed)} alone`, () => {
      const isOpen = malformed.includes('"open');
      const header = isOpen ? `before, ${malformed}` : `before, ${malformed}, behind`;
      assert.deepEqual(
        parsePreferences(header).map(({ value }) => value),
        isOpen ? ["before"] : ["before", "behind"],
      );
    });
  }

  test("reads back what is written by the grammar", () => {
    const token = fc.string({ unit: fc.constantFrom(..."azAZ09!#*+-."), minLength: 1, maxLength: 5 });
    const blank = fc.constantFrom("", " ", "\t", "  ");
    const member = fc.record({
      value: token,
      weight: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
      blanks: fc.tuple(blank, blank, blank),
    });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), (members) => {
        const header = members
          .map(({ value, weight, blanks: [before, inside, behind] }) => {
            const quality = weight === undefined ? "" : `;${inside}q=${(weight / 1000).toFixed(3)}`;
            return before + value + inside + quality + behind;
          })
          .join(",");
        assert.deepEqual(
          parsePreferences(header).map(({ value, quality }) => [value, quality]),
          members.map(({ value, weight }) => [value.toLowerCase(), weight === undefined ? 1 : weight / 1000]),
        );
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  for (const unit of [",", "a,", "a;", ";", "a;q=1,", '"', 'a;x="', "\\", " ", "\t;", "a/", '\\",']) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => parsePreferences(`a;x="${unit.repeat(repetitions)}`));
      assertLinearTime((repetitions) => parsePreferences(`a/b${unit.repeat(repetitions)}c`));
    });
  }
});
