import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatContentRange, parseByteRanges } from "../../src/http/byte-range.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_414;
const HUGE = "9".repeat(400);

describe("parseByteRanges", () => {
  const cases: [field: string, ranges: [start: number, end: number][] | undefined][] = [
    ["bytes=0-0", [[0, 1]]],
    ["bytes=0-9", [[0, 10]]],
    ["bytes=0-", [[0, 100]]],
    ["bytes=99-", [[99, 100]]],
    ["bytes=90-200", [[90, 100]]],
    [`bytes=90-${HUGE}`, [[90, 100]]],
    ["bytes=-1", [[99, 100]]],
    ["bytes=-100", [[0, 100]]],
    ["bytes=-500", [[0, 100]]],
    [`bytes=-${HUGE}`, [[0, 100]]],
    ["BYTES=0-9", [[0, 10]]],
    [
      "bytes= 0-9 , -1",
      [
        [0, 10],
        [99, 100],
      ],
    ],
    [
      "bytes=0-9,,20-29,",
      [
        [0, 10],
        [20, 30],
      ],
    ],
    [
      "bytes=20-29,0-9",
      [
        [20, 30],
        [0, 10],
      ],
    ],
    [
      "bytes=0-9,10-19",
      [
        [0, 10],
        [10, 20],
      ],
    ],
    ["bytes=0-19,10-29", [[0, 30]]],
    [
      "bytes=50-,0-9,-60",
      [
        [0, 10],
        [40, 100],
      ],
    ],
    ["bytes=0-9,200-", [[0, 10]]],
    ["bytes=100-", []],
    ["bytes=200-300", []],
    [`bytes=${HUGE}-`, []],
    ["bytes=-0", []],
    ["bytes=", undefined],
    ["bytes", undefined],
    ["bytes=,", undefined],
    ["bytes=-", undefined],
    ["bytes=9-0", undefined],
    ["bytes=200-100", undefined],
    ["bytes=0-9,9-0", undefined],
    ["bytes=a-b", undefined],
    ["bytes=0x0-1", undefined],
    ["bytes=1.5-2", undefined],
    ["bytes=+1-2", undefined],
    ["bytes=--1", undefined],
    ["bytes=0-1-2", undefined],
    ["bytes=0 - 9", undefined],
    ["bytes =0-9", undefined],
    ["lines=0-9", undefined],
    ["0-9", undefined],
    ["", undefined],
    [`bytes=${"0-0,".repeat(33)}`, undefined],
    [`bytes=${"0-0,".repeat(32)}`, [[0, 1]]],
  ];
  for (const [field, ranges] of cases) {
    test(`reads ${field.length > 60 ? `${field.slice(0, 60)}…` : JSON.stringify(field)} of 100 bytes`, () => {
      assert.deepEqual(
        parseByteRanges(field, 100)?.map(({ start, end }) => [start, end]),
        ranges,
      );
    });
  }

  test("ignores every range of nothing", () => {
    for (const field of ["bytes=0-", "bytes=-5", "bytes=0-0"])
      assert.equal(parseByteRanges(field, 0), undefined);
  });

  test("gives ranges that are inside, do not overlap, and cover what was asked for", () => {
    const bound = fc.integer({ min: 0, max: 60 });
    const specifier = fc.oneof(
      fc.tuple(bound, bound).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      bound.map((first) => `${first}-`),
      bound.map((length) => `-${length}`),
    );
    fc.assert(
      fc.property(
        fc.array(specifier, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        (list, size) => {
          const wanted = new Set<number>();
          for (const each of list) {
            const [first, last] = each.split("-") as [string, string];
            for (let at = 0; at < size; at++) {
              const isIn =
                first === ""
                  ? at >= size - Number(last)
                  : at >= Number(first) && (last === "" || at <= Number(last));
              if (isIn) wanted.add(at);
            }
          }
          const ranges = parseByteRanges(`bytes=${list.join(", ")}`, size) ?? [];
          const given = ranges.flatMap(({ start, end }) =>
            Array.from({ length: end - start }, (_, i) => start + i),
          );
          assert.equal(new Set(given).size, given.length, "no byte comes twice");
          assert.deepEqual(new Set(given), wanted);
        },
      ),
      { seed: SEED, numRuns: 1000 },
    );
  });

  for (const unit of ["0-0,", ",", "-", "0", " ", "\t,", "bytes="]) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => parseByteRanges(`bytes=${unit.repeat(repetitions)}`, 100));
    });
  }
});

test("A content range counts its last byte in", () => {
  assert.equal(formatContentRange({ start: 0, end: 1 }, 100), "bytes 0-0/100");
  assert.equal(formatContentRange({ start: 90, end: 100 }, 100), "bytes 90-99/100");
});
