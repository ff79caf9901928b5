import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { RequestHeaders } from "../../src/http/request-headers.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 9110;
const START = "GET / HTTP/1.1\r\n";
const LINES =
  "Host: a\r\nX-One: 1\r\nEmpty:\r\nx-one:  2 \t\r\nCookie: a=b\r\ncookie: c=d\r\nX-Colon: a:b : c\r\n";

/** The same fields as the parser hands them over with a head, and as trailers. */
const forms: [name: string, headers: RequestHeaders][] = [
  ["behind a request line", new RequestHeaders(`${START}${LINES}\r\n`, START.length)],
  ["alone", new RequestHeaders(LINES)],
];

for (const [form, headers] of forms) {
  describe(`fields ${form}`, () => {
    test("A field is found without regard to the case of its name", () => {
      for (const name of ["host", "Host", "HOST", "hOsT"]) assert.equal(headers.get(name), "a");
    });

    test("Space around a value does not belong to it, colons in it do", () => {
      assert.equal(headers.get("x-colon"), "a:b : c");
      assert.deepEqual(headers.getAll("x-one"), ["1", "2"]);
    });

    test("An empty value is a value", () => {
      assert.equal(headers.get("empty"), "");
      assert.equal(headers.has("empty"), true);
      assert.deepEqual(headers.getAll("empty"), [""]);
    });

    test("Several lines of one name are joined by a comma, cookies by a semicolon", () => {
      assert.equal(headers.get("X-ONE"), "1, 2");
      assert.equal(headers.get("Cookie"), "a=b; c=d");
    });

    test("A field that was not sent is undefined", () => {
      for (const name of ["", "hos", "hosts", "x-on", "one", "GET / HTTP/1.1", "a", "get"]) {
        assert.equal(headers.get(name), undefined, name);
        assert.equal(headers.has(name), false, name);
        assert.deepEqual(headers.getAll(name), [], name);
      }
    });

    test("All lines are read in order, names in lower case", () => {
      const expected = [
        ["host", "a"],
        ["x-one", "1"],
        ["empty", ""],
        ["x-one", "2"],
        ["cookie", "a=b"],
        ["cookie", "c=d"],
        ["x-colon", "a:b : c"],
      ];
      assert.deepEqual([...headers], expected);
      assert.deepEqual([...headers.entries()], expected);
    });

    test("An object of all fields has joined values and no prototype", () => {
      const object = headers.toObject();
      assert.equal(Object.getPrototypeOf(object), null);
      assert.deepEqual(
        { ...object },
        {
          host: "a",
          "x-one": "1, 2",
          empty: "",
          cookie: "a=b; c=d",
          "x-colon": "a:b : c",
        },
      );
    });
  });
}

test("A head without fields has none", () => {
  const headers = new RequestHeaders(`${START}\r\n`, START.length);
  assert.deepEqual([...headers], []);
  assert.equal(headers.get("host"), undefined);
  assert.deepEqual([...new RequestHeaders("")], []);
});

test("Names of an object's prototype are ordinary names", () => {
  const headers = new RequestHeaders("__proto__: 1\r\nconstructor: 2\r\n__proto__: 3\r\n");
  assert.equal(headers.get("__proto__"), "1, 3");
  assert.equal(headers.get("constructor"), "2");
  assert.equal(headers.get("toString"), undefined);
  const object = headers.toObject();
  assert.deepEqual(Object.entries(object), [
    ["__proto__", "1, 3"],
    ["constructor", "2"],
  ]);
  assert.equal(({} as Record<string, unknown>)["1, 3"], undefined);
});

test("Only letters lose their case: a name with other characters is not found under a neighbour's name", () => {
  const headers = new RequestHeaders("x^y: 1\r\nx_y: 2\r\n");
  assert.equal(headers.get("x^y"), "1");
  assert.equal(headers.get("x_y"), "2");
  assert.equal(headers.get("x~y"), undefined);
  assert.equal(new RequestHeaders("x@y: 1\r\n").get("x`y"), undefined);
});

test("get(), getAll(), has() and iteration agree on any fields", () => {
  const token = fc.string({ unit: fc.constantFrom(..."aAbB-_"), minLength: 1, maxLength: 3 });
  const value = fc.string({ unit: fc.constantFrom(..."xy :\t,;"), maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(token, value)), token, (pairs, name) => {
      const headers = new RequestHeaders(pairs.map(([key, text]) => `${key}:${text}\r\n`).join(""));
      const values = pairs
        .filter(([key]) => key.toLowerCase() === name.toLowerCase())
        .map(([, text]) => text.replace(/^[\t ]+|[\t ]+$/g, ""));
      assert.deepEqual(headers.getAll(name), values);
      assert.equal(headers.get(name), values.length === 0 ? undefined : values.join(", "));
      assert.equal(headers.has(name), values.length > 0);
      assert.equal([...headers].length, pairs.length);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test("Finding a field takes linear time", () => {
  for (const line of ["x:\r\n", "x: y\r\n", `x:${" ".repeat(50)}\r\n`, ":::\r\n"])
    assertLinearTime((count) => new RequestHeaders(line.repeat(count)).get("host"), 2000);
});
