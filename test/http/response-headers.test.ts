import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type HeadersInit, ResponseHeaders } from "../../src/http/response-headers.ts";

const SEED = 9110;
const ALL_BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]$/;

/** Both ways in which a field comes in. */
const writers: [name: string, write: (name: string, value: string) => ResponseHeaders][] = [
  [
    "set",
    (name, value) => {
      const headers = new ResponseHeaders();
      headers.set(name, value);
      return headers;
    },
  ],
  [
    "append",
    (name, value) => {
      const headers = new ResponseHeaders();
      headers.append(name, value);
      return headers;
    },
  ],
  ["assign of an object", (name, value) => new ResponseHeaders({ [name]: value })],
  ["assign of a list of values", (name, value) => new ResponseHeaders({ [name]: [value] })],
  ["assign of pairs", (name, value) => new ResponseHeaders([[name, value]])],
];

describe("what can be sent", () => {
  for (const [way, write] of writers) {
    test(`${way} takes the characters of a token in names and refuses all others`, () => {
      for (const character of [...ALL_BYTES, "\u0100", "\u2028", "\ud800", "😀"]) {
        const name = `x${character}y`;
        if (TOKEN.test(character)) assert.equal(write(name, "v").get(name), "v");
        else assert.throws(() => write(name, "v"), TypeError, JSON.stringify(name));
      }
      assert.throws(() => write("", "v"), TypeError);
    });

    test(`${way} takes visible characters, spaces and tabs in values and refuses all others`, () => {
      for (const character of [...ALL_BYTES, "\u0100", "\u2028", "\ud800", "😀"]) {
        for (const value of [character, `a${character}`, `${character}b`, `a${character}b`]) {
          if (VALUE.test(character)) assert.equal(write("x", value).get("x"), value);
          else assert.throws(() => write("x", value), TypeError, JSON.stringify(value));
        }
      }
      assert.equal(write("x", "").get("x"), "");
    });

    test(`${way} refuses what the server writes itself`, () => {
      for (const name of ["connection", "Connection", "keep-alive", "Transfer-Encoding", "DATE"])
        assert.throws(() => write(name, "x"), { name: "TypeError", message: /written by the server/ });
    });

    test(`${way} takes only a number of bytes as content-length`, () => {
      for (const value of ["0", "5", "999999999999999"])
        assert.equal(write("Content-Length", value).get("content-length"), value);
      for (const value of [
        "",
        " 5",
        "5 ",
        "+5",
        "-5",
        "5,5",
        "5.0",
        "0x5",
        "1e3",
        "NaN",
        "five",
        "9999999999999999",
      ])
        assert.throws(() => write("Content-Length", value), { name: "TypeError", message: /content-length/ });
    });
  }

  test("A number as value is written in digits", () => {
    const headers = new ResponseHeaders({ age: 60 });
    headers.append("age", 61);
    headers.set("content-length", 12);
    assert.deepEqual(
      [...headers],
      [
        ["age", "60"],
        ["age", "61"],
        ["content-length", "12"],
      ],
    );
    assert.throws(() => headers.set("content-length", 1.5), TypeError);
    assert.throws(() => headers.set("content-length", Number.NaN), TypeError);
  });

  test("Whatever is accepted stays in its line: parsing the lines gives the fields back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }))),
        (pairs) => {
          const headers = new ResponseHeaders();
          for (const [name, value] of pairs) {
            try {
              headers.append(`x${name}`, value);
            } catch (error) {
              assert.ok(error instanceof TypeError);
            }
          }
          const lines = headers.toLines().split("\r\n");
          assert.equal(lines.pop(), "");
          assert.deepEqual(
            lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
            [...headers],
          );
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe("reading and changing", () => {
  test("Names have no case and are kept in lower case", () => {
    const headers = new ResponseHeaders({ "X-One": "1" });
    assert.equal(headers.get("x-ONE"), "1");
    assert.equal(headers.has("X-one"), true);
    assert.deepEqual([...headers], [["x-one", "1"]]);
  });

  test("A field that was not set is undefined", () => {
    const headers = new ResponseHeaders();
    assert.equal(headers.get("x"), undefined);
    assert.equal(headers.has("x"), false);
    assert.deepEqual(headers.getAll("x"), []);
    assert.equal(headers.size, 0);
    assert.equal(headers.toLines(), "");
  });

  test("Several lines of one name are read joined or one by one", () => {
    const headers = new ResponseHeaders();
    headers.append("vary", "a");
    headers.append("other", "x");
    headers.append("Vary", "b");
    assert.equal(headers.get("vary"), "a, b");
    assert.deepEqual(headers.getAll("VARY"), ["a", "b"]);
    assert.equal(headers.size, 3);
    assert.equal(headers.toLines(), "vary: a\r\nother: x\r\nvary: b\r\n");
  });

  test("set() puts one line in the place of the first and removes the others", () => {
    const headers = new ResponseHeaders([
      ["a", "1"],
      ["b", "2"],
      ["a", "3"],
      ["c", "4"],
      ["a", "5"],
    ]);
    headers.set("A", "6");
    assert.deepEqual(
      [...headers],
      [
        ["a", "6"],
        ["b", "2"],
        ["c", "4"],
      ],
    );
  });

  test("delete() removes every line and says whether there was one", () => {
    const headers = new ResponseHeaders([
      ["a", "1"],
      ["b", "2"],
      ["a", "3"],
    ]);
    assert.equal(headers.delete("A"), true);
    assert.equal(headers.delete("a"), false);
    assert.deepEqual([...headers], [["b", "2"]]);
  });

  test("There is only one content-length: the last one counts", () => {
    const headers = new ResponseHeaders([
      ["content-length", "5"],
      ["Content-Length", "6"],
    ]);
    headers.append("content-length", 7);
    assert.deepEqual([...headers], [["content-length", "7"]]);
  });

  const inits: [what: string, init: HeadersInit][] = [
    ["an object", { "content-type": "text/csv", "x-list": ["1", "2"], age: 3 }],
    [
      "pairs",
      [
        ["content-type", "text/csv"],
        ["X-List", "1"],
        ["x-list", "2"],
        ["age", "3"],
      ],
    ],
    [
      "other response headers",
      new ResponseHeaders([
        ["content-type", "text/csv"],
        ["x-list", "1"],
        ["x-list", "2"],
        ["age", "3"],
      ]),
    ],
    [
      "a Map",
      new Map([
        ["content-type", "text/csv"],
        ["x-list", "1, 2"],
        ["age", "3"],
      ]),
    ],
    ["web headers", new Headers({ "Content-Type": "text/csv", "X-List": "1, 2", age: "3" })],
  ];
  for (const [what, init] of inits) {
    test(`assign() of ${what} replaces the lines that were there and leaves the others`, () => {
      const headers = new ResponseHeaders({ "content-type": "text/plain", "x-list": ["8", "9"], other: "x" });
      headers.assign(init);
      assert.equal(headers.get("content-type"), "text/csv");
      assert.equal(headers.get("x-list"), "1, 2");
      assert.equal(headers.get("age"), "3");
      assert.equal(headers.get("other"), "x");
    });
  }

  test("Names of an object's prototype are ordinary names", () => {
    const headers = new ResponseHeaders([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
    assert.equal(headers.get("__proto__"), "1");
    assert.equal(headers.get("constructor"), "2");
    assert.equal(headers.get("toString"), undefined);
    assert.equal(headers.has("hasOwnProperty"), false);
  });
});
