import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { BadRequest } from "../../src/http/errors.ts";
import { parseJson, stringifyJson } from "../../src/http/json.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_406;

describe("parseJson", () => {
  test("gives what JSON.parse gives", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes("__proto__"));
        assert.deepEqual(parseJson(text), JSON.parse(text));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  const malformed: [text: string, message: string][] = [
    [
      "{",
      'Malformed JSON at line 1, column 2: expected a key in double quotes or "}", found the end of the text',
    ],
    ['{\n  "a": 1,\n}', 'Malformed JSON at line 3, column 1: expected a key in double quotes, found "}"'],
    ["[\r\n1,\r\n  x]", 'Malformed JSON at line 3, column 3: expected a value, found "x"'],
    ["[\n\n\n", 'Malformed JSON at line 4, column 1: expected a value or "]", found the end of the text'],
    [
      '["a\nb"]',
      "Malformed JSON at line 1, column 4: expected control characters in strings to be escaped, found U+000A",
    ],
    ["{a}\n\n", 'Malformed JSON at line 1, column 2: expected a key in double quotes or "}", found "a"'],
  ];
  for (const [text, message] of malformed) {
    test(`says where ${JSON.stringify(text)} is malformed`, () => {
      assert.throws(() => parseJson(text), { name: "BadRequest", status: 400, message });
    });
  }

  test("keeps the engine's error as the cause", () => {
    assert.throws(
      () => parseJson("["),
      (error) => error instanceof BadRequest && error.cause instanceof SyntaxError,
    );
  });

  for (const text of ["", "  ", "\r\n"]) {
    test(`says that the body ${JSON.stringify(text)} is empty`, () => {
      assert.throws(() => parseJson(text), {
        name: "BadRequest",
        message: "The body is empty; JSON was expected",
      });
    });
  }

  const refused: [text: string, key: string][] = [
    ['{"__proto__":1}', "__proto__"],
    ['{"__proto__":{"isAdmin":true}}', "__proto__"],
    ['{"__proto__":null}', "__proto__"],
    ['[0,[{"a":[{"b":{"__proto__":[]}}]}]]', "__proto__"],
    [String.raw`{"\u005f_proto__":1}`, "__proto__"],
    [String.raw`{"\u005F\u005f\u0070\u0072\u006F\u0074\u006f\u005f\u005F":1}`, "__proto__"],
    [String.raw`{"__prot\u006f__":1}`, "__proto__"],
    ['{"constructor":{"prototype":{}}}', "constructor"],
    ['{"constructor":{"prototype":1,"name":2}}', "constructor"],
    ['[{"a":{"constructor":{"prototype":null}}}]', "constructor"],
    [String.raw`{"c\u006fnstructor":{"prototype":{}}}`, "constructor"],
    [String.raw`{"constructor":{"prot\u006ftype":{}}}`, "constructor"],
    [String.raw`{"\u0063onstructor":{"\u0070rototype":{}}}`, "constructor"],
  ];
  for (const [text, key] of refused) {
    test(`refuses ${text}`, () => {
      const message = `The JSON body has the key "${key}", which is not accepted; rename or remove it`;
      assert.throws(() => parseJson(text), { name: "BadRequest", status: 400, message });
    });
  }

  test("refuses dangerous keys wherever they are and whichever of their characters are escaped", () => {
    const key = fc.constantFrom('"__proto__":0', '"constructor":{"prototype":0}').chain((member) => {
      const letters = [...member.matchAll(/[a-z_]/g)].map((match) => match.index);
      return fc.subarray(letters).map((escaped) => escapeAt(member, escaped));
    });
    const wrapping = fc.constantFrom<(json: string) => string>(
      (json) => `[${json}]`,
      (json) => `[1,"x",${json},null]`,
      (json) => `{"a":${json}}`,
      (json) => `{"b":[],"toString":${json},"c":{}}`,
    );
    fc.assert(
      fc.property(key, fc.array(wrapping, { maxLength: 20 }), (member, wrappings) => {
        const text = wrappings.reduce((json, wrap) => wrap(json), `{${member}}`);
        assert.throws(() => parseJson(text), BadRequest);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  const accepted = [
    '{"constructor":"Tails","prototype":"X Tornado"}',
    '{"constructor":null,"prototype":{}}',
    '{"constructor":{"name":"x"},"a":{"prototype":1}}',
    '{"constructor":["prototype"]}',
    '["__proto__","constructor","prototype"]',
    '{"proto":1,"__proto":2,"prototype":3,"toString":4,"hasOwnProperty":5,"":6}',
    String.raw`{"\\u005f_proto__":1,"\u0061":2}`,
    '{"a":"constructor: {prototype}"}',
  ];
  for (const text of accepted) {
    test(`accepts ${text}`, () => {
      assert.deepEqual(parseJson(text), JSON.parse(text));
    });
  }

  test("accepts and refuses bodies of any depth without overflowing the stack", () => {
    const depth = 200_000;
    const nested = (inside: string) => "[".repeat(depth) + inside + "]".repeat(depth);
    parseJson(nested(String.raw`"\u0061"`));
    assert.throws(() => parseJson(nested('{"__proto__":1}')), /__proto__/);
    assert.throws(() => parseJson("[".repeat(depth)), /Malformed JSON at line 1, column 200001/);
    assert.throws(() => parseJson(`${'{"a":'.repeat(depth)}!`), /Malformed JSON at line 1, column 1000001/);
  });

  const hostile: [start: string, unit: string, end: string][] = [
    ["[", "[],", '"__proto__"]'],
    ["[", '{"constructor":{"x":"prototype"}},', "0]"],
    ["[", String.raw`"\u0061",`, "0]"],
    ["[", '{"a":{}},', "0"],
    ["", "\n", "!"],
  ];
  for (const [start, unit, end] of hostile) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime(
        (repetitions) => attempt(() => parseJson(start + unit.repeat(repetitions) + end)),
        4000,
      );
    });
  }
});

describe("stringifyJson", () => {
  test("writes what JSON.stringify writes", () => {
    for (const value of [null, 0, "a", true, [], { a: [1, undefined], b: undefined, c: new Date(0) }]) {
      assert.equal(stringifyJson(value, "The value"), JSON.stringify(value));
    }
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const cases: [title: string, value: unknown, message: RegExp][] = [
    ["undefined", undefined, /^The body cannot be written as JSON: undefined has no JSON form; use null, /],
    ["a function", () => 1, /^The body cannot be written as JSON: a function has no JSON form; use null, /],
    ["a symbol", Symbol("x"), /^The body cannot be written as JSON: a symbol has no JSON form; use null, /],
    [
      "toJSON() without a result",
      { toJSON() {} },
      /^The body cannot be written as JSON: an object whose toJSON\(\) gives/,
    ],
    [
      "a BigInt",
      { a: [1n] },
      /^The body cannot be written as JSON: .*BigInt.*; make it free of cycles and turn BigInts into/,
    ],
    [
      "a cycle",
      circular,
      /^The body cannot be written as JSON: [^\n]*; make it free of cycles and turn BigInts into strings$/,
    ],
  ];
  for (const [title, value, message] of cases) {
    test(`refuses ${title} and names the value`, () => {
      assert.throws(() => stringifyJson(value, "The body"), { name: "TypeError", message });
    });
  }

  test("keeps what toJSON() throws as the cause, be it an error or not", () => {
    const cause = new RangeError("first line\nsecond line");
    const failing = (thrown: unknown) => ({
      toJSON(): never {
        throw thrown;
      },
    });
    assert.throws(() => stringifyJson(failing(cause), "The body"), { cause, message: /JSON: first line; / });
    assert.throws(() => stringifyJson(failing("no"), "The body"), { cause: "no", message: /JSON: no; / });
  });
});

function escapeAt(text: string, indexes: number[]): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return [...text]
    .map((character, index) => (indexes.includes(index) ? escaped(character) : character))
    .join("");
}

function attempt(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof BadRequest);
  }
}
