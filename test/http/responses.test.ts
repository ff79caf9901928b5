import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Response } from "../../src/http/response.ts";
import { empty, html, json, problem, raw, redirect, stream, text } from "../../src/http/responses.ts";

function typeOf(response: Response): string | undefined {
  return response.headers.get("content-type");
}

describe("types and bodies", () => {
  const producer = () => {};
  const cases: [what: string, response: Response, type: string, body: unknown][] = [
    ["text", text("hi"), "text/plain; charset=utf-8", "hi"],
    ["text of another type", text("a,b", { contentType: "text/csv" }), "text/csv", "a,b"],
    ["html", html("<p>"), "text/html; charset=utf-8", "<p>"],
    ["html of another type", html("<svg/>", { contentType: "image/svg+xml" }), "image/svg+xml", "<svg/>"],
    ["json", json({ a: [1, null] }), "application/json", '{"a":[1,null]}'],
    ["json of null", json(null), "application/json", "null"],
    ["json of a string", json("a"), "application/json", '"a"'],
    ["json of another type", json({}, { contentType: "application/ld+json" }), "application/ld+json", "{}"],
    ["raw text", raw("hi"), "application/octet-stream", "hi"],
    ["raw of another type", raw("hi", { contentType: "text/plain" }), "text/plain", "hi"],
    ["a stream", stream(producer), "application/octet-stream", producer],
    ["a stream of another type", stream(producer, { contentType: "text/plain" }), "text/plain", producer],
  ];
  for (const [what, response, type, body] of cases) {
    test(`${what} has its type and its body`, () => {
      assert.equal(response.status, 200);
      assert.equal(typeOf(response), type);
      assert.equal(response.body, body);
    });
  }

  test("raw bytes are sent as they are", () => {
    const bytes = new Uint8Array([1, 2, 255]);
    assert.equal(raw(bytes).body, bytes);
    assert.equal(raw(Buffer.from("x")).body?.toString(), "x");
  });

  test("Status and headers of the options are taken over", () => {
    const options = { status: 202, headers: { "x-a": "b" } };
    for (const response of [
      text("", options),
      html("", options),
      json({}, options),
      raw("", options),
      empty(options),
      stream(() => {}, options),
    ]) {
      assert.equal(response.status, 202);
      assert.equal(response.headers.get("x-a"), "b");
    }
  });

  test("A type that would break out of its line is refused", () => {
    const options = { contentType: "text/plain\r\nset-cookie: a=b" };
    for (const make of [
      () => text("", options),
      () => html("", options),
      () => json({}, options),
      () => raw("", options),
      () => stream(() => {}, options),
    ])
      assert.throws(make, TypeError);
  });
});

describe("mistakes", () => {
  for (const value of [undefined, null, 5, {}, [], new Uint8Array(1), () => {}, Object.create(null)]) {
    test(`text() and html() refuse ${typeof value === "object" ? JSON.stringify(value) : String(value)}`, () => {
      assert.throws(() => text(value as unknown as string), {
        name: "TypeError",
        message: /text\(\) takes a string/,
      });
      assert.throws(() => html(value as unknown as string), {
        name: "TypeError",
        message: /html\(\) takes a string/,
      });
    });
  }

  test("raw() refuses what is neither bytes nor a string, and names it", () => {
    class Upload {}
    const cases: [unknown, RegExp][] = [
      [undefined, /undefined/],
      [null, /null/],
      [5, /a number/],
      [{}, /Object/],
      [new Upload(), /Upload/],
      [new ArrayBuffer(1), /ArrayBuffer/],
      [new Uint16Array(1), /Uint16Array/],
      [Object.create(null), /no class/],
    ];
    for (const [value, message] of cases)
      assert.throws(() => raw(value as unknown as string), { name: "TypeError", message });
  });

  test("json() refuses what has no JSON form", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const value of [undefined, () => {}, Symbol("x"), 1n, circle])
      assert.throws(() => json(value), TypeError);
  });
});

describe("empty", () => {
  test("It has no body, no type and status 204", () => {
    const response = empty();
    assert.equal(response.status, 204);
    assert.equal(response.body, null);
    assert.equal(response.fieldLines(), "");
  });

  test("Other options leave the status 204", () => {
    assert.equal(empty({ headers: { "x-a": "b" } }).status, 204);
    assert.equal(empty({ status: 200 }).status, 200);
  });
});

describe("redirect", () => {
  const targets: [to: string, location: string][] = [
    ["/", "/"],
    ["/a?b=c#d", "/a?b=c#d"],
    ["../a", "../a"],
    ["https://example.org/a", "https://example.org/a"],
    ["HTTP://example.org", "HTTP://example.org"],
    ["/grün", "/gr%C3%BCn"],
    ["/a b", "/a%20b"],
    ["/a%20b", "/a%20b"],
    ["/100%", "/100%"],
    ["http://[::1]:80/", "http://[::1]:80/"],
    ["/a:b", "/a:b"],
    ["/a\r\nset-cookie: b=c", "/a%0D%0Aset-cookie:%20b=c"],
    ["/\0", "/%00"],
    ["\tjavascript:alert(1)", "%09javascript:alert(1)"],
    ["java\nscript:alert(1)", "java%0Ascript:alert(1)"],
    ["/\\evil.example", "/%5Cevil.example"],
    ['/"<>', "/%22%3C%3E"],
    ["/😀", "/%F0%9F%98%80"],
  ];
  for (const [to, location] of targets) {
    test(`${JSON.stringify(to)} is sent as ${location}`, () => {
      const response = redirect(to);
      assert.equal(response.status, 302);
      assert.equal(response.headers.get("location"), location);
      assert.equal(response.body, null);
    });
  }

  test("Whatever is written, only what may stand in a field leaves", () => {
    for (let code = 0; code < 0x300; code++) {
      const location = redirect(`/a${String.fromCharCode(code)}b`).headers.get("location") ?? "";
      assert.match(location, /^[\x21-\x7e]+$/, `code ${code}`);
    }
  });

  test("Other schemes than http and https are refused", () => {
    for (const to of [
      "javascript:alert(1)",
      "JavaScript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "x-y.z+1:a",
    ])
      assert.throws(() => redirect(to), { name: "TypeError", message: /http/ }, to);
  });

  test("Half of a surrogate pair cannot be sent", () => {
    assert.throws(() => redirect("/\ud800"), { name: "TypeError", message: /surrogate/ });
  });

  test("Its status is 3xx", () => {
    for (const status of [300, 301, 303, 307, 308, 399])
      assert.equal(redirect("/", { status }).status, status);
    for (const status of [200, 299, 400, 500]) assert.throws(() => redirect("/", { status }), RangeError);
  });

  test("Headers are kept", () => {
    assert.equal(redirect("/", { headers: { "x-a": "b" } }).headers.get("x-a"), "b");
  });
});

describe("problem", () => {
  const bodyOf = (response: Response): unknown => JSON.parse(String(response.body));

  test("It has a status, a title and a type of its own", () => {
    const response = problem(404);
    assert.equal(response.status, 404);
    assert.equal(typeOf(response), "application/problem+json");
    assert.deepEqual(bodyOf(response), { type: "about:blank", title: "Not Found", status: 404 });
  });

  test("Detail and members are added", () => {
    assert.deepEqual(
      bodyOf(
        problem(403, "Too little credit", { type: "/credit", title: "Credit", instance: "/a", balance: 30 }),
      ),
      {
        type: "/credit",
        title: "Credit",
        instance: "/a",
        balance: 30,
        status: 403,
        detail: "Too little credit",
      },
    );
  });

  test("Members cannot contradict the status and the detail", () => {
    assert.deepEqual(bodyOf(problem(404, "this", { status: 200, detail: "that" })), {
      type: "about:blank",
      title: "Not Found",
      status: 404,
      detail: "this",
    });
  });

  test("A status that is none is refused", () => {
    assert.throws(() => problem(99), RangeError);
  });
});
