import assert from "node:assert/strict";
import { test } from "node:test";
import { Response } from "../../src/http/response.ts";

test("A response of a body and a type has status 200 and that type as its only field", () => {
  const response = new Response("<a/>", "application/xml");
  assert.equal(response.status, 200);
  assert.equal(response.body, "<a/>");
  assert.equal(response.fieldLines(), "content-type: application/xml\r\n");
  assert.deepEqual([...response.headers], [["content-type", "application/xml"]]);
});

test("A response without a type has no field", () => {
  assert.equal(new Response(null, "").fieldLines(), "");
  assert.deepEqual([...new Response(null, "").headers], []);
});

test("The type is the same whether or not somebody has asked for the headers", () => {
  const response = new Response("", "text/plain");
  const before = response.fieldLines();
  void response.headers;
  assert.equal(response.fieldLines(), before);
});

test("Header fields of the options replace the type and stand beside it", () => {
  for (const headers of [
    { "Content-Type": "text/csv", "x-a": "b" },
    [
      ["Content-Type", "text/csv"],
      ["x-a", "b"],
    ] as const,
    new Headers({ "Content-Type": "text/csv", "x-a": "b" }),
  ]) {
    const response = new Response("", "text/plain", { headers });
    assert.equal(response.fieldLines(), "content-type: text/csv\r\nx-a: b\r\n");
  }
});

test("A type can be removed", () => {
  const response = new Response("", "text/plain");
  response.headers.delete("content-type");
  assert.equal(response.fieldLines(), "");
});

test("A type that would break out of its line is refused, also after a good one", () => {
  for (const type of ["a\r\nset-cookie: b", "a\rb", "a\nb", "a\0b", "a\x7f", "é\u0100"]) {
    assert.equal(new Response("", "text/plain").status, 200);
    assert.throws(() => new Response("", type), TypeError, JSON.stringify(type));
    assert.throws(() => new Response("", type), TypeError, JSON.stringify(type));
  }
});

test("A status is a whole number from 200 to 599", () => {
  for (const status of [200, 204, 304, 404, 418, 599]) {
    assert.equal(new Response("", "", { status }).status, status);
    const response = new Response("", "");
    response.status = status;
    assert.equal(response.status, status);
  }
  for (const status of [0, -200, 100, 101, 199, 600, 1000, 200.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new Response("", "", { status }), RangeError, String(status));
    assert.throws(() => {
      new Response("", "").status = status;
    }, RangeError);
  }
  for (const status of ["200", null, {}])
    assert.throws(() => new Response("", "", { status: status as unknown as number }), RangeError);
});

test("Cookies follow the other fields, each on a line of its own", () => {
  const response = new Response("", "text/plain", { headers: { "x-a": "b" } });
  response.cookies.set("one", "1");
  response.cookies.set("two", "2");
  const lines = response.fieldLines().split("\r\n");
  assert.deepEqual(
    lines.map((line) => line.split(";")[0]),
    ["content-type: text/plain", "x-a: b", "set-cookie: one=1", "set-cookie: two=2", ""],
  );
  assert.equal(response.cookies, response.cookies);
});

test("The announced length is that of the headers", () => {
  assert.equal(new Response("", "text/plain").announcedLength(), undefined);
  assert.equal(new Response("", "", { headers: { "x-a": "b" } }).announcedLength(), undefined);
  assert.equal(new Response("", "", { headers: { "content-length": 12 } }).announcedLength(), "12");
});
