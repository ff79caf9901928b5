import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { defaultHeadLimits } from "../../../src/protocol/http1/limits.ts";
import { ParserEvent, RequestParser } from "../../../src/protocol/http1/request-parser.ts";
import { assertLinearTime } from "../../http/linear-time.ts";
import { randomRequest } from "./random-requests.ts";
import { cutAt, readMessages } from "./read-messages.ts";

const SEED = 9112;
/** Bytes that drip in at first; eight times as many follow. */
const DRIPPED = 4096;
const HEAD = "GET /a HTTP/1.1\r\nHost: b\r\n\r\n";
const POST = "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 10\r\n\r\n";
const CHUNKED = "POST /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n";

function feedText(parser: RequestParser, text: string): void {
  const bytes = Buffer.from(text, "latin1");
  parser.feed(bytes, 0, bytes.length);
}

function eventsOf(parser: RequestParser): ParserEvent[] {
  const events: ParserEvent[] = [];
  for (let event = parser.next(); ; event = parser.next()) {
    events.push(event);
    if (event === ParserEvent.NeedMore || event === ParserEvent.Failed) return events;
  }
}

describe("any valid requests", () => {
  test("One request is read as it was meant, however its bytes are cut", () => {
    fc.assert(
      fc.property(randomRequest, fc.array(fc.nat(), { maxLength: 8 }), ({ bytes, message }, cuts) => {
        const positions = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
        assert.deepEqual(readMessages(cutAt(bytes, positions)), [message]);
      }),
      { seed: SEED, numRuns: 400 },
    );
  });

  test("A stream of pipelined requests is read in order, however its bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(randomRequest, { minLength: 2, maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (requests, cuts) => {
          const bytes = Buffer.concat(requests.map((request) => request.bytes));
          const positions = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
          assert.deepEqual(
            readMessages(cutAt(bytes, positions)),
            requests.map(({ message }) => message),
          );
        },
      ),
      { seed: SEED, numRuns: 150 },
    );
  });

  test("A request that lacks its last byte is not complete, and none of its bytes is refused", () => {
    fc.assert(
      fc.property(randomRequest, fc.nat(), ({ bytes }, cut) => {
        const start = bytes.subarray(0, cut % bytes.length);
        const last = readMessages([start]).at(-1);
        if (typeof last !== "object") return;
        assert.ok(!("refused" in last), "refused");
        assert.ok(!last.complete, "complete");
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe("events", () => {
  test("A request without a body is one event", () => {
    const parser = new RequestParser();
    feedText(parser, HEAD);
    assert.deepEqual(eventsOf(parser), [ParserEvent.Head, ParserEvent.NeedMore]);
    assert.equal(parser.text, HEAD);
    assert.equal(parser.text.slice(parser.fieldsStart), "Host: b\r\n\r\n");
  });

  test("A body ends with an event of its own as soon as its last byte was read", () => {
    const parser = new RequestParser();
    feedText(parser, `${POST}0123456789`);
    assert.deepEqual(eventsOf(parser), [
      ParserEvent.Head,
      ParserEvent.Body,
      ParserEvent.End,
      ParserEvent.NeedMore,
    ]);
  });

  test("A refusal stays: nothing that follows is read", () => {
    const parser = new RequestParser();
    feedText(parser, "GET\r\n");
    assert.deepEqual(eventsOf(parser), [ParserEvent.Failed]);
    const { error } = parser;
    feedText(parser, HEAD);
    assert.deepEqual(eventsOf(parser), [ParserEvent.Failed]);
    assert.equal(parser.error, error);
  });

  test("A parser is inside a head between its first byte and its last, and at no other time", () => {
    const parser = new RequestParser();
    assert.equal(parser.insideHead, false);
    for (const byte of POST.slice(0, -1)) {
      feedText(parser, byte);
      parser.next();
      assert.equal(parser.insideHead, true);
    }
    feedText(parser, POST.slice(-1));
    assert.equal(parser.next(), ParserEvent.Head);
    assert.equal(parser.insideHead, false);
    feedText(parser, "0123456789");
    eventsOf(parser);
    assert.equal(parser.insideHead, false);
    feedText(parser, "\r");
    eventsOf(parser);
    assert.equal(parser.insideHead, true);
    feedText(parser, `\n${CHUNKED}0\r\nTrailer-Field: x`);
    eventsOf(parser);
    assert.equal(parser.insideHead, false);
  });
});

describe("bytes that are held", () => {
  test("An unfinished head is held, whatever of it was read", () => {
    const parser = new RequestParser();
    feedText(parser, HEAD + HEAD.slice(0, 20));
    assert.equal(parser.heldBytes, HEAD.length + 20);
    eventsOf(parser);
    assert.equal(parser.heldBytes, 20);
    parser.retain();
    assert.equal(parser.heldBytes, 20);
    feedText(parser, HEAD.slice(20));
    assert.equal(parser.next(), ParserEvent.Head);
    assert.equal(parser.heldBytes, 0);
    assert.equal(parser.text, HEAD);
  });

  test("Of a body nothing is held once it was read", () => {
    for (const text of [`${POST}012`, `${CHUNKED}5\r\nhel`, `${CHUNKED}5`, `${CHUNKED}5\r\nhello\r`]) {
      const parser = new RequestParser();
      feedText(parser, text);
      eventsOf(parser);
      assert.equal(parser.heldBytes, 0, text);
    }
  });

  test("Of a body that comes behind its head nothing is held either", () => {
    for (const [head, pieces] of [
      [POST, ["012", "345"]],
      [CHUNKED, ["5", "\r\nhel", "lo\r\n"]],
    ] as const) {
      const parser = new RequestParser();
      for (const text of [head, ...pieces]) {
        feedText(parser, text);
        eventsOf(parser);
        assert.equal(parser.heldBytes, 0, text);
      }
    }
  });

  test("Bytes are read where they lie as long as nothing is held", () => {
    const parser = new RequestParser();
    for (let round = 0; round < 3; round++) {
      const bytes = Buffer.from(HEAD, "latin1");
      parser.feed(bytes, 0, bytes.length);
      assert.equal(parser.bytes, bytes);
      eventsOf(parser);
      parser.retain();
    }
  });

  test("Bytes that were lent are never written to", () => {
    const parser = new RequestParser();
    const lent = Buffer.alloc(200, "#");
    lent.write(HEAD.slice(0, 10), "latin1");
    parser.feed(lent, 0, 10);
    feedText(parser, HEAD.slice(10));
    assert.equal(parser.next(), ParserEvent.Head);
    assert.equal(parser.text, HEAD);
    assert.equal(lent.toString("latin1", 10), "#".repeat(190));
  });

  test("Unfinished trailers are held", () => {
    const parser = new RequestParser();
    feedText(parser, `${CHUNKED}0\r\nA: b`);
    eventsOf(parser);
    assert.equal(parser.heldBytes, 4);
  });

  test("Requests that wait behind one that was read are held", () => {
    const parser = new RequestParser();
    feedText(parser, HEAD.repeat(3));
    assert.equal(parser.next(), ParserEvent.Head);
    assert.equal(parser.heldBytes, HEAD.length * 2);
  });

  test("retain() copies what is held, so that its owner may overwrite it", () => {
    const parser = new RequestParser();
    const shared = Buffer.from(HEAD + HEAD.slice(0, 20), "latin1");
    parser.feed(shared, 0, shared.length);
    eventsOf(parser);
    parser.retain();
    assert.notEqual(parser.bytes.buffer, shared.buffer);
    shared.fill("x");
    feedText(parser, HEAD.slice(20));
    assert.equal(parser.next(), ParserEvent.Head);
    assert.equal(parser.text, HEAD);
  });

  test("retain() lets go of the fed bytes where nothing is held", () => {
    const parser = new RequestParser();
    const shared = Buffer.from(HEAD, "latin1");
    parser.feed(shared, 0, shared.length);
    eventsOf(parser);
    parser.retain();
    assert.notEqual(parser.bytes.buffer, shared.buffer);
    assert.equal(parser.bytes.length, 0);
  });

  test("retain() copies once: what is owned already stays where it is", () => {
    const parser = new RequestParser();
    feedText(parser, HEAD.slice(0, 10));
    eventsOf(parser);
    parser.retain();
    const owned = parser.bytes;
    feedText(parser, HEAD.slice(10, 20));
    eventsOf(parser);
    parser.retain();
    assert.equal(parser.bytes, owned);
  });

  test("Bytes can be fed again and again before anything is read", () => {
    const parser = new RequestParser();
    const shared = Buffer.alloc(8);
    for (let position = 0; position < HEAD.length; position += 8) {
      const size = shared.write(HEAD.slice(position, position + 8), "latin1");
      parser.feed(shared, 0, size);
      parser.retain();
    }
    assert.equal(parser.heldBytes, HEAD.length);
    assert.equal(parser.next(), ParserEvent.Head);
    assert.equal(parser.text, HEAD);
  });

  test("Memory for what is held grows with it, not with what has passed", () => {
    const parser = new RequestParser();
    feedText(parser, HEAD.slice(0, 10));
    for (let round = 0; round < 1000; round++) {
      feedText(parser, HEAD.slice(10) + HEAD.slice(0, 10));
      assert.deepEqual(eventsOf(parser), [ParserEvent.Head, ParserEvent.NeedMore]);
      parser.retain();
    }
    assert.ok(parser.bytes.length <= 4096, `${parser.bytes.length} bytes`);
  });
});

describe("bytes behind an upgrade", () => {
  test("takeRest() hands over what follows the head, as bytes of its own", () => {
    const parser = new RequestParser();
    const shared = Buffer.from(`${HEAD}\x81\x00rest`, "latin1");
    parser.feed(shared, 0, shared.length);
    assert.equal(parser.next(), ParserEvent.Head);
    const rest = parser.takeRest();
    shared.fill(0);
    assert.equal(rest.toString("latin1"), "\x81\x00rest");
    assert.equal(parser.heldBytes, 0);
    assert.equal(parser.next(), ParserEvent.NeedMore);
  });

  test("takeRest() gives nothing where nothing follows", () => {
    const parser = new RequestParser();
    feedText(parser, HEAD);
    parser.next();
    assert.equal(parser.takeRest().length, 0);
  });

  test("takeRest() also gives what arrived later", () => {
    const parser = new RequestParser();
    feedText(parser, `${HEAD}ab`);
    parser.next();
    parser.retain();
    feedText(parser, "cd");
    assert.equal(parser.takeRest().toString(), "abcd");
  });
});

describe("time", () => {
  const START = "GET / HTTP/1.1\r\nHost: a\r\n";
  const units: Record<string, [start: string, unit: string]> = {
    "a method": ["", "M"],
    "a path": ["GET /", "a"],
    "a query": ["GET /?", "a"],
    "a field value": [`${START}X: `, "a"],
    "a field name": [START, "a"],
    "spaces before a value": [`${START}X:`, " "],
    "spaces inside a length": [`${START}Content-Length: 0`, " "],
    "header fields": [START, "a:b\r\n"],
    "Connection options": [`${START}Connection: `, "close, "],
    chunks: [CHUNKED, "1\r\na\r\n"],
    "a chunk": [`${CHUNKED}fffffff\r\n`, "a"],
    "trailer fields": [`${CHUNKED}0\r\n`, "a:b\r\n"],
  };
  const limits = {
    ...defaultHeadLimits,
    requestLineLimit: 1_000_000,
    headLimit: 1_000_000,
    headerCountLimit: 1_000_000,
  };
  for (const [name, [start, unit]] of Object.entries(units)) {
    test(`Reading ${name} that drips in byte by byte takes linear time`, () => {
      const bytes = Buffer.from(start + unit.repeat(8 * DRIPPED), "latin1");
      assertLinearTime((length) => {
        const parser = new RequestParser(limits);
        for (let i = 0; i < length; i++) {
          parser.feed(bytes, i, i + 1);
          for (let event = parser.next(); event !== ParserEvent.NeedMore; event = parser.next())
            assert.notEqual(event, ParserEvent.Failed);
          parser.retain();
        }
      }, DRIPPED);
    });
  }

  test("Reading a head in one piece takes linear time", () => {
    assertLinearTime((length) => {
      const parser = new RequestParser(limits);
      feedText(parser, `GET /${"a".repeat(length)} HTTP/1.1\r\nHost: a\r\nX: ${"b".repeat(length)}\r\n\r\n`);
      assert.equal(parser.next(), ParserEvent.Head);
    }, 20_000);
  });
});
