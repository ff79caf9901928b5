import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { findJsonMistake } from "../../src/http/json-mistake.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_406;

describe("findJsonMistake", () => {
  const cases: [text: string, offset: number, problem: string][] = [
    ["}", 0, 'expected a value, found "}"'],
    ["'a'", 0, `expected a value, found "'"`],
    ["undefined", 0, 'expected a value, found "u"'],
    ["\u00a01", 0, "expected a value, found U+00A0"],
    ["\ufeff1", 0, "expected a value, found U+FEFF"],
    ["🦔", 0, "expected a value, found U+1F994"],
    [".5", 0, 'expected a value, found "."'],
    ["+1", 0, 'expected a value, found "+"'],
    ["1 2", 2, 'expected nothing more, found "2"'],
    ["{}}", 2, 'expected nothing more, found "}"'],
    ["01", 1, 'expected nothing more, found "1"'],
    ["-", 1, "expected a digit, found the end of the text"],
    ["-a", 1, 'expected a digit, found "a"'],
    ["[1.]", 3, 'expected a digit after the decimal point, found "]"'],
    ["1e", 2, "expected a digit in the exponent, found the end of the text"],
    ["[1E+]", 4, 'expected a digit in the exponent, found "]"'],
    ["tru", 3, "expected true, found the end of the text"],
    ["falsy", 4, 'expected false, found "y"'],
    ["nulL", 3, 'expected null, found "L"'],
    ["tru e", 3, "expected true, found U+0020"],
    ["\x7f", 0, "expected a value, found U+007F"],
    ["~", 0, 'expected a value, found "~"'],
    ["!", 0, 'expected a value, found "!"'],
    ["nulll", 4, 'expected nothing more, found "l"'],
    ["[", 1, 'expected a value or "]", found the end of the text'],
    ["[}", 1, 'expected a value or "]", found "}"'],
    ["[,", 1, 'expected a value or "]", found ","'],
    ["[1", 2, 'expected a comma or "]", found the end of the text'],
    ["[1}", 2, 'expected a comma or "]", found "}"'],
    ["[1 2]", 3, 'expected a comma or "]", found "2"'],
    ["[1,]", 3, 'expected a value, found "]"'],
    ["{", 1, 'expected a key in double quotes or "}", found the end of the text'],
    ["{a:1}", 1, 'expected a key in double quotes or "}", found "a"'],
    ['{"a"', 4, 'expected a colon ":", found the end of the text'],
    ['{"a" 1}', 5, 'expected a colon ":", found "1"'],
    ['{"a":}', 5, 'expected a value, found "}"'],
    ['{"a":1', 6, 'expected a comma or "}", found the end of the text'],
    ['{"a":1]', 6, 'expected a comma or "}", found "]"'],
    ['{"a":1,}', 7, 'expected a key in double quotes, found "}"'],
    ['{"a":1,"b"}', 10, 'expected a colon ":", found "}"'],
    ['[{"a":[]},"b"}', 13, 'expected a comma or "]", found "}"'],
    ['"a', 2, "expected a double quote that ends the string, found the end of the text"],
    ['"a\n"', 2, "expected control characters in strings to be escaped, found U+000A"],
    ['"\\', 2, 'expected one of " \\ / b f n r t u after a backslash, found the end of the text'],
    ['"\\x"', 2, 'expected one of " \\ / b f n r t u after a backslash, found "x"'],
    ['"\\u12"', 5, "expected four hexadecimal digits after \\u, found a double quote"],
    ['"\\u', 3, "expected four hexadecimal digits after \\u, found the end of the text"],
    ["[1]\f", 3, "expected nothing more, found U+000C"],
  ];
  for (const [text, offset, problem] of cases) {
    test(`finds what is wrong with ${JSON.stringify(text)}`, () => {
      assert.throws(() => JSON.parse(text), SyntaxError);
      assert.deepEqual(findJsonMistake(text), { kind: "malformed", offset, problem });
    });
  }

  for (const text of ["", " ", "\r\n\t "]) {
    test(`calls ${JSON.stringify(text)} empty`, () => {
      assert.equal(findJsonMistake(text)?.kind, "empty");
    });
  }

  const wellFormed = [
    " [ ] ",
    '{"a":{"b":[1,-0,0.5,1e9,2E-3,-1.5e+1,true,false,null,"\\u00e9\\n\\"\\/"]},"":""}\r\n',
    "0",
    '""',
  ];
  for (const text of wellFormed) {
    test(`finds nothing wrong with ${JSON.stringify(text)}`, () => {
      JSON.parse(text);
      assert.equal(findJsonMistake(text), undefined);
    });
  }

  test("agrees with JSON.parse on which texts are JSON", () => {
    const unit = fc.constantFrom(
      ...'{}[]:,"\\ \n01-+.eEtfnu/é',
      "true",
      "null",
      '"a"',
      '"a":',
      "\\u00e9",
      "12",
      "\x01",
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (units) => {
        const text = units.join("");
        assert.equal(findJsonMistake(text) === undefined, isJson(text), text);
      }),
      { seed: SEED, numRuns: 6000 },
    );
  });

  test("agrees with JSON.parse on JSON with one character removed, added or replaced", () => {
    const edit = fc.record({
      at: fc.nat(),
      removed: fc.nat(1),
      added: fc.constantFrom("", ...'{}[]:,"\\ 0-.eu\n'),
    });
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), edit, (json, { at, removed, added }) => {
        const from = at % (json.length + 1);
        const text = json.slice(0, from) + added + json.slice(from + removed);
        const mistake = findJsonMistake(text);
        assert.equal(mistake === undefined, isJson(text), text);
        assert.ok(mistake === undefined || mistake.offset <= text.length);
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  test("points where the engine points when the engine says where", () => {
    for (const [text, offset] of cases) {
      const position = /at position (\d+)/.exec(messageOf(text))?.[1];
      // Engines point at the start of a broken escape or past it, as they like.
      if (position !== undefined && !text.includes("\\")) assert.equal(offset, Number(position), text);
    }
  });

  for (const unit of ["[", '{"a":', "[1,2],", " ", '"', '"a",', "1", "\\", '\\"', "-"]) {
    test(`takes linear time for repetitions of ${unit}`, () => {
      assertLinearTime((repetitions) => findJsonMistake(`[${unit.repeat(repetitions)}!`));
    });
  }
});

function isJson(text: string): boolean {
  return messageOf(text) === "";
}

function messageOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return (error as SyntaxError).message;
  }
}
