import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { BadRequest, PayloadTooLarge } from "../../src/http/errors.ts";
import { parseUrlencoded, QueryParameters } from "../../src/http/query.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_406;

describe("parseUrlencoded", () => {
  const cases: [text: string, pairs: [string, string][]][] = [
    ["", []],
    ["&", []],
    ["&&&", []],
    ["a", [["a", ""]]],
    ["a=", [["a", ""]]],
    ["=", [["", ""]]],
    ["=b", [["", "b"]]],
    ["a=b", [["a", "b"]]],
    ["a=b=c", [["a", "b=c"]]],
    [
      "&a=b&&c&",
      [
        ["a", "b"],
        ["c", ""],
      ],
    ],
    ["a=1;b=2", [["a", "1;b=2"]]],
    ["a+b=c+d", [["a b", "c d"]]],
    ["a%2Bb=%26%3d", [["a+b", "&="]]],
    ["a=%", [["a", "%"]]],
    ["a=%4", [["a", "%4"]]],
    ["a=%4g%41", [["a", "%4gA"]]],
    ["a=%%41", [["a", "%A"]]],
    ["a=%2541", [["a", "%41"]]],
    ["a=%00", [["a", "\0"]]],
    ["a=%C3%A9", [["a", "é"]]],
    ["a=%F0%9F%A6%94", [["a", "🦔"]]],
    ["a=%C3", [["a", "\uFFFD"]]],
    ["a=%C3é", [["a", "\uFFFDé"]]],
    ["a=%C3x%A9", [["a", "\uFFFDx\uFFFD"]]],
    ["a=%C3%zz", [["a", "\uFFFD%zz"]]],
    ["a=%80", [["a", "\uFFFD"]]],
    ["a=%7F%C2%80", [["a", "\x7f\x80"]]],
    ["a=%C0%AF", [["a", "\uFFFD\uFFFD"]]],
    ["a=%ED%A0%80", [["a", "\uFFFD\uFFFD\uFFFD"]]],
    ["a=%EF%BB%BFb", [["a", "\uFEFFb"]]],
    ["?a=#b", [["?a", "#b"]]],
  ];
  for (const [text, pairs] of cases) {
    test(`reads ${JSON.stringify(text)} as the URL standard does`, () => {
      assert.deepEqual(parseUrlencoded(text), pairs);
    });
  }

  test("agrees with URLSearchParams on ASCII texts made of what matters", () => {
    const unit = fc.constantFrom(
      ..."&=+%;#?ab ",
      "%41",
      "%C3",
      "%A9",
      "%e2%82%ac",
      "%F0%9F",
      "%2",
      "%BF",
      "%EF%BB%BF",
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
        const text = units.join("");
        assert.deepEqual(parseUrlencoded(text), [...new URLSearchParams(`?${text}`)]);
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  test("agrees with a byte-by-byte reading on texts of any characters", () => {
    const unit = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 3 }),
      fc.constantFrom("&", "=", "%", "%C3", "%9F", "é", "🦔"),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
        const text = units.join("");
        assert.deepEqual(parseUrlencoded(text), readByBytes(text));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test("reads back whatever URLSearchParams writes", () => {
    const word = fc.string({ unit: "grapheme", maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 10 }), (pairs) => {
        assert.deepEqual(parseUrlencoded(new URLSearchParams(pairs).toString()), pairs);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test("accepts as many pairs as the limit and refuses one more, empty pieces not counted", () => {
    const text = (pairs: number) => "a&&".repeat(pairs);
    assert.equal(parseUrlencoded(text(1000)).length, 1000);
    assert.throws(() => parseUrlencoded(text(1001)), BadRequest);
    assert.equal(parseUrlencoded(text(3), { maximumPairs: 3 }).length, 3);
    assert.throws(
      () =>
        parseUrlencoded(text(4), {
          maximumPairs: 3,
          tooMany: (maximum) => new PayloadTooLarge(`over ${maximum}`),
        }),
      { name: "PayloadTooLarge", message: "over 3" },
    );
  });

  const maximumPairs = Number.POSITIVE_INFINITY;
  for (const unit of ["&", "a&", "a=b&", "=", "%", "%4", "%41", "%C3", "%C3%A9", "+", "%zz", "a=%ff&"]) {
    test(`takes linear time for repetitions of ${unit}`, () => {
      assertLinearTime((repetitions) => parseUrlencoded(unit.repeat(repetitions), { maximumPairs }));
    });
  }
});

describe("QueryParameters", () => {
  test("gives the first value, all values and whether there is one", () => {
    const query = new QueryParameters("tag=a&page=&tag=b");
    assert.equal(query.raw, "tag=a&page=&tag=b");
    assert.equal(query.get("tag"), "a");
    assert.deepEqual(query.getAll("tag"), ["a", "b"]);
    assert.equal(query.get("page"), "");
    assert.equal(query.has("page"), true);
    assert.equal(query.get("none"), undefined);
    assert.deepEqual(query.getAll("none"), []);
    assert.equal(query.has("none"), false);
    assert.equal(query.size, 3);
  });

  test("iterates names, values and pairs in the order sent", () => {
    const query = new QueryParameters("b=1&a=2&b=3");
    const pairs = [
      ["b", "1"],
      ["a", "2"],
      ["b", "3"],
    ];
    assert.deepEqual([...query], pairs);
    assert.deepEqual([...query.entries()], pairs);
    assert.deepEqual([...query.keys()], ["b", "a", "b"]);
    assert.deepEqual([...query.values()], ["1", "2", "3"]);
  });

  test("is empty for an empty query", () => {
    const query = new QueryParameters("");
    assert.equal(query.size, 0);
    assert.equal(query.get(""), undefined);
    assert.deepEqual([...query], []);
    assert.deepEqual(Object.keys(query.toObject()), []);
  });

  test("makes an object without a prototype, repeated names as arrays", () => {
    const object = new QueryParameters("a=1&b=2&a=3&a=4").toObject();
    assert.equal(Object.getPrototypeOf(object), null);
    assert.deepEqual({ ...object }, { a: ["1", "3", "4"], b: "2" });
  });

  test("parses nothing until asked, and refuses too many parameters at every reading", () => {
    const query = new QueryParameters("a&b&c", { maximumPairs: 2 });
    assert.equal(query.raw, "a&b&c");
    for (let attempt = 0; attempt < 2; attempt++) {
      assert.throws(() => query.get("a"), {
        name: "BadRequest",
        status: 400,
        message: "The query has too many parameters; at most 2 are accepted",
      });
    }
    assert.throws(() => new QueryParameters("a&".repeat(1001)).size, BadRequest);
  });

  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", ""]) {
    test(`treats the name ${JSON.stringify(name)} as data`, () => {
      const absent = new QueryParameters("other=1");
      assert.equal(absent.get(name), undefined);
      assert.equal(absent.has(name), false);
      const query = new QueryParameters(`${name}=1&${name}=2&${name}[x]=3`);
      assert.deepEqual(query.getAll(name), ["1", "2"]);
      const object = query.toObject();
      assert.deepEqual(Object.keys(object), [name, `${name}[x]`]);
      assert.deepEqual(object[name], ["1", "2"]);
      assert.equal(Object.getPrototypeOf(object), null);
    });
  }
});

/** The URL standard's algorithm as written there: on bytes, with no shortcut. */
function readByBytes(text: string): [string, string][] {
  const pieces = text.split("&").filter((piece) => piece !== "");
  return pieces.map((piece) => {
    const [name = "", ...rest] = piece.split("=");
    return [decodeBytes(name), decodeBytes(rest.join("="))];
  });
}

function decodeBytes(text: string): string {
  const bytes = [...Buffer.from(text.replaceAll("+", " "))];
  const decoded: number[] = [];
  while (bytes.length > 0) {
    const digits = String.fromCharCode(...bytes.slice(1, 3));
    if (bytes[0] === 0x25 && /^[0-9a-f]{2}$/i.test(digits)) {
      decoded.push(Number.parseInt(digits, 16));
      bytes.splice(0, 3);
    } else decoded.push(...bytes.splice(0, 1));
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(decoded));
}
