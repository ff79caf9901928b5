import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Duration, parseDuration, parseSize, type Size } from "../../src/http/quantity.ts";
import { assertLinearTime } from "./linear-time.ts";

const refused: unknown[] = [
  ...[
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    "",
    " ",
    "-1",
    "+1",
    "1 ",
    " 1",
    "1e3",
    "0x10",
  ],
  ...[
    ".5",
    "1.",
    "1..5",
    "1.5.5",
    "1,5",
    "1_000",
    "s",
    "b",
    "1s2m",
    "1 s",
    "Infinity",
    "NaN",
    "1x",
    "1__proto__",
    "1\n",
  ],
  ...[
    "1constructor",
    "٣",
    "1ſ",
    "9".repeat(400),
    `${"9".repeat(400)}s`,
    `${"9".repeat(400)}b`,
    undefined,
    null,
    true,
    {},
    [5],
    5n,
  ],
];

describe("parseDuration", () => {
  const cases: [value: Duration, seconds: number][] = [
    [0, 0],
    [30, 30],
    [0.25, 0.25],
    ["30", 30],
    ["1.5", 1.5],
    ["30s", 30],
    ["500ms", 0.5],
    ["7ms", 0.007],
    ["5m", 300],
    ["1.5h", 5400],
    ["2d", 172_800],
    ["1w", 604_800],
    ["0s", 0],
    ["007s", 7],
  ];
  for (const [value, seconds] of cases) {
    test(`reads ${JSON.stringify(value)} as ${seconds} seconds`, () => {
      assert.equal(parseDuration(value), seconds);
    });
  }

  for (const value of [...refused, "1S", "1M", "1mb", "1y", "1min"]) {
    test(`refuses ${describeValue(value)} and says what it accepts`, () => {
      assert.throws(() => parseDuration(value as number | string), {
        name: "SetupError",
        message:
          /is not a duration; expected a number of seconds .* "30s", "500ms", "5m", "1h", "2d" or "1w"$/,
      });
    });
  }

  test("names the refused value in the error", () => {
    assert.throws(() => parseDuration("5 parsecs"), { message: /^"5 parsecs" is not a duration/ });
    assert.throws(() => parseDuration(Number.NaN), { message: /^NaN is not a duration/ });
  });
});

describe("parseSize", () => {
  const cases: [value: Size, bytes: number][] = [
    [0, 0],
    [1024, 1024],
    ["1024", 1024],
    ["512b", 512],
    ["64kb", 65_536],
    ["1mb", 1_048_576],
    ["1MB", 1_048_576],
    ["1KiB", 1024],
    ["2mib", 2_097_152],
    ["1.5kB", 1536],
    ["1gb", 2 ** 30],
    ["1GiB", 2 ** 30],
    ["1tb", 2 ** 40],
    ["1TIB", 2 ** 40],
  ];
  for (const [value, bytes] of cases) {
    test(`reads ${JSON.stringify(value)} as ${bytes} bytes`, () => {
      assert.equal(parseSize(value), bytes);
    });
  }

  for (const value of [...refused, 0.5, "0.5", "0.3b", "1.0001kb", "1kbs", "1k", "1pb", 2 ** 53, "8192tb"]) {
    test(`refuses ${describeValue(value)} and says what it accepts`, () => {
      assert.throws(() => parseSize(value as number | string), {
        name: "SetupError",
        message: /is not a size; expected a whole number of bytes .* "512b", "64kb", "1mb" or "1gb"$/,
      });
    });
  }
});

for (const [name, parse] of [["parseDuration", parseDuration] as const, ["parseSize", parseSize] as const]) {
  for (const unit of ["1", "1.", "a", "1s"]) {
    test(`${name} takes linear time for repetitions of ${unit}`, () => {
      assertLinearTime((repetitions) => assert.throws(() => parse(`${unit.repeat(repetitions)}!`)));
    });
  }
}

function describeValue(value: unknown): string {
  const text = typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > 30
    ? `${text.slice(0, 30)}…${text.at(-2)}`
    : `${typeof value} ${text === "null" ? String(value) : text}`;
}
