import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PayloadTooLarge, Unauthorized } from "../../src/http/errors.ts";
import type { Request } from "../../src/http/request.ts";
import { stream, text } from "../../src/http/responses.ts";
import { TestServer, ways } from "./test-server.ts";

/** A body made of requests: were a byte of it taken for one, its answer would show. */
const TRAP = "GET /trap HTTP/1.1\r\nHost: a\r\n\r\n";
const NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
const LIMIT = 1000;

function trapsOf(size: number): string {
  return TRAP.repeat(Math.ceil(size / TRAP.length)).slice(0, size);
}

interface Encoding {
  name: string;
  lines(size: number): string;
  body(size: number): string;
}

const encodings: Encoding[] = [
  { name: "with a length", lines: (size) => `Content-Length: ${size}\r\n`, body: trapsOf },
  {
    name: "in one chunk",
    lines: () => "Transfer-Encoding: chunked\r\n",
    body: (size) => `${size.toString(16)}\r\n${trapsOf(size)}\r\n0\r\n\r\n`,
  },
  {
    name: "in many chunks",
    lines: () => "Transfer-Encoding: chunked\r\n",
    body: (size) => {
      let chunks = "";
      for (let rest = size; rest > 0; rest -= TRAP.length)
        chunks += `${Math.min(rest, TRAP.length).toString(16)}\r\n${TRAP.slice(0, rest)}\r\n`;
      return `${chunks}0\r\n\r\n`;
    },
  },
];

/** How a handler treats its body, and what it answers to one past the limit. */
const readers: [name: string, handle: (request: Request) => Promise<string> | string, pastLimit: number][] = [
  ["not read, at once", () => "unread", 200],
  ["not read, by a promise", async () => "unread", 200],
  [
    "not read, later",
    async () => {
      await new Promise(setImmediate);
      return "unread";
    },
    200,
  ],
  ["read whole", async (request) => `read ${(await request.text()).length}`, 413],
  [
    "read in pieces",
    async (request) => {
      let size = 0;
      for await (const piece of request.body) size += piece.length;
      return `read ${size}`;
    },
    413,
  ],
  [
    "half read",
    async (request) => {
      for await (const piece of request.body) return `began ${piece.length > 0}`;
      return "empty";
    },
    413,
  ],
  [
    "read whole with its error swallowed",
    async (request) => {
      const error: unknown = await request.bytes().catch((reason: unknown) => reason);
      return error instanceof PayloadTooLarge ? "swallowed" : "whole";
    },
    200,
  ],
  [
    "read in pieces with its error swallowed",
    async (request) => {
      try {
        for await (const _ of request.body);
        return "whole";
      } catch (error) {
        return error instanceof PayloadTooLarge ? "swallowed" : String(error);
      }
    },
    200,
  ],
  [
    "begun without waiting for it",
    (request) => {
      request.text().catch(() => {});
      return "answered";
    },
    200,
  ],
];

const sizes: [name: string, size: number][] = [
  ["at its limit", LIMIT],
  ["one byte past its limit", LIMIT + 1],
  ["far past its limit", 60_000],
  ["past what is drained", 300_000],
];

for (const way of ways) {
  describe(way.name, () => {
    for (const encoding of encodings) {
      for (const [reading, handle, pastLimit] of readers) {
        test(`A body ${encoding.name}, ${reading}, is never taken for the next request, and its limit holds`, async (context) => {
          const server = await TestServer.start(
            context,
            way,
            (request) => {
              assert.notEqual(request.path, "/trap");
              if (request.path === "/next") return text("next");
              const answer = handle(request);
              return typeof answer === "string" ? text(answer) : answer.then((value) => text(value));
            },
            { bodyLimit: LIMIT },
          );
          for (const [name, size] of sizes) {
            for (const isSplit of [false, true]) {
              const client = await server.connect();
              const head = `POST / HTTP/1.1\r\nHost: a\r\n${encoding.lines(size)}\r\n`;
              const body = encoding.body(size);
              client.send(isSplit ? head + body.slice(0, 10) : head + body + NEXT);
              if (isSplit) {
                await new Promise(setImmediate);
                client.send(body.slice(10) + NEXT);
              }
              const responses = await client.responsesOrEnd(2);
              const closes = responses[0]?.headers.get("connection") === "close";
              const what = `${name}${isSplit ? ", split" : ""}`;
              assert.deepEqual(
                responses.map(({ status }) => status).slice(1),
                responses.length > 1 ? [200] : [],
                what,
              );
              if (responses.length > 1) assert.equal(responses[1]?.body, "next", what);
              else assert.ok(size > 60_000 || closes, `${what}: the connection ended without need`);
              if (size <= LIMIT) assert.equal(responses[0]?.status, 200, what);
              // Half of a body can be read before the rest shows that it is too long.
              else if (reading !== "half read") assert.equal(responses[0]?.status, pastLimit, what);
              if (size > LIMIT) assert.doesNotMatch(responses[0]?.body ?? "", /^read|^whole/, what);
            }
          }
          assert.deepEqual(server.reports, []);
        });
      }
    }

    test("A body with a length past the limit fails before it arrives, however it is read", async (context) => {
      const server = await TestServer.start(context, way, async (request) => text(await request.text()), {
        bodyLimit: LIMIT,
      });
      const client = await server.connect();
      client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${LIMIT + 1}\r\n\r\n`);
      assert.equal((await client.responses(1))[0]?.status, 413);
    });

    test("A route may lower or raise the limit after bytes have arrived", async (context) => {
      const server = await TestServer.start(
        context,
        way,
        async (request) => {
          request.body.limit = request.path === "/more" ? 100_000 : 10;
          return text(`${(await request.text()).length}`);
        },
        { bodyLimit: LIMIT },
      );
      for (const encoding of encodings) {
        const client = await server.connect();
        const post = (path: string, size: number) =>
          `POST ${path} HTTP/1.1\r\nHost: a\r\n${encoding.lines(size)}\r\n${encoding.body(size)}`;
        client.send(post("/more", 50_000) + post("/less", 11));
        const [more, less] = await client.responses(2);
        assert.equal(more?.body, "50000");
        assert.equal(less?.status, 413);
      }
    });

    test("A body of many tiny chunks is read", async (context) => {
      const server = await TestServer.start(context, way, async (request) =>
        text(`${(await request.bytes()).length}`),
      );
      const client = await server.connect();
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (let i = 0; i < 50; i++) client.send("1\r\nx\r\n".repeat(1000));
      client.send("0\r\n\r\n");
      assert.equal((await client.responses(1))[0]?.body, "50000");
    });

    test("Who reads a body when its request has been answered is told so", async (context) => {
      let heard: unknown;
      let hear = (): void => {};
      const told = new Promise<void>((resolve) => {
        hear = resolve;
      });
      const server = await TestServer.start(context, way, (request) => {
        request.text().catch((error: unknown) => {
          heard = error;
          hear();
        });
        return text("answered");
      });
      for (const size of [100, 100_000]) {
        const client = await server.connect();
        client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\nxyz`);
        await told;
        assert.match(String(heard), /answered before its body had been read/);
      }
    });

    test("A handler that fails before it awaits what it reads brings nothing down when the body fails too", async (context) => {
      const begun: ((request: Request) => Promise<unknown>)[] = [
        (request) => request.bytes(),
        (request) => request.text(),
        (request) => request.json(),
        (request) => request.form(),
      ];
      for (const begin of begun) {
        const server = await TestServer.start(context, way, (request) => {
          begin(request);
          throw new Unauthorized("who are you?");
        });
        const client = await server.connect();
        client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nabc",
        );
        assert.equal((await client.responses(1))[0]?.status, 401);
        client.leave();
        while (server.server.connections.size > 0) await new Promise(setImmediate);
      }
    });

    test("A stream may be written while the body is read: an echo", async (context) => {
      const echo = (request: Request) =>
        stream(async (out) => {
          for await (const piece of request.body) await out.write(piece);
        });
      const server = await TestServer.start(context, way, (request) =>
        request.path === "/next" ? text("next") : echo(request),
      );
      for (const encoding of encodings) {
        for (const size of [5, 50_000, 500_000]) {
          const client = await server.connect();
          client.send(`POST / HTTP/1.1\r\nHost: a\r\n${encoding.lines(size)}\r\n`);
          await new Promise(setImmediate);
          client.send(encoding.body(size));
          const [response] = await client.responses(1);
          assert.ok(response?.body === trapsOf(size), `${encoding.name}, ${size}`);
          if (response?.headers.get("connection") === "close") continue;
          client.send(NEXT);
          assert.equal((await client.responses(2))[1]?.body, "next");
        }
      }
    });

    test("A stream that leaves the body unread ends like any answer", async (context) => {
      const server = await TestServer.start(context, way, (request) =>
        request.path === "/next" ? text("next") : stream((out) => void out.write("streamed")),
      );
      for (const encoding of encodings) {
        for (const size of [5, 50_000]) {
          const client = await server.connect();
          client.send(
            `POST / HTTP/1.1\r\nHost: a\r\n${encoding.lines(size)}\r\n${encoding.body(size)}${NEXT}`,
          );
          const responses = await client.responses(2);
          assert.deepEqual(
            responses.map(({ body }) => body),
            ["streamed", "next"],
          );
        }
      }
    });
  });
}
