import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatHttpDate, parseHttpDate } from "../../src/http/http-date.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_413;
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

describe("parseHttpDate", () => {
  const cases: [text: string, milliseconds: number | undefined][] = [
    ["Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE],
    ["sun, 06 nov 1994 08:49:37 gmt", EXAMPLE],
    ["Sunday, 06-Nov-94 08:49:37 GMT", EXAMPLE],
    ["Sun Nov  6 08:49:37 1994", EXAMPLE],
    ["Sun Nov 06 08:49:37 1994", EXAMPLE],
    ["Sat, 29 Feb 2020 00:00:00 GMT", Date.UTC(2020, 1, 29)],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Mon, 01 Jan 0001 00:00:00 GMT", new Date("0001-01-01T00:00:00Z").getTime()],
    ["Fri, 30 Jun 2017 23:59:60 GMT", Date.UTC(2017, 6, 1)],
    ["Sun, 29 Feb 2021 00:00:00 GMT", undefined],
    ["Sun, 31 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 00 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994 24:00:00 GMT", undefined],
    ["Sun, 06 Nov 1994 08:60:37 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:61 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:37 UTC", undefined],
    ["Sun, 06 Nov 1994 08:49:37 +0000", undefined],
    ["Sun, 6 Nov 1994 08:49:37 GMT", undefined],
    ["Sun,06 Nov 1994 08:49:37 GMT", undefined],
    ["1994-11-06T08:49:37Z", undefined],
    ["784111777", undefined],
    ["tomorrow", undefined],
    ["", undefined],
    [" Sun, 06 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 06 __proto__ 1994 08:49:37 GMT", undefined],
  ];
  for (const [text, milliseconds] of cases) {
    test(`reads ${JSON.stringify(text)}`, () => assert.equal(parseHttpDate(text), milliseconds));
  }

  test("takes two digits more than half a century ahead for the last century", () => {
    const year = new Date().getUTCFullYear();
    for (let ahead = -49; ahead <= 50; ahead++) {
      const two = String((year + ahead) % 100).padStart(2, "0");
      assert.equal(parseHttpDate(`Sunday, 06-Nov-${two} 00:00:00 GMT`), Date.UTC(year + ahead, 10, 6));
    }
  });

  test("reads back what is written, to the second", () => {
    const seconds = fc.integer({ min: -30_000_000_000, max: 200_000_000_000 });
    fc.assert(
      fc.property(seconds, (time) => assert.equal(parseHttpDate(formatHttpDate(time * 1000)), time * 1000)),
      { seed: SEED, numRuns: 500 },
    );
  });

  for (const unit of ["Sun, ", "0", " ", "Sunday, 06-Nov-"]) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => parseHttpDate(unit.repeat(repetitions)));
    });
  }
});
