import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ResponseBody } from "../../src/http/response.ts";
import { Response } from "../../src/http/response.ts";
import { empty, json, raw, stream, text } from "../../src/http/responses.ts";
import { TestServer, ways } from "./test-server.ts";

const get = (path: string, method = "GET") => `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const BIG = 600_000;

/** What handlers answer, and what must be seen of it by GET and by HEAD; `length: null` where none may be announced. */
interface Case {
  title: string;
  make: () => Response;
  status?: number;
  body?: string;
  length: number | null;
}

const utf8 = (body: string) => Buffer.from(body).toString("latin1");

const cases: Case[] = [
  { title: "text", make: () => text("hello"), body: "hello", length: 5 },
  { title: "text past ASCII", make: () => text("grün €😀"), body: utf8("grün €😀"), length: 13 },
  { title: "empty text", make: () => text(""), body: "", length: 0 },
  { title: "JSON", make: () => json({ a: "ü" }), body: utf8('{"a":"ü"}'), length: 10 },
  { title: "few bytes", make: () => raw(Buffer.from([0, 128, 255])), body: "\x00\x80\xff", length: 3 },
  {
    title: "bytes of another array",
    make: () => raw(new Uint8Array(Buffer.from("xhellox")).subarray(1, 6)),
    body: "hello",
    length: 5,
  },
  { title: "2048 bytes", make: () => raw(Buffer.alloc(2048, "x")), body: "x".repeat(2048), length: 2048 },
  { title: "2049 bytes", make: () => raw(Buffer.alloc(2049, "x")), body: "x".repeat(2049), length: 2049 },
  {
    title: "100 kB",
    make: () => raw(Buffer.alloc(100_000, "x")),
    body: "x".repeat(100_000),
    length: 100_000,
  },
  { title: "a long text", make: () => text("x".repeat(BIG)), body: "x".repeat(BIG), length: BIG },
  {
    title: "a long text past ASCII",
    make: () => text("ü".repeat(BIG)),
    body: utf8("ü".repeat(BIG)),
    length: BIG * 2,
  },
  { title: "long bytes", make: () => raw(Buffer.alloc(BIG, "x")), body: "x".repeat(BIG), length: BIG },
  { title: "nothing with 200", make: () => empty({ status: 200 }), body: "", length: 0 },
  { title: "nothing with 404", make: () => empty({ status: 404 }), status: 404, body: "", length: 0 },
  { title: "204", make: () => empty(), status: 204, length: null },
  { title: "204 with a body by mistake", make: () => text("x", { status: 204 }), status: 204, length: null },
  {
    title: "204 with a length by mistake",
    make: () => empty({ headers: { "content-length": 5 } }),
    status: 204,
    length: null,
  },
  {
    title: "204 with a stream by mistake",
    make: () => stream(() => assert.fail("written"), { status: 204, headers: { "content-length": 5 } }),
    status: 204,
    length: null,
  },
  {
    title: "204 with a long body by mistake",
    make: () => raw(Buffer.alloc(BIG), { status: 204 }),
    status: 204,
    length: null,
  },
  { title: "304", make: () => empty({ status: 304 }), status: 304, length: null },
  {
    title: "304 with the length of what the client has",
    make: () => empty({ status: 304, headers: { "content-length": 5 } }),
    status: 304,
    length: 5,
  },
  { title: "304 with a body by mistake", make: () => text("x", { status: 304 }), status: 304, length: null },
  {
    title: "a length that is too short",
    make: () => text("hello", { headers: { "content-length": 1 } }),
    body: "hello",
    length: 5,
  },
  {
    title: "a length that is too long",
    make: () => text("hello", { headers: { "content-length": 50 } }),
    body: "hello",
    length: 5,
  },
  {
    title: "a length for a long body that is wrong",
    make: () => raw(Buffer.alloc(BIG, "x"), { headers: { "content-length": 5 } }),
    body: "x".repeat(BIG),
    length: BIG,
  },
  {
    title: "a stream with a length",
    make: () => stream((out) => void out.write("hello"), { headers: { "content-length": 5 } }),
    body: "hello",
    length: 5,
  },
  {
    title: "a stream without a length",
    make: () => stream((out) => void out.write("hello")),
    body: "hello",
    length: null,
  },
];

for (const way of ways) {
  describe(way.name, () => {
    for (const { title, make, status = 200, body = "", length } of cases) {
      test(`${title} is sent, by GET with its body, by HEAD without, and the connection goes on`, async (context) => {
        const server = await TestServer.start(context, way, (request) =>
          request.path === "/" ? make() : text("next"),
        );
        const methods = ["GET", "GET", "HEAD", "GET"];
        const client = await server.connect();
        for (const [index, method] of methods.entries())
          client.send(get(index % 2 === 0 ? "/" : "/next", method));
        const [first, next, head, last] = await client.responses(4, methods);
        assert.deepEqual([first?.status, first?.body.length], [status, body.length]);
        assert.ok(first?.body === body, "the body");
        assert.equal(first?.headers.get("content-length"), length === null ? undefined : String(length));
        assert.equal(head?.status, status);
        assert.deepEqual([...(head?.headers ?? [])], [...(first?.headers ?? [])]);
        assert.deepEqual([next?.body, last?.body], ["next", "next"]);
        assert.deepEqual(server.reports, []);
      });
    }

    test("To HEAD the length of a body that is not there may be announced, to GET it may not", async (context) => {
      const make = () => empty({ status: 200, headers: { "content-length": 5 } });
      const server = await TestServer.start(context, way, (request) =>
        request.path === "/" ? make() : text("next"),
      );
      const methods = ["HEAD", "GET", "GET"];
      const client = await server.connect();
      client.send(get("/", "HEAD") + get("/") + get("/next"));
      const responses = await client.responses(3, methods);
      assert.deepEqual(
        responses.map(({ headers, body }) => [headers.get("content-length"), body]),
        [
          ["5", ""],
          ["0", ""],
          ["4", "next"],
        ],
      );
    });

    test("Each answer has a Date of now, and only one", async (context) => {
      const client = await (await TestServer.start(context, way, () => text(""))).connect();
      const { headers } = await client.ask(get("/"));
      const date = headers.get("date") ?? "";
      assert.match(date, /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
      assert.ok(Math.abs(Date.parse(date) - Date.now()) < 3000);
    });

    test("Headers and cookies of the handler are sent", async (context) => {
      const server = await TestServer.start(context, way, () => {
        const response = text("", { headers: { "x-a": "b", "x-latin": "é" } });
        response.cookies.set("sid", "1");
        return response;
      });
      const { headers } = await (await server.connect()).ask(get("/"));
      assert.equal(headers.get("x-a"), "b");
      assert.equal(headers.get("x-latin"), "é");
      assert.match(headers.get("set-cookie") ?? "", /^sid=1;/);
    });

    test("One response object may be the answer to many requests", async (context) => {
      for (const shared of [
        text("shared"),
        raw(Buffer.alloc(BIG, "x")),
        text("x", { headers: { "content-length": 9 } }),
      ]) {
        const client = await (await TestServer.start(context, way, () => shared)).connect();
        client.send(get("/").repeat(3));
        const bodies = (await client.responses(3)).map(({ body }) => body);
        assert.ok(bodies.every((body) => body === bodies[0]));
      }
    });

    test("A response whose body cannot be sent is a 500 that is reported, and the connection goes on", async (context) => {
      for (const body of [5, {}, [], undefined, new ArrayBuffer(1), new Uint16Array(1), Symbol("x")]) {
        const broken = () => new Response(body as unknown as ResponseBody, "");
        for (const handle of [broken, async () => broken()]) {
          const server = await TestServer.start(context, way, (request) =>
            request.path === "/" ? handle() : text("next"),
          );
          const client = await server.connect();
          client.send(get("/") + get("/next"));
          const [first, next] = await client.responses(2);
          assert.deepEqual([first?.status, next?.body], [500, "next"]);
          assert.deepEqual(
            server.reports.map((error) => error instanceof TypeError),
            [true],
          );
        }
      }
    });
  });
}
