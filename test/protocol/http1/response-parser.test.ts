import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { RequestHeaders } from "../../../src/http/request-headers.ts";
import { ResponseEvent, ResponseParser } from "../../../src/protocol/http1/response-parser.ts";
import { formatChunkSize, formatHead, LAST_CHUNK } from "../../../src/protocol/http1/response-writer.ts";

interface Reading {
  /** What was found: statuses of heads, `End`, `Failed: …`. */
  events: string[];
  body: string;
  trailers: string;
  parser: ResponseParser;
}

/** Reads a response to `method` in pieces of `size` bytes; `ends` tells whether the peer closes behind it. */
function read(text: string, method = "GET", size = Number.POSITIVE_INFINITY, ends = false): Reading {
  const parser = new ResponseParser();
  const reading: Reading = { events: [], body: "", trailers: "", parser };
  parser.expect(method);
  const bytes = Buffer.from(text, "latin1");
  for (let start = 0; start < bytes.length; start += size) {
    // The piece is borrowed: what the parser still needs of it must survive its being overwritten.
    const piece = Buffer.from(bytes.subarray(start, Math.min(bytes.length, start + size)));
    parser.feed(piece, 0, piece.length);
    while (take(reading, parser.next()));
    parser.retain();
    piece.fill(0);
  }
  if (ends) take(reading, parser.finish());
  return reading;
}

function take(reading: Reading, event: ResponseEvent): boolean {
  const { parser, events } = reading;
  if (event === ResponseEvent.Interim) events.push(`Interim ${parser.status}`);
  else if (event === ResponseEvent.Head) events.push(`Head ${parser.status}`);
  else if (event === ResponseEvent.Body)
    reading.body += parser.bytes.toString("latin1", parser.bodyStart, parser.bodyEnd);
  else if (event === ResponseEvent.End) {
    events.push("End");
    reading.trailers = parser.trailers;
  } else if (event === ResponseEvent.Failed) events.push(`Failed: ${parser.problem}`);
  return event !== ResponseEvent.NeedMore && event !== ResponseEvent.Failed;
}

const SOUND = [
  {
    title: "a body of announced length",
    text: "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
    events: ["Head 200", "End"],
    body: "hello",
  },
  {
    title: "a body of length 0",
    text: "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    events: ["Head 200", "End"],
    body: "",
  },
  {
    title: "a chunked body with extensions and trailers",
    text: "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nx-sum: 7\r\n\r\n",
    events: ["Head 200", "End"],
    body: "abc0123456789",
  },
  { title: "no reason", text: "HTTP/1.1 204 \r\n\r\n", events: ["Head 204", "End"], body: "" },
  {
    title: "a reason with bytes past ASCII",
    text: "HTTP/1.1 200 d\u00e9j\u00e0 vu\r\ncontent-length: 1\r\n\r\nx",
    events: ["Head 200", "End"],
    body: "x",
  },
  {
    title: "interim responses before the real one",
    text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
    events: ["Interim 100", "Interim 103", "Head 200", "End"],
    body: "ok",
  },
  {
    title: "a 304 that says how long a 200 would be",
    text: "HTTP/1.1 304 Not Modified\r\ncontent-length: 500\r\n\r\n",
    events: ["Head 304", "End"],
    body: "",
  },
] as const;

describe("ResponseParser", () => {
  for (const { title, text, events, body } of SOUND) {
    test(`it reads ${title}, however the bytes are cut`, () => {
      for (const size of [1, 2, 3, 7, Number.POSITIVE_INFINITY]) {
        const reading = read(text, "GET", size);
        assert.deepEqual(reading.events, events, `cut every ${size} bytes`);
        assert.equal(reading.body, body, `cut every ${size} bytes`);
      }
    });
  }

  test("it gives the head as text whose fields can be looked up", () => {
    const { parser } = read(
      "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie:b=2 \r\ncontent-length: 0\r\n\r\n",
      "GET",
      1,
    );
    const headers = new RequestHeaders(parser.text, parser.fieldsStart);
    assert.deepEqual(headers.getAll("set-cookie"), ["a=1", "b=2"]);
    assert.equal(parser.minorVersion, 1);
  });

  test("it gives the trailers of a chunked body", () => {
    const reading = read(
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-a: 1\r\nx-b: 2\r\n\r\n",
      "GET",
      1,
    );
    assert.equal(reading.trailers, "x-a: 1\r\nx-b: 2\r\n");
  });

  test("the answer to HEAD has no body, whatever its fields say", () => {
    for (const field of ["content-length: 5", "transfer-encoding: chunked"]) {
      const reading = read(`HTTP/1.1 200 OK\r\n${field}\r\n\r\n`, "HEAD");
      assert.deepEqual(reading.events, ["Head 200", "End"]);
    }
  });

  test("a body without a length lasts until the connection ends", () => {
    const reading = read("HTTP/1.1 200 OK\r\n\r\nall of this", "GET", 4, true);
    assert.deepEqual(reading.events, ["Head 200", "End"]);
    assert.equal(reading.body, "all of this");
    assert.equal(reading.parser.persists, false);
  });

  test("after 101, and after a tunnel is open, the rest belongs to another protocol", () => {
    for (const [method, status] of [
      ["GET", 101],
      ["CONNECT", 200],
    ] as const) {
      const { parser, events } = read(`HTTP/1.1 ${status} Go\r\n\r\n\x81\x02hi`, method);
      assert.deepEqual(events, [`Head ${status}`]);
      assert.equal(parser.takeRest().toString("latin1"), "\x81\x02hi");
    }
  });

  test("one response follows another on the same connection", () => {
    const { parser, events } = read("HTTP/1.1 204 No Content\r\n\r\n");
    assert.deepEqual(events, ["Head 204", "End"]);
    parser.expect("GET");
    const second = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx");
    parser.feed(second, 0, second.length);
    assert.equal(parser.next(), ResponseEvent.Head);
    assert.equal(parser.status, 200);
  });

  const persistence: [head: string, persists: boolean][] = [
    ["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", true],
    ["HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: x, Close\r\n\r\n", false],
    ["HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", false],
    ["HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n", true],
  ];
  for (const [head, persists] of persistence) {
    test(`the connection ${persists ? "persists" : "ends"} after ${JSON.stringify(head)}`, () => {
      assert.equal(read(head).parser.persists, persists);
    });
  }

  const REFUSED: [text: string, problem: RegExp][] = [
    ["HTTP/2.0 200 OK\r\n\r\n", /status line/],
    ["HTTP/1.2 200 OK\r\n\r\n", /status line/],
    ["HTTP/1.1 200\r\n\r\n", /status line/],
    ["HTTP/1.1  200 OK\r\n\r\n", /status line/],
    ["HTTP/1.1 2oo OK\r\n\r\n", /status line/],
    ["HTTP/1.1 099 Low\r\n\r\n", /status line/],
    ["HTTP/1.1 600 High\r\n\r\n", /status line/],
    ["HTTP/1.1 200 O\x00K\r\n\r\n", /status line/],
    ["\r\nHTTP/1.1 200 OK\r\n\r\n", /status line/],
    ["HTTP/1.1 200 OK\n\n", /CRLF/],
    ["HTTP/1.1 200 OK\r\na: 1\n\r\n", /CRLF/],
    ["HTTP/1.1 200 OK\r\na: 1\rb: 2\r\n\r\n", /header field/],
    ["HTTP/1.1 200 OK\r\na : 1\r\n\r\n", /header field/],
    ["HTTP/1.1 200 OK\r\n: 1\r\n\r\n", /header field/],
    ["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", /header field/],
    ["HTTP/1.1 200 OK\r\na: 1\r\n folded\r\n\r\n", /header field/],
    ["HTTP/1.1 200 OK\r\na: \x7f\r\n\r\n", /header field/],
    ["HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\n", /decimal/],
    ["HTTP/1.1 200 OK\r\ncontent-length: \r\n\r\n", /decimal/],
    ["HTTP/1.1 200 OK\r\ncontent-length: 5, 5\r\n\r\n", /decimal/],
    ["HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n", /More than one/],
    ["HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n", /Both/],
    ["HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n", /one chunked/],
    ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n", /one chunked/],
    ["HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n", /announces a body/],
    ["HTTP/1.1 100 Continue\r\ncontent-length: 5\r\n\r\n", /announces a body/],
    ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n", /chunk size/],
    ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nbad trailer\r\n\r\n", /header field/],
    ["HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxy", /nobody asked for/],
    [`HTTP/1.1 200 OK\r\na: ${"x".repeat(300_000)}`, /longer than/],
  ];
  for (const [text, problem] of REFUSED) {
    const shown = JSON.stringify(text.slice(0, 80));
    test(`it refuses ${shown}`, () => {
      for (const size of [7, Number.POSITIVE_INFINITY]) {
        const { events, parser } = read(text, "GET", size);
        assert.match(events.at(-1) ?? "nothing", problem);
        assert.equal(parser.next(), ResponseEvent.Failed, "it stays failed");
      }
    });
  }

  const CUT: [text: string, problem: RegExp][] = [
    ["", /before the answer/],
    ["HTTP/1.1 100 Continue\r\n\r\n", /before the answer/],
    ["HTTP/1.1 200 OK\r\n", /inside the answer's head/],
    ["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell", /inside the answer's body/],
    ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n", /inside the answer's body/],
    ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", /inside the answer's body/],
  ];
  for (const [text, problem] of CUT) {
    test(`the end of the connection behind ${JSON.stringify(text)} is a failure`, () => {
      assert.match(read(text, "GET", Number.POSITIVE_INFINITY, true).events.at(-1) ?? "nothing", problem);
    });
  }

  test("the end of the connection between two responses is none", () => {
    const { events } = read("HTTP/1.1 204 No Content\r\n\r\n", "GET", Number.POSITIVE_INFINITY, true);
    assert.deepEqual(events, ["Head 204", "End"]);
  });

  test("it reads back what the response writer wrote, whatever the cuts", () => {
    const responses = fc.record({
      status: fc.constantFrom(200, 201, 404, 500),
      chunks: fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 5 }),
      isChunked: fc.boolean(),
      size: fc.integer({ min: 1, max: 50 }),
    });
    const property = fc.property(responses, ({ status, chunks, isChunked, size }) => {
      const pieces = chunks.map((chunk) => Buffer.from(chunk).toString("latin1"));
      const whole = pieces.join("");
      const date = "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
      const head = formatHead(status, "x-a: b\r\n", isChunked ? -2 : whole.length, true, 1, date);
      const body = isChunked
        ? `${pieces.map((piece) => `${formatChunkSize(piece.length)}${piece}\r\n`).join("")}${LAST_CHUNK}`
        : whole;
      const reading = read(head + body, "GET", size);
      assert.deepEqual(reading.events, [`Head ${status}`, "End"]);
      assert.equal(reading.body, whole);
      assert.equal(reading.parser.persists, true);
    });
    fc.assert(property, { numRuns: 300, seed: 7 });
  });
});
