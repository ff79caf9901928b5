import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ParserEvent, RequestParser } from "../../src/protocol/http1/request-parser.ts";
import { formatRequest, type TestRequestInit } from "../../src/testing/outgoing-request.ts";

function lines(method: string, path: string, init: TestRequestInit = {}): string[] {
  return formatRequest(method, path, init).head.split("\r\n").slice(0, -2);
}

const TARGETS: [path: string, init: TestRequestInit, target: string][] = [
  ["/", {}, "/"],
  ["/a?b=c", {}, "/a?b=c"],
  ["/%2e%2E//a;x/[1]|", {}, "/%2e%2E//a;x/[1]|"],
  ["/José Ω", {}, "/Jos%C3%A9%20%CE%A9"],
  ['/"<>', {}, "/%22%3C%3E"],
  ["/a\r\nx: y", {}, "/a%0D%0Ax:%20y"],
  ["/a", { query: { q: "x y", page: 2, on: true } }, "/a?q=x+y&page=2&on=true"],
  ["/a?b=c", { query: { tag: ["x", "y"] } }, "/a?b=c&tag=x&tag=y"],
  ["/a", { query: new URLSearchParams("é=&=") }, "/a?%C3%A9=&="],
  ["/a", { query: {} }, "/a"],
];

const BODIES: [title: string, init: TestRequestInit, fields: string[], body: string][] = [
  ["text", { body: "é" }, ["content-type: text/plain; charset=utf-8", "content-length: 2"], "é"],
  ["bytes", { body: Buffer.from("ab") }, ["content-length: 2"], "ab"],
  ["JSON", { json: { a: [1] } }, ["content-type: application/json", "content-length: 9"], '{"a":[1]}'],
  ["JSON null", { json: null }, ["content-type: application/json", "content-length: 4"], "null"],
  [
    "a form",
    { form: { a: "1 2", b: ["x", "y"] } },
    ["content-type: application/x-www-form-urlencoded", "content-length: 13"],
    "a=1+2&b=x&b=y",
  ],
  [
    "a body of a given type",
    { body: "<a/>", headers: { "Content-Type": "application/xml" } },
    ["content-type: application/xml", "content-length: 4"],
    "<a/>",
  ],
  ["nothing", {}, ["content-length: 0"], ""],
];

const REFUSED: [method: string, path: string, init: TestRequestInit, message: RegExp][] = [
  ["GET", "users", {}, /The path must begin with "\/".*not be "users"/],
  ["GET", "", {}, /must begin with "\/"/],
  ["GET", "http://x/", {}, /client\.connect\(\)/],
  ["GET", "/a#b", {}, /fragment.*%23/],
  ["G T", "/", {}, /"G T" is not a method/],
  ["", "/", {}, /is not a method/],
  ["GET", "/", { headers: { "a b": "1" } }, /"a b" is not a header name/],
  ["GET", "/", { headers: { a: "1\r\nb: 2" } }, /value of the header a has a character/],
  ["GET", "/", { headers: { a: "€" } }, /value of the header a has a character/],
  ["POST", "/", { headers: { "content-length": 5 } }, /content-length is written by the client/],
  [
    "POST",
    "/",
    { headers: { "Transfer-Encoding": "chunked" } },
    /transfer-encoding is written by the client/,
  ],
  ["POST", "/", { body: "a", json: 1 }, /one body, not body and json/],
  ["POST", "/", { json: () => 1 }, /json must be a value that has JSON, not a function/],
  ["POST", "/", { body: 5 as unknown as string }, /must be a string, bytes/],
  ["GET", "/", { cookies: { "a b": "1" } }, /cookie "a b" cannot be sent/],
  ["GET", "/", { cookies: { a: "1; b=2" } }, /cookie "a" cannot be sent/],
];

describe("formatRequest", () => {
  for (const [path, init, target] of TARGETS) {
    test(`${JSON.stringify(path)} with ${JSON.stringify(init)} becomes the target ${target}`, () => {
      assert.equal(lines("GET", path, init)[0], `GET ${target} HTTP/1.1`);
    });
  }

  for (const [title, init, fields, body] of BODIES) {
    test(`it announces and sends ${title}`, () => {
      const request = formatRequest("POST", "/", init);
      assert.deepEqual(request.head.split("\r\n").slice(2, -2), fields);
      assert.equal(String(request.body ?? ""), body);
    });
  }

  test("a request without a body that expects none announces none", () => {
    assert.deepEqual(lines("GET", "/"), ["GET / HTTP/1.1", "host: localhost"]);
    assert.deepEqual(lines("DELETE", "/"), ["DELETE / HTTP/1.1", "host: localhost"]);
  });

  test("an iterable is sent in chunks", () => {
    assert.deepEqual(lines("POST", "/", { body: (async function* () {})() }).slice(2), [
      "transfer-encoding: chunked",
    ]);
  });

  test("headers are sent as given, host among them, and lists as several lines", () => {
    const headers = { Host: "shop.example", "X-A": ["1", "2"], "x-n": 5 };
    assert.deepEqual(lines("GET", "/", { headers }).slice(1), [
      "host: shop.example",
      "x-a: 1",
      "x-a: 2",
      "x-n: 5",
    ]);
    const pairs = [
      ["x-a", "1"],
      ["X-A", "2"],
    ] as const;
    assert.deepEqual(lines("GET", "/", { headers: pairs }).slice(1), ["host: localhost", "x-a: 1", "x-a: 2"]);
  });

  test("cookies become one field, behind those given as a header", () => {
    const init = { headers: { cookie: "a=1" }, cookies: { b: "2", c: "" } };
    assert.deepEqual(lines("GET", "/", init).slice(2), ["cookie: a=1; b=2; c="]);
  });

  for (const [method, path, init, message] of REFUSED) {
    test(`it refuses ${method} ${path} with ${JSON.stringify(Object.keys(init))}: ${message}`, () => {
      assert.throws(() => formatRequest(method, path, init), { name: "TypeError", message });
    });
  }

  test("whatever is accepted is one request to the server's parser", () => {
    const inits = fc.record({
      path: fc.string({ unit: "binary", maxLength: 20 }).map((text) => `/${text}`),
      headers: fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ unit: "binary", maxLength: 8 }), {
        maxKeys: 3,
      }),
      query: fc.dictionary(
        fc.string({ unit: "binary", maxLength: 5 }),
        fc.string({ unit: "binary", maxLength: 5 }),
      ),
    });
    const property = fc.property(inits, ({ path, headers, query }) => {
      let head: string;
      try {
        ({ head } = formatRequest("GET", path, { headers, query }));
      } catch (error) {
        assert.ok(error instanceof TypeError || error instanceof URIError);
        return;
      }
      const parser = new RequestParser();
      const bytes = Buffer.from(head, "latin1");
      parser.feed(bytes, 0, bytes.length);
      const event = parser.next();
      const isJudged = Object.keys(headers).some((name) => /^(host|expect|connection)$/i.test(name));
      if (!isJudged) assert.equal(event, ParserEvent.Head);
      if (event === ParserEvent.Head) assert.equal(parser.next(), ParserEvent.NeedMore);
    });
    fc.assert(property, { numRuns: 300, seed: 7 });
  });
});
