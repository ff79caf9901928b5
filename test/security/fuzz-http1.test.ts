import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { HttpError } from "../../src/http/errors.ts";
import type { Request } from "../../src/http/request.ts";
import { text } from "../../src/http/responses.ts";
import { RequestParser } from "../../src/protocol/http1/request-parser.ts";
import { cutAt, type Reading, type ReadMessage, readMessages } from "../protocol/http1/read-messages.ts";
import { TestServer, type Way, ways } from "../server/test-server.ts";
import { generator, mutatedRequest, type Random } from "./mutated-requests.ts";

const MESSAGES = 100_000;
/** Messages that go through a server, too. */
const IN_MEMORY = 3000;
const OVER_SOCKETS = 200;
const BATCH = 100;
const BODY_LIMIT = 1000;
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

function readAll(bytes: Buffer, random: Random): Reading[] {
  const parser = new RequestParser();
  const whole = readMessages([bytes], parser);
  assert.ok(parser.heldBytes <= bytes.length);
  if (parser.error !== null) {
    assert.ok(parser.error instanceof HttpError);
    assert.ok(parser.error.status >= 400 && parser.error.status < 600);
  }
  if (random(2) === 0) {
    const cut = readMessages(cutAt(bytes, [random(bytes.length + 1)]));
    assert.deepEqual(cut, whole, "the same, however it is cut");
  }
  return whole;
}

/** What no request may be that was accepted, however it was read. */
function assertSound(message: ReadMessage): void {
  const names = message.headers.map(([name]) => name);
  const count = (name: string) => names.filter((each) => each === name).length;
  assert.match(message.method, /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
  assert.match(message.path + message.query, /^[!-~]*$/);
  assert.ok(message.path.startsWith("/") || message.path === "*" || message.method === "CONNECT");
  assert.ok(count("host") === 1 || (count("host") === 0 && message.version === "1.0"));
  assert.ok(count("content-length") + count("transfer-encoding") <= 1);
  for (const [name, value] of [...message.headers, ...message.trailers]) {
    assert.match(name, /^[!#$%&'*+\-.^_`|~0-9a-z]+$/);
    assert.match(value, /^[\t\x20-\x7e\x80-\xff]*$/);
    assert.equal(value, value.replace(/^[\t ]+|[\t ]+$/g, ""));
  }
  const length = message.headers.find(([name]) => name === "content-length")?.[1];
  if (length !== undefined && message.complete) assert.equal(message.body.length, Number(length));
  if (count("transfer-encoding") === 1) assert.equal(message.version, "1.1");
}

function isRefusal(reading: Reading | undefined): reading is { refused: number } {
  return typeof reading === "object" && "refused" in reading;
}

test("A hundred thousand damaged messages are read or refused, each the same way however it is cut", () => {
  const random = generator(9112);
  let accepted = 0;
  let refused = 0;
  let waiting = 0;
  for (let count = 0; count < MESSAGES; count++) {
    const bytes = mutatedRequest(random);
    try {
      for (const reading of readAll(bytes, random)) {
        if (reading === "part of a head") waiting++;
        else if (isRefusal(reading)) refused++;
        else {
          accepted++;
          assertSound(reading);
        }
      }
    } catch (error) {
      throw new Error(`Message ${count}: ${JSON.stringify(bytes.toString("latin1"))}`, { cause: error });
    }
  }
  for (const [what, seen] of Object.entries({ accepted, refused, waiting }))
    assert.ok(seen > MESSAGES / 20, `${what}: ${seen}`);
});

/** The statuses a server that reads every body must answer with, when the client ends its side behind the bytes. */
function expectedStatuses(readings: readonly Reading[]): number[] {
  const statuses: number[] = [];
  for (const [index, reading] of readings.entries()) {
    if (reading === "part of a head") break;
    if (isRefusal(reading)) return [...statuses, reading.refused];
    const length = Number(reading.headers.find(([name]) => name === "content-length")?.[1] ?? 0);
    if (Math.max(length, reading.body.length) > BODY_LIMIT) return [...statuses, 413];
    if (reading.complete) statuses.push(200);
    else {
      const next = readings[index + 1];
      return [...statuses, isRefusal(next) ? next.refused : 400];
    }
    if (!reading.persists) break;
  }
  return statuses;
}

async function assertAnswers(server: TestServer, bytes: Buffer, random: Random): Promise<void> {
  const readings = readMessages([bytes]);
  const expected = expectedStatuses(readings);
  const client = await server.connect();
  const [first = "", second = ""] = cutAt(bytes, [random(bytes.length + 1)]).map((piece) =>
    piece.toString("latin1"),
  );
  client.send(first);
  if (random(2) === 0) await new Promise(setImmediate);
  client.send(second);
  // A refused message ends the connection by itself.
  if (!isRefusal(readings.at(-1))) client.end();
  await client.closed();
  const methods = readings.map((reading) =>
    typeof reading === "object" && "method" in reading ? reading.method : "GET",
  );
  const responses = await client.responses(expected.length, methods);
  assert.deepEqual(
    responses.map(({ status }) => status),
    expected,
  );
  if (isRefusal(readings.at(-1)) || expected.some((status) => status !== 200))
    assert.equal(responses.at(-1)?.headers.get("connection"), "close");
}

async function fuzz(context: TestContext, way: Way, messages: number, seed: number): Promise<void> {
  const random = generator(seed);
  const handlers = [
    async (request: Request) => text(await request.text()),
    async (request: Request) => {
      let size = 0;
      for await (const piece of request.body) size += piece.length;
      return text(String(size));
    },
  ];
  for (const handle of handlers) {
    // Bodies are bytes here, not text.
    const server = await TestServer.start(
      context,
      way,
      (request) => {
        request.headers.toObject();
        return handle(request).catch((error: unknown) => {
          if (error instanceof HttpError && /UTF-8/.test(error.message)) return text("no text");
          throw error;
        });
      },
      { bodyLimit: BODY_LIMIT },
    );
    for (let count = 0; count < messages / 2; count += BATCH) {
      for (let i = 0; i < BATCH; i++) {
        const bytes = mutatedRequest(random);
        try {
          await assertAnswers(server, bytes, random);
        } catch (error) {
          throw new Error(`Message ${count + i}: ${JSON.stringify(bytes.toString("latin1"))}`, {
            cause: error,
          });
        }
      }
      assert.equal((await (await server.connect()).ask(GET)).status, 200);
    }
    assert.deepEqual(server.reports, []);
  }
}

for (const way of ways) {
  const messages = way.isSocket ? OVER_SOCKETS : IN_MEMORY;
  test(`A server answers ${messages} damaged messages as it must and stays up, ${way.name}`, (context) =>
    fuzz(context, way, messages, way.reuseReadBuffer ? 7230 : 7231));
}
