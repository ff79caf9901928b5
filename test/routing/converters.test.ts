import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { converters } from "../../src/routing/converters.ts";

const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";

const nines = "9".repeat(1000);

const table: Record<string, { accepts: [text: string, value: unknown][]; refuses: string[] }> = {
  str: {
    accepts: [
      ["a", "a"],
      [" ", " "],
      ["..", ".."],
      ["é", "é"],
      ["constructor", "constructor"],
    ],
    refuses: [""],
  },
  path: {
    accepts: [
      ["a", "a"],
      ["a/b/", "a/b/"],
      ["/", "/"],
    ],
    refuses: [""],
  },
  bigint: {
    accepts: [
      ["0", 0n],
      ["-0", 0n],
      ["007", 7n],
      ["9007199254740993", 9007199254740993n],
      ["-123456789012345678901234567890", -123456789012345678901234567890n],
      [nines, BigInt(nines)],
      [`-${nines}`, -BigInt(nines)],
    ],
    refuses: ["", "-", "+1", "1.0", "1n", "0x1f", "1e3", " 1", "1_000", "٣", `${nines}9`],
  },
  slug: {
    accepts: [
      ["a", "a"],
      ["7", "7"],
      ["hello-world-2", "hello-world-2"],
    ],
    refuses: ["", "-", "-a", "a-", "a--b", "A", "a_b", "a b", "é", "a%2db"],
  },
  alpha: {
    accepts: [
      ["a", "a"],
      ["azAZ", "azAZ"],
    ],
    refuses: ["", "a1", "@", "[", "`", "{", "é", "\u0131", "\u212a", "a b"],
  },
  float: {
    accepts: [
      ["1", 1],
      ["-1.5", -1.5],
      ["1.", 1],
      [".5", 0.5],
      ["-.5", -0.5],
      ["007.25", 7.25],
      ["0.1", 0.1],
      ["-0", 0],
      ["-0.0", 0],
      ["9007199254740993", 9007199254740992],
    ],
    refuses: [
      "",
      "-",
      ".",
      "-.",
      "+1",
      "1e5",
      "1.2.3",
      "--1",
      "1-",
      "NaN",
      "Infinity",
      "0x1",
      "1_0",
      " 1",
      "1 ",
      "١",
      "9".repeat(400),
    ],
  },
  int: {
    accepts: [
      ["0", 0],
      ["-0", 0],
      ["007", 7],
      ["-42", -42],
      ["9007199254740991", Number.MAX_SAFE_INTEGER],
      ["-9007199254740991", Number.MIN_SAFE_INTEGER],
      ["0000000000000000000000000000001", 1],
    ],
    refuses: [
      "",
      "-",
      "--1",
      "+1",
      "1.0",
      "1e3",
      "0x10",
      "1_0",
      " 1",
      "1 ",
      "1\n",
      "١",
      "9007199254740992",
      "9007199254740993",
      "-9007199254740992",
      "9".repeat(400),
    ],
  },
  ymd: {
    accepts: [
      ["2024-02-29", new Date("2024-02-29T00:00:00.000Z")],
      ["1000-01-01", new Date("1000-01-01T00:00:00.000Z")],
      ["2999-12-31", new Date("2999-12-31T00:00:00.000Z")],
    ],
    refuses: [
      "",
      "2023-02-29",
      "2021-02-31",
      "2021-04-31",
      "2021-00-10",
      "2021-13-01",
      "2021-01-00",
      "2021-01-32",
      "0999-01-01",
      "3000-01-01",
      "2021-1-1",
      "2021/01/01",
      "2021-01-1 ",
      "2021-01-01T",
      "21-01-2021",
      "2021-0a-01",
    ],
  },
  uuid: {
    accepts: [
      [uuid, uuid],
      [uuid.toUpperCase(), uuid],
    ],
    refuses: [
      "",
      uuid.replaceAll("-", ""),
      `{${uuid}}`,
      `${uuid}0`,
      uuid.slice(1),
      uuid.replace("0", "g"),
      uuid.replace("-", "0"),
      uuid.replace("0f", "-f"),
      uuid.replace("f", "@"),
    ],
  },
};

function convert(type: string, text: string): unknown {
  const converter = converters.get(type);
  assert.ok(converter, `there is a converter ${type}`);
  return converter.convert(text);
}

for (const [type, { accepts, refuses }] of Object.entries(table)) {
  test(`The type ${type} makes a value of every text it accepts`, () => {
    for (const [text, value] of accepts)
      assert.deepStrictEqual(convert(type, text), value, JSON.stringify(text));
  });
  test(`The type ${type} refuses every other text`, () => {
    for (const text of refuses) assert.equal(convert(type, text), undefined, JSON.stringify(text));
  });
}

test("Every type is in the table of this test and carries its own name", () => {
  assert.deepEqual([...converters.keys()].sort(), Object.keys(table).sort());
  for (const [name, converter] of converters) assert.equal(converter.name, name);
});

test("The types are ordered from uuid down to path, without ties", () => {
  const ordered = [...converters.values()].sort((one, other) => other.specificity - one.specificity);
  const names = ordered.map(({ name }) => name);
  assert.deepEqual(names, ["uuid", "ymd", "int", "bigint", "float", "alpha", "slug", "str", "path"]);
  assert.equal(new Set(ordered.map(({ specificity }) => specificity)).size, ordered.length);
});

test("The scanners agree with the regular expressions that define the types", () => {
  const definitions: Record<string, RegExp> = {
    slug: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
    alpha: /^[A-Za-z]+$/,
    float: /^-?(?:\d+(?:\.\d*)?|\.\d+)$/,
    int: /^-?\d+$/,
  };
  const text = fc.string({ unit: fc.constantFrom(..."0159-.aZz_ é"), maxLength: 8 });
  for (const [type, definition] of Object.entries(definitions)) {
    fc.assert(
      fc.property(text, (text) => assert.equal(convert(type, text) !== undefined, definition.test(text))),
      { seed: 7, numRuns: 2000 },
    );
  }
});

test("What a type formats it converts back to the same value", () => {
  const values: Record<string, fc.Arbitrary<unknown>> = {
    str: fc.string({ minLength: 1 }),
    path: fc.string({ minLength: 1 }),
    int: fc.maxSafeInteger(),
    bigint: fc.bigInt(),
    float: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    uuid: fc.uuid(),
    ymd: fc
      .date({ min: new Date("1000-01-01"), max: new Date("2999-12-31"), noInvalidDate: true })
      .map((date) => new Date(date.toISOString().slice(0, 10))),
  };
  for (const [type, value] of Object.entries(values)) {
    fc.assert(
      fc.property(value, (value) => {
        const text = converters.get(type)?.format(value);
        assert.ok(text !== undefined, String(value));
        assert.deepStrictEqual(convert(type, text), value, text);
      }),
      { seed: 7, numRuns: 500 },
    );
  }
});

test("A value that is not of its type has no text", () => {
  const wrong: [type: string, value: unknown][] = [
    ["str", 7],
    ["path", null],
    ["int", "7"],
    ["int", 1.5],
    ["int", 2 ** 53],
    ["int", 7n],
    ["bigint", 7],
    ["float", Number.NaN],
    ["float", Number.POSITIVE_INFINITY],
    ["float", "1"],
    ["ymd", "2026-01-01"],
    ["ymd", new Date(Number.NaN)],
    ["uuid", {}],
  ];
  for (const [type, value] of wrong)
    assert.equal(converters.get(type)?.format(value), undefined, `${type} ${String(value)}`);
});

test("Every safe integer and every existing date comes back as it was written", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => assert.equal(convert("int", String(value)), value)),
    { seed: 7 },
  );
  const day = fc.date({ min: new Date("1000-01-01"), max: new Date("2999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(day, (date) => {
      const text = date.toISOString().slice(0, 10);
      assert.deepEqual(convert("ymd", text), new Date(`${text}T00:00:00.000Z`));
    }),
    { seed: 7 },
  );
});
