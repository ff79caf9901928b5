import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BadRequest, UnsupportedMediaType } from "../../src/http/errors.ts";
import { parseRequest } from "./parse-request.ts";

const get = (target: string, lines = "Host: example.org\r\n") =>
  parseRequest(`GET ${target} HTTP/1.1\r\n${lines}\r\n`);
const post = (type: string, body: string | Buffer) =>
  parseRequest(
    `POST / HTTP/1.1\r\nHost: a\r\n${type === "" ? "" : `Content-Type: ${type}\r\n`}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
    body,
  );

describe("where a request goes", () => {
  const urls: [head: string, url: string, host: string, path: string][] = [
    ["GET /a/b HTTP/1.1\r\nHost: x:81", "http://x:81/a/b", "x:81", "/a/b"],
    ["GET /a?b=c&d HTTP/1.1\r\nHost: x", "http://x/a?b=c&d", "x", "/a"],
    ["GET /a? HTTP/1.1\r\nHost: x", "http://x/a", "x", "/a"],
    ["GET /%20%2F HTTP/1.1\r\nHost: x", "http://x/%20%2F", "x", "/%20%2F"],
    ["GET //b HTTP/1.1\r\nHost: x", "http://x//b", "x", "//b"],
    ["GET http://y:82/a?b HTTP/1.1\r\nHost: x", "http://y:82/a?b", "y:82", "/a"],
    ["GET http://y HTTP/1.1\r\nHost: x", "http://y/", "y", "/"],
    ["GET https://y/ HTTP/1.1\r\nHost: x", "http://y/", "y", "/"],
    ["OPTIONS * HTTP/1.1\r\nHost: x", "http://x", "x", "*"],
    ["CONNECT y:443 HTTP/1.1\r\nHost: x", "http://y:443", "y:443", ""],
    ["GET /a HTTP/1.0", "http:///a", "", "/a"],
  ];
  for (const [head, url, host, path] of urls) {
    test(`The URL of ${head.split("\r\n")[0]} is ${url}`, () => {
      const request = parseRequest(`${head}\r\n\r\n`);
      assert.deepEqual([request.url, request.host, request.path], [url, host, path]);
    });
  }

  test("Under TLS the scheme is https", () => {
    const request = parseRequest("GET / HTTP/1.1\r\nHost: x\r\n\r\n", undefined, { encrypted: true });
    assert.equal(request.scheme, "https");
    assert.equal(request.url, "https://x/");
    assert.equal(get("/").scheme, "http");
  });

  test("A method keeps its case", () => {
    assert.equal(parseRequest("pUt / HTTP/1.1\r\nHost: x\r\n\r\n").method, "pUt");
  });

  test("The version is that of the request line", () => {
    assert.equal(get("/").httpVersion, "1.1");
    assert.equal(parseRequest("GET / HTTP/1.0\r\n\r\n").httpVersion, "1.0");
  });

  test("The query is decoded when asked for", () => {
    const { query } = get("/?q=a+b&q=%C3%A9&__proto__=x");
    assert.deepEqual(query.getAll("q"), ["a b", "é"]);
    assert.equal(query.get("__proto__"), "x");
    assert.equal(query.raw, "q=a+b&q=%C3%A9&__proto__=x");
    assert.equal(get("/").query.size, 0);
    assert.equal(get("/?").query.size, 0);
  });

  test("What is worked out is worked out once", () => {
    const request = get("/?a=b", "Host: x\r\nCookie: c=d\r\n");
    assert.equal(request.query, request.query);
    assert.equal(request.headers, request.headers);
    assert.equal(request.cookies, request.cookies);
    assert.equal(request.ctx, request.ctx);
    assert.equal(request.body, request.body);
    assert.equal(request.signal, request.signal);
  });
});

describe("who sends a request", () => {
  test("Header fields are those of the head", () => {
    assert.deepEqual(
      [...get("/", "Host: a\r\nX: b\r\n").headers],
      [
        ["host", "a"],
        ["x", "b"],
      ],
    );
  });

  test("Cookies of several fields count together", () => {
    const { cookies } = get("/", "Host: a\r\nCookie: a=b\r\nCookie: c=d\r\n");
    assert.equal(cookies.get("a"), "b");
    assert.equal(cookies.get("c"), "d");
    assert.equal(get("/").cookies.size, 0);
  });

  test("The address is that of the connection", () => {
    assert.equal(get("/", "Host: a\r\nX-Forwarded-For: 10.0.0.1\r\n").ip, "192.0.2.1");
  });

  const accepted = ["a", "A-1_2.3~4:5/6+7=8@9", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "x".repeat(128)];
  for (const id of accepted) {
    test(`The client's id ${id.slice(0, 40)} is taken over`, () => {
      assert.equal(get("/", `Host: a\r\nX-Request-ID: ${id}\r\n`).id, id);
    });
  }

  const replaced = ["", "a b", "a\tb", "<script>", "a;b", 'a"b', "é", "x".repeat(129), "a,b", "a\\b", "$a"];
  for (const id of replaced) {
    test(`The client's id ${JSON.stringify(id.slice(0, 40))} is replaced`, () => {
      const request = get("/", `Host: a\r\nX-Request-ID: ${id}\r\n`);
      assert.match(request.id, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      assert.equal(request.id, request.id);
    });
  }

  test("Each request without an id gets one of its own", () => {
    assert.notEqual(get("/").id, get("/").id);
  });
});

describe("what middleware leaves on a request", () => {
  test("The context is empty and belongs to one request", () => {
    const request = get("/");
    assert.deepEqual(Object.keys(request.ctx), []);
    request.ctx.user = "Tails";
    assert.equal(request.ctx.user, "Tails");
    assert.equal(get("/").ctx.user, undefined);
  });

  test("Parameters are empty until a route sets them", () => {
    const request = get("/");
    assert.deepEqual(request.params, {});
    assert.throws(() => Object.assign(request.params, { id: 1 }), TypeError);
    request.params = { id: 7 };
    assert.equal(request.params.id, 7);
  });
});

describe("the signal", () => {
  test("It aborts with the reason, for those who asked before", () => {
    const request = get("/");
    const { signal } = request;
    assert.equal(signal.aborted, false);
    const reason = new Error("gone");
    let heard: unknown;
    signal.addEventListener("abort", () => {
      heard = signal.reason;
    });
    request.abort(reason);
    assert.equal(heard, reason);
    assert.equal(request.signal, signal);
  });

  test("It is aborted with the reason, for those who ask afterwards", () => {
    const request = get("/");
    const reason = new Error("gone");
    request.abort(reason);
    assert.equal(request.signal.aborted, true);
    assert.equal(request.signal.reason, reason);
  });

  test("The first reason stays", () => {
    for (const isAskedFirst of [true, false]) {
      const request = get("/");
      if (isAskedFirst) void request.signal;
      const reason = new Error("first");
      request.abort(reason);
      request.abort(new Error("second"));
      assert.equal(request.signal.reason, reason);
    }
  });
});

describe("the body", () => {
  test("A request without a body reads as nothing in every form", async () => {
    assert.equal(get("/").hasBody, false);
    assert.equal((await get("/").bytes()).length, 0);
    assert.equal(await get("/").text(), "");
    await assert.rejects(get("/").json(), BadRequest);
    for await (const piece of get("/").body) assert.fail(`${piece.length} bytes`);
    const request = get("/");
    await request.text();
    assert.equal(request.hasBody, false);
  });

  test("A body is announced by a length or by chunks", () => {
    assert.equal(post("", "hello").hasBody, true);
    assert.equal(post("", "hello").body.declaredLength, 5);
  });

  test("A body is read as bytes, text or JSON, whatever its type says", async () => {
    assert.deepEqual(await post("image/png", Buffer.from([1, 2, 255])).bytes(), Buffer.from([1, 2, 255]));
    assert.equal(await post("", "grün").text(), "grün");
    assert.deepEqual(await post("text/plain", '{"a":[1,"ü"]}').json(), { a: [1, "ü"] });
  });

  test("JSON that is malformed or dangerous is refused", async () => {
    await assert.rejects(post("application/json", '{"a":').json(), BadRequest);
    await assert.rejects(post("application/json", '{"__proto__":{"a":1}}').json(), BadRequest);
    await assert.rejects(post("application/json", Buffer.from([0x22, 0xff, 0x22])).json(), BadRequest);
  });

  test("A form is read from its own type alone", async () => {
    const type = "application/x-www-form-urlencoded";
    const form = await post(`${type}; charset=utf-8`, "name=Tails&colour=or%61nge+brown").form();
    assert.equal(form.get("colour"), "orange brown");
    assert.equal((await post(type.toUpperCase(), "a=b").form()).get("a"), "b");
    for (const other of ["", "text/plain", "application/json", `${type}2`, "x"])
      await assert.rejects(post(other, "a=b").form(), UnsupportedMediaType, other);
  });

  test("The media type is that of Content-Type, undefined where there is none", () => {
    assert.equal(post("Text/HTML; Charset=x", "").mediaType?.essence, "text/html");
    assert.equal(get("/").mediaType, undefined);
    assert.equal(post("nonsense", "").mediaType, undefined);
  });
});
