import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseCookies, RequestCookies, ResponseCookies } from "../../src/http/cookies.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_406;
const NAME_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SPECIAL_NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty"];

describe("parseCookies", () => {
  const cases: [header: string, pairs: [string, string][]][] = [
    ["", []],
    ["a=1", [["a", "1"]]],
    [
      "a=1; b=2",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    [
      "a=1;b=2;;  ; c=3;",
      [
        ["a", "1"],
        ["b", "2"],
        ["c", "3"],
      ],
    ],
    [
      "\t a \t=\t 1 \t;b=2",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    ["a=1=2==", [["a", "1=2=="]]],
    ["a=", [["a", ""]]],
    ["a", [["", "a"]]],
    ["=a", [["", "a"]]],
    ["=", []],
    ['""', []],
    [
      "a=1; a=2; A=3",
      [
        ["a", "1"],
        ["a", "2"],
        ["A", "3"],
      ],
    ],
    ['a="1"', [["a", "1"]]],
    ['a=""', [["a", ""]]],
    ['a="', [["a", '"']]],
    ['a="1', [["a", '"1']]],
    ['a=1"', [["a", '1"']]],
    ['a=" 1 "', [["a", " 1 "]]],
    [
      'a="1;2"',
      [
        ["a", '"1'],
        ["", '2"'],
      ],
    ],
    [String.raw`a="\"\073"`, [["a", String.raw`\"\073`]]],
    ["a=%20+%C3%A9", [["a", "%20+%C3%A9"]]],
    ["a=1 2,3", [["a", "1 2,3"]]],
    ["a=\xe9", [["a", "\xe9"]]],
    ["a=\u00a01\u00a0", [["a", "\u00a01\u00a0"]]],
    ["a b=1; c=2", [["c", "2"]]],
    ["a[]=1; c=2", [["c", "2"]]],
    ['"a"=1; (b)=2; c/d=3; {e}=4; f@g=5; h:i=6; j,k=7; l?=8; m\\n=9', []],
  ];
  for (const [header, pairs] of cases) {
    test(`reads ${JSON.stringify(header)}`, () => {
      assert.deepEqual(parseCookies(header), pairs);
    });
  }

  test("accepts exactly the token characters in names", () => {
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code);
      // A semicolon and an equals sign end the name instead, which leaves another one.
      if (character === ";" || character === "=") continue;
      const expected = NAME_CHARACTERS.includes(character) ? [[`x${character}x`, "1"]] : [];
      assert.deepEqual(parseCookies(`x${character}x=1`), expected, `U+${code.toString(16)}`);
    }
  });

  for (const blank of ["\u00a0", "\u2003", "\ufeff", "\v", "\f", "\n", "\r", "\u1680", "\0"]) {
    test(`does not take ${JSON.stringify(blank)} before a name for a blank`, () => {
      assert.deepEqual(parseCookies(`${blank}__Host-sid=planted; ${blank}sid=planted`), []);
      assert.equal(new RequestCookies(`__Host-sid${blank}=planted`).has("sid"), false);
    });
  }

  for (const unit of [";", "a", "a;", "a=b;", "=", " ", " ;", '"', 'a="', "\t=\t"]) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => parseCookies(`a=${unit.repeat(repetitions)}b`));
    });
  }
});

describe("RequestCookies", () => {
  test("gives the first value, all values and whether there is one", () => {
    const cookies = new RequestCookies("a=1; b=; a=2");
    assert.equal(cookies.get("a"), "1");
    assert.deepEqual(cookies.getAll("a"), ["1", "2"]);
    assert.equal(cookies.get("b"), "");
    assert.equal(cookies.has("b"), true);
    assert.equal(cookies.get("c"), undefined);
    assert.deepEqual(cookies.getAll("c"), []);
    assert.equal(cookies.has("c"), false);
    assert.equal(cookies.size, 3);
    const pairs = [
      ["a", "1"],
      ["b", ""],
      ["a", "2"],
    ];
    assert.deepEqual([...cookies], pairs);
    assert.deepEqual([...cookies.entries()], pairs);
  });

  test("is empty without a header", () => {
    const cookies = new RequestCookies(undefined);
    assert.equal(cookies.size, 0);
    assert.equal(cookies.get("a"), undefined);
    assert.deepEqual([...cookies], []);
  });

  test("finds prefixed names first, the host prefix before the secure one", () => {
    const cookies = new RequestCookies("sid=1; __Secure-sid=2; __Host-sid=3; __Secure-b=4");
    assert.equal(cookies.get("sid"), "3");
    assert.deepEqual(cookies.getAll("sid"), ["3", "2", "1"]);
    assert.equal(cookies.get("__Host-sid"), "3");
    assert.equal(cookies.get("__Secure-sid"), "2");
    assert.deepEqual(cookies.getAll("__Secure-sid"), ["2"]);
    assert.equal(cookies.get("b"), "4");
    assert.equal(cookies.has("b"), true);
    assert.deepEqual([...cookies].at(2), ["__Host-sid", "3"]);
  });

  test("looks for no second prefix before a prefixed name", () => {
    const cookies = new RequestCookies("__Host-__Secure-a=1; __Secure-__Host-b=2");
    assert.equal(cookies.has("__Secure-a"), false);
    assert.equal(cookies.has("__Host-b"), false);
  });

  for (const name of SPECIAL_NAMES) {
    test(`treats the name ${name} as data`, () => {
      assert.equal(new RequestCookies("other=1").get(name), undefined);
      assert.equal(new RequestCookies("other=1").has(name), false);
      assert.deepEqual(new RequestCookies(`${name}=1; ${name}=2`).getAll(name), ["1", "2"]);
    });
  }
});

describe("ResponseCookies", () => {
  test("writes one field for every cookie in the order set", () => {
    const cookies = new ResponseCookies();
    assert.equal(cookies.size, 0);
    assert.deepEqual(cookies.toHeaderValues(), []);
    cookies.set("a", "1");
    cookies.set("b", "2", { path: "/b", httpOnly: true });
    assert.equal(cookies.size, 2);
    assert.deepEqual(cookies.toHeaderValues(), [
      "a=1; Path=/; SameSite=Lax; Secure",
      "b=2; Path=/b; SameSite=Lax; Secure; HttpOnly",
    ]);
  });

  test("replaces a cookie set again at the same place and moves it to the end", () => {
    const cookies = new ResponseCookies();
    cookies.set("a", "1", { domain: "example.com", httpOnly: true });
    cookies.set("b", "2");
    cookies.set("a", "3", { domain: "EXAMPLE.com" });
    assert.deepEqual(cookies.toHeaderValues(), [
      "b=2; Path=/; SameSite=Lax; Secure",
      "a=3; Path=/; Domain=EXAMPLE.com; SameSite=Lax; Secure",
    ]);
  });

  test("keeps cookies of one name at different places", () => {
    const cookies = new ResponseCookies();
    cookies.set("a", "1");
    cookies.set("a", "2", { path: "/x" });
    cookies.set("a", "3", { domain: "example.com" });
    cookies.set("a", "4", { partitioned: true });
    cookies.set("a", "5", { prefix: "secure" });
    cookies.set("A", "6");
    assert.equal(cookies.size, 6);
    cookies.set("__Secure-a", "7");
    assert.equal(cookies.size, 6);
  });

  test("changes nothing when a cookie is refused", () => {
    const cookies = new ResponseCookies();
    cookies.set("a", "1");
    assert.throws(() => cookies.set("a", "1;2"), TypeError);
    assert.throws(() => cookies.delete("a b"), TypeError);
    assert.deepEqual(cookies.toHeaderValues(), ["a=1; Path=/; SameSite=Lax; Secure"]);
  });

  test("says which names it sets, with prefix or without, deletions not counted", () => {
    const cookies = new ResponseCookies();
    cookies.set("sid", "1", { prefix: "host" });
    cookies.set("a", "1");
    cookies.delete("b");
    assert.equal(cookies.has("sid"), true);
    assert.equal(cookies.has("__Host-sid"), true);
    assert.equal(cookies.has("__Secure-sid"), false);
    assert.equal(cookies.has("a"), true);
    assert.equal(cookies.has("b"), false);
    cookies.delete("a");
    assert.equal(cookies.has("a"), false);
    for (const name of SPECIAL_NAMES) assert.equal(cookies.has(name), false);
  });

  test("deletes with an empty value and Max-Age=0 at the place given", () => {
    const cookies = new ResponseCookies();
    cookies.delete("a");
    cookies.delete("b", { path: "/b", domain: "example.com", prefix: "secure" });
    cookies.delete("c", { secure: false, sameSite: "strict" });
    cookies.delete("d", { prefix: "host", partitioned: true });
    assert.deepEqual(cookies.toHeaderValues(), [
      "a=; Path=/; Max-Age=0; SameSite=Lax; Secure",
      "__Secure-b=; Path=/b; Domain=example.com; Max-Age=0; SameSite=Lax; Secure",
      "c=; Path=/; Max-Age=0; SameSite=Strict",
      "__Host-d=; Path=/; Max-Age=0; SameSite=Lax; Secure; Partitioned",
    ]);
  });

  test("deletes a cookie set earlier with the attributes it was set with", () => {
    const cookies = new ResponseCookies();
    const expires = new Date(0);
    cookies.set("a", "1", { path: "/a", secure: false, httpOnly: true, maxAge: 60, expires });
    cookies.set("b", "1", { prefix: "host" });
    cookies.delete("a", { path: "/a" });
    cookies.delete("__Host-b");
    cookies.delete("a");
    assert.deepEqual(cookies.toHeaderValues(), [
      "a=; Path=/a; Max-Age=0; SameSite=Lax; HttpOnly",
      "__Host-b=; Path=/; Max-Age=0; SameSite=Lax; Secure",
      "a=; Path=/; Max-Age=0; SameSite=Lax; Secure",
    ]);
  });

  test("sets cookies a browser sends back and RequestCookies reads as they were", () => {
    const name = fc.oneof(
      fc.string({ unit: fc.constantFrom(...NAME_CHARACTERS), minLength: 1, maxLength: 8 }),
      fc.constantFrom(...SPECIAL_NAMES),
    );
    const cookie = fc.tuple(
      name,
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.constantFrom(undefined, "host", "secure"),
    );
    fc.assert(
      fc.property(fc.uniqueArray(cookie, { selector: ([name]) => name, maxLength: 6 }), (entries) => {
        const jar = new ResponseCookies();
        for (const [name, value, prefix] of entries) jar.set(name, encodeURIComponent(value), { prefix });
        const sent = jar.toHeaderValues().map((field) => field.split(";", 1)[0]);
        const cookies = new RequestCookies(sent.join("; "));
        assert.equal(cookies.size, entries.length);
        for (const [name, value] of entries)
          assert.equal(decodeURIComponent(cookies.get(name) ?? "%"), value);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
