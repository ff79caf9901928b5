import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ResponseHeaders } from "../../../src/http/response-headers.ts";
import { reasonPhrase } from "../../../src/http/status.ts";
import {
  BodyFraming,
  formatChunkSize,
  formatDateLine,
  formatHead,
  formatPlainHead,
  LAST_CHUNK,
} from "../../../src/protocol/http1/response-writer.ts";
import { createDuplexPair } from "../../../src/server/duplex-pair.ts";

const SEED = 7230;
const DATE = "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

interface Received {
  status: number;
  reason: string;
  version: string;
  fields: [name: string, value: string][];
  body: Buffer;
}

/** What Node's own HTTP client makes of a response. */
async function receive(bytes: Buffer, method = "GET"): Promise<Received> {
  const [near, far] = createDuplexPair();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ method, host: "a", createConnection: () => near });
    outgoing.on("response", resolve).on("error", reject).end();
    far.resume().end(bytes);
  });
  const { rawHeaders } = response;
  const fields = rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : [],
  );
  const body = await buffer(response);
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? "",
    version: response.httpVersion,
    fields,
    body,
  };
}

const textOf = (characters: string, constraints: fc.StringConstraints): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), ...constraints });

const valueCharacters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
  .filter((character) => character === "\t" || (character >= " " && character !== "\x7f"))
  .join("");

/** Names the server writes, or that decide how a client reads on. */
const RESERVED = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "date",
  "content-length",
  "upgrade",
]);

const fields = fc.array(
  fc.tuple(
    textOf(TOKEN, { minLength: 1, maxLength: 12 }).filter((name) => !RESERVED.has(name.toLowerCase())),
    textOf(valueCharacters, { maxLength: 20 }),
  ),
  { maxLength: 6 },
);

const status = fc.integer({ min: 200, max: 599 });
const body = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

/** As an independent reader must see the fields: values lose the space around them. */
function expectedFields(pairs: readonly [string, string][]): [string, string][] {
  return pairs.map(([name, value]) => [name.toLowerCase(), value.replace(/^[\t ]+|[\t ]+$/g, "")]);
}

describe("what an independent client reads", () => {
  test("A response with a length has the fields, the status and the body that were given", async () => {
    await fc.assert(
      fc.asyncProperty(
        status.filter((code) => code !== 204 && code !== 304 && code !== 426),
        fields,
        body,
        fc.boolean(),
        async (code, pairs, bytes, persists) => {
          const head = formatHead(
            code,
            new ResponseHeaders(pairs).toLines(),
            bytes.length,
            persists,
            1,
            DATE,
          );
          const received = await receive(Buffer.concat([Buffer.from(head, "latin1"), bytes]));
          assert.deepEqual(received, {
            status: code,
            reason: reasonPhrase(code),
            version: "1.1",
            fields: [
              ...expectedFields(pairs),
              ["content-length", String(bytes.length)],
              ["date", "Thu, 01 Jan 1970 00:00:00 GMT"],
              ...(persists ? [] : [["connection", "close"]]),
            ],
            body: bytes,
          });
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  test("A response in chunks has the body that was given", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          body.filter((bytes) => bytes.length > 0),
          { maxLength: 6 },
        ),
        async (pieces) => {
          const head = formatHead(200, "", BodyFraming.Chunked, true, 1, DATE);
          const chunks = pieces.flatMap((bytes) => [
            Buffer.from(formatChunkSize(bytes.length)),
            bytes,
            Buffer.from("\r\n"),
          ]);
          const received = await receive(
            Buffer.concat([Buffer.from(head), ...chunks, Buffer.from(LAST_CHUNK)]),
          );
          assert.deepEqual(received.body, Buffer.concat(pieces));
          assert.deepEqual(received.fields[0], ["transfer-encoding", "chunked"]);
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });

  test("Responses that have no body end with their head", async () => {
    for (const [code, method] of [
      [204, "GET"],
      [304, "GET"],
      [200, "HEAD"],
      [404, "HEAD"],
    ] as const) {
      const head = formatHead(code, "", method === "HEAD" ? 5 : BodyFraming.None, true, 1, DATE);
      const received = await receive(Buffer.from(head), method);
      assert.equal(received.status, code);
      assert.equal(received.body.length, 0);
    }
  });

  test("A body that is ended by closing is read to its end", async () => {
    const head = formatHead(200, "", BodyFraming.Close, false, 0, DATE);
    const received = await receive(Buffer.from(`${head}to the end`));
    assert.equal(received.body.toString(), "to the end");
  });
});

describe("heads", () => {
  const cases: [title: string, head: string, expected: string][] = [
    [
      "A kept HTTP/1.1 connection needs no field",
      formatHead(200, "a: b\r\n", 3, true, 1, DATE),
      `HTTP/1.1 200 OK\r\na: b\r\ncontent-length: 3\r\n${DATE}\r\n`,
    ],
    [
      "A length may be 0",
      formatHead(200, "", 0, true, 1, DATE),
      `HTTP/1.1 200 OK\r\ncontent-length: 0\r\n${DATE}\r\n`,
    ],
    [
      "A kept HTTP/1.0 connection says so",
      formatHead(200, "", 3, true, 0, DATE),
      `HTTP/1.1 200 OK\r\ncontent-length: 3\r\n${DATE}connection: keep-alive\r\n\r\n`,
    ],
    [
      "A closing HTTP/1.1 connection says so",
      formatHead(404, "", 3, false, 1, DATE),
      `HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\n${DATE}connection: close\r\n\r\n`,
    ],
    [
      "A closing HTTP/1.0 connection says so",
      formatHead(200, "", BodyFraming.Close, false, 0, DATE),
      `HTTP/1.1 200 OK\r\n${DATE}connection: close\r\n\r\n`,
    ],
    [
      "A status without a registered phrase has one all the same",
      formatHead(299, "", BodyFraming.None, true, 1, DATE),
      `HTTP/1.1 299 Unknown\r\n${DATE}\r\n`,
    ],
    [
      "A 426 names its Upgrade field in Connection",
      formatHead(426, "upgrade: websocket\r\n", 0, true, 1, DATE),
      `HTTP/1.1 426 Upgrade Required\r\nupgrade: websocket\r\ncontent-length: 0\r\nconnection: Upgrade\r\n${DATE}\r\n`,
    ],
  ];
  for (const [title, head, expected] of cases) test(title, () => assert.equal(head, expected));

  test("The status line of each status is its own, also when asked for again", () => {
    for (const code of [200, 201, 200, 404, 201])
      assert.ok(
        formatHead(code, "", 0, true, 1, DATE).startsWith(`HTTP/1.1 ${code} ${reasonPhrase(code)}\r\n`),
      );
  });

  test("The Date field is written as RFC 9110 section 5.6.7 wants it", () => {
    assert.equal(formatDateLine(784_111_777_000), "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  });

  test("A chunk's size is hexadecimal", () => {
    assert.equal(formatChunkSize(255), "ff\r\n");
  });
});

describe("plain heads", () => {
  const kinds = ["text/plain; charset=utf-8", "application/json", "x".repeat(200), 'a/b; c="\u00ff"'];
  const lengths = [0, 1, 13, 8191, 8192, 10_000_000];
  const dates = [DATE, "date: Fri, 02 Jan 1970 00:00:00 GMT\r\n", DATE];

  test("a plain head has the fields of an ordinary one, whatever was written before it", () => {
    for (const date of dates) {
      for (const kind of [...kinds, ...kinds]) {
        for (const length of lengths) {
          const ordinary = formatHead(200, `content-type: ${kind}\r\n`, length, true, 1, date);
          const plain = formatPlainHead(kind, length, date);
          assert.deepEqual(plain.split("\r\n").sort(), ordinary.split("\r\n").sort());
          assert.ok(plain.startsWith("HTTP/1.1 200 OK\r\n") && plain.endsWith("\r\n\r\n"));
        }
      }
    }
  });

  test("more kinds than are remembered are right too", () => {
    for (let round = 0; round < 2; round++) {
      for (let kind = 0; kind < 300; kind++) {
        assert.match(formatPlainHead(`a/b${kind}`, 5, DATE), new RegExp(`content-type: a/b${kind}\r\n`));
      }
    }
  });
});
