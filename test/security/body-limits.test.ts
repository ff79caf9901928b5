import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HttpError } from "../../src/http/errors.ts";
import type { Request } from "../../src/http/request.ts";
import type { Response } from "../../src/http/response.ts";
import { text } from "../../src/http/responses.ts";
import { TestServer, ways } from "../server/test-server.ts";

const LIMIT = 1000;
/** What bodies are made of: a part of one that is taken for a request shows. */
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
const NEXT = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const HEAD = "POST /body HTTP/1.1\r\nHost: a\r\n";

const SIZES = [
  ["below the limit", LIMIT - 1],
  ["of the limit", LIMIT],
  ["a byte past the limit", LIMIT + 1],
  ["far past the limit", 50 * LIMIT],
  ["past what is drained", 300 * LIMIT],
] as const;

const ENCODINGS: [name: string, encode: (body: string) => string][] = [
  ["with a length", (body) => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`],
  [
    "in one chunk",
    (body) => `${HEAD}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  ],
  [
    "in chunks of 7 bytes",
    (body) =>
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n${body.replace(/.{1,7}/gs, (piece) => `${piece.length}\r\n${piece}\r\n`)}0\r\n\r\n`,
  ],
];

/** Reads the body in some way and tells how many bytes it was handed. */
type Read = (request: Request) => number | Promise<number>;

/** Whether past the limit the answer is 413: always, never, or by what has arrived when it is found out. */
const READERS: [name: string, read: Read, refusesPastLimit: boolean | "perhaps"][] = [
  ["not read", () => 0, false],
  ["read whole", async (request) => (await request.bytes()).length, true],
  ["read as text", async (request) => (await request.text()).length, true],
  ["read piece by piece", readPieces, true],
  [
    "read by half",
    async (request) => {
      for await (const piece of request.body) return piece.length;
      return 0;
    },
    "perhaps",
  ],
  [
    "read whole, the error swallowed",
    async (request) => (await request.bytes().catch(() => "")).length,
    false,
  ],
  ["read in pieces, the error swallowed", swallowPieces, false],
  [
    "read twice, the error swallowed",
    async (request) => {
      await request.bytes().catch(() => {});
      return (await request.bytes().catch(() => "")).length;
    },
    false,
  ],
];

async function readPieces(request: Request): Promise<number> {
  let size = 0;
  for await (const piece of request.body) size += piece.length;
  return size;
}

async function swallowPieces(request: Request): Promise<number> {
  let size = 0;
  try {
    for await (const piece of request.body) size += piece.length;
  } catch (error) {
    assert.ok(error instanceof HttpError);
  }
  return size;
}

for (const way of ways) {
  describe(way.name, () => {
    for (const [reading, read, refuses] of READERS) {
      test(`A body that is ${reading} keeps to its limit, and is never taken for a request`, async (context) => {
        const seen: string[] = [];
        let handed = 0;
        const server = await TestServer.start(
          context,
          way,
          async (request): Promise<Response> => {
            seen.push(request.path);
            if (request.path === "/next") return text("next");
            handed = await read(request);
            return text("read");
          },
          { bodyLimit: LIMIT },
        );
        for (const [size, length] of SIZES) {
          for (const [encoding, encode] of ENCODINGS) {
            for (const isSplit of [false, true]) {
              const what = `${size}, ${encoding}${isSplit ? ", in two parts" : ""}`;
              const message = encode(SMUGGLED.repeat(length / SMUGGLED.length + 1).slice(0, length)) + NEXT;
              seen.length = 0;
              handed = 0;
              const client = await server.connect();
              const half = isSplit ? Math.floor(message.length / 2) : message.length;
              client.send(message.slice(0, half));
              if (isSplit) await new Promise(setImmediate);
              client.send(message.slice(half));
              await client.closed();
              const [first, next] = await client.responsesOrEnd(2);
              assert.ok(handed <= LIMIT, `${what}: handed over ${handed}`);
              if (length <= LIMIT || refuses === false) assert.equal(first?.status, 200, what);
              else if (refuses === true) assert.equal(first?.status, 413, what);
              else assert.ok(first?.status === 413 || first?.status === 200, what);
              assert.equal(seen[0], "/body", what);
              if (next !== undefined) assert.equal(next.body, "next", what);
              assert.equal(seen.includes("/smuggled"), false, what);
              if (length <= LIMIT) assert.equal(next?.status, 200, what);
            }
          }
        }
        assert.deepEqual(server.reports, []);
      });
    }
  });
}
