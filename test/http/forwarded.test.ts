import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readForwarded } from "../../src/http/forwarded.ts";
import { assertLinearTime } from "./linear-time.ts";

describe("readForwarded", () => {
  const cases: [value: string, elements: Record<string, string>[]][] = [
    ["for=192.0.2.60;proto=http;by=203.0.113.43", [{ by: "203.0.113.43", proto: "http", for: "192.0.2.60" }]],
    ["for=192.0.2.43, for=198.51.100.17", [{ for: "198.51.100.17" }, { for: "192.0.2.43" }]],
    ['For="[2001:db8:cafe::17]:4711"', [{ for: "[2001:db8:cafe::17]:4711" }]],
    ["for=a ;  secret=b", [{ secret: "b", for: "a" }]],
    ["for=1.2.3.4:80", [{ for: "1.2.3.4:80" }]],
    ['for="a\\"b\\\\"', [{ for: 'a"b\\' }]],
    ['for="evil, for=real;secret=x', [{ secret: "x", for: "real" }]],
    ["garbage for=1;secret=x", [{ secret: "x", for: "1" }]],
    ["for=1, =;;, for=2", [{ for: "2" }]],
    ["for=first;for=second", [{ for: "first" }]],
    ["", []],
    [",;=", []],
    ["for=", []],
    ["__proto__=1;constructor=2", [{ constructor: "2", ["__proto__"]: "1" }]],
  ];
  for (const [value, elements] of cases) {
    it(`reads ${JSON.stringify(value)}`, () => {
      assert.deepEqual(
        [...readForwarded(value)].map((element) => [...element]),
        elements.map((element) => Object.entries(element)),
      );
    });
  }

  it("finds the last element whatever stands in front of it", () => {
    const property = fc.property(fc.string({ unit: "grapheme-ascii" }), (front) => {
      const [last] = readForwarded(`${front}, for=192.0.2.1;secret=s`);
      assert.deepEqual(last?.get("for"), "192.0.2.1");
      assert.deepEqual(last?.get("secret"), "s");
    });
    fc.assert(property, { numRuns: 2000, seed: 5 });
  });

  for (const unit of ['"', "\\", 'a="', ";", ",", "a=b;", " ", '"\\']) {
    it(`takes linear time for repeated ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => [...readForwarded(unit.repeat(repetitions))].length);
    });
  }
});
