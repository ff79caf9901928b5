import { RequestHeaders } from "../../../src/http/request-headers.ts";
import { ParserEvent, RequestParser } from "../../../src/protocol/http1/request-parser.ts";

/** A request as the parser reports it. */
export interface ReadMessage {
  method: string;
  path: string;
  /** Without `?`. */
  query: string;
  authority: string;
  version: "1.0" | "1.1";
  headers: [name: string, value: string][];
  /** Whether the connection stays open afterwards. */
  persists: boolean;
  expectsContinue: boolean;
  upgrades: boolean;
  /** Bytes as latin1. */
  body: string;
  trailers: [name: string, value: string][];
  /** False where the rest of the body is missing. */
  complete: boolean;
}

/** What came out of the bytes: requests, and at the end perhaps a refusal or part of a head. */
export type Reading = ReadMessage | { refused: number } | "part of a head";

/** Feeds `pieces` from one buffer that is reused and overwritten after each, as a socket's is, and gives what was read. */
export function readMessages(
  pieces: readonly Buffer[],
  parser: RequestParser = new RequestParser(),
): Reading[] {
  const readings: Reading[] = [];
  const shared = Buffer.alloc(Math.max(0, ...pieces.map((piece) => piece.length)) + 1);
  for (const piece of pieces) {
    // Not always at the start: positions must count from where the piece lies.
    const start = piece.length % 2;
    piece.copy(shared, start);
    parser.feed(shared, start, start + piece.length);
    readOn(parser, readings);
    parser.retain();
    shared.fill(0);
  }
  if (parser.insideHead) readings.push("part of a head");
  return readings;
}

function readOn(parser: RequestParser, readings: Reading[]): void {
  for (;;) {
    const event = parser.next();
    const last = readings.at(-1);
    if (event === ParserEvent.NeedMore) return;
    if (event === ParserEvent.Failed) {
      if (!isRefusal(last)) readings.push({ refused: parser.error?.status ?? 0 });
      return;
    }
    if (event === ParserEvent.Head) readings.push(messageOf(parser));
    else if (last === undefined || typeof last === "string" || isRefusal(last))
      throw new Error("An event of a body came without a head");
    else if (event === ParserEvent.Body)
      last.body += parser.bytes.toString("latin1", parser.bodyStart, parser.bodyEnd);
    else {
      last.complete = true;
      last.trailers = [...new RequestHeaders(parser.trailers)];
    }
  }
}

function messageOf(parser: RequestParser): ReadMessage {
  const { target, fields, text } = parser;
  return {
    method: parser.method,
    path: target.path,
    query: text.slice(target.queryStart, target.queryEnd),
    authority: target.authority,
    version: parser.minorVersion === 1 ? "1.1" : "1.0",
    headers: [...new RequestHeaders(text, parser.fieldsStart)],
    persists: fields.persists(parser.minorVersion),
    expectsContinue: fields.expectContinue,
    upgrades: fields.upgrade,
    body: "",
    trailers: [],
    complete: fields.contentLength === 0,
  };
}

function isRefusal(reading: Reading | undefined): reading is { refused: number } {
  return typeof reading === "object" && "refused" in reading;
}

/** `bytes` in pieces that begin at `positions`. */
export function cutAt(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const bounds = [0, ...positions, bytes.length];
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
}

/** `bytes` in pieces of one byte. */
export function everyByte(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
}
