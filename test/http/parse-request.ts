import assert from "node:assert/strict";
import { type Peer, Request } from "../../src/http/request.ts";
import { RequestBody } from "../../src/http/request-body.ts";
import { ParserEvent, RequestParser } from "../../src/protocol/http1/request-parser.ts";

const PEER: Peer = { remoteAddress: "192.0.2.1", remotePort: 1234, encrypted: false };

/** The request that a head makes, with a body that has arrived where there is one. */
export function parseRequest(head: string, body?: string | Buffer, peer: Partial<Peer> = {}): Request {
  const parser = new RequestParser();
  const bytes = Buffer.from(head, "latin1");
  parser.feed(bytes, 0, bytes.length);
  assert.equal(parser.next(), ParserEvent.Head);
  return new Request(
    parser,
    { ...PEER, ...peer },
    body === undefined ? null : arrivedBody(Buffer.from(body)),
  );
}

function arrivedBody(bytes: Buffer): RequestBody {
  const body = new RequestBody({ pull() {} }, bytes.length, 1024 * 1024);
  body.push(bytes, 0, bytes.length);
  body.finish();
  return body;
}
