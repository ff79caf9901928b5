import { BadRequest, ExpectationFailed, type HttpError } from "../../http/errors.ts";
import { COMMA, SPACE, TAB, TOKEN } from "./characters.ts";
import { isHost } from "./host.ts";

/** Past this a Content-Length could not be counted exactly. */
const MAXIMUM_LENGTH_DIGITS = 15;

/** {@link FramingFields.contentLength} of a body sent in chunks. */
export const CHUNKED = -1;

/** The header fields a server must obey to find the end of a message: read while the bytes are scanned. */
export class FramingFields {
  /** Bytes of the body, {@link CHUNKED}, or 0 for none. */
  contentLength = 0;
  /** Connection options (RFC 9110 section 7.6.1). */
  close = false;
  keepAlive = false;
  upgrade = false;
  /** The client waits for `100 Continue` before it sends the body. */
  expectContinue = false;
  private hasHost = false;
  private hasLength = false;
  private hasCoding = false;

  reset(): void {
    this.contentLength = 0;
    this.close = false;
    this.keepAlive = false;
    this.upgrade = false;
    this.expectContinue = false;
    this.hasHost = false;
    this.hasLength = false;
    this.hasCoding = false;
  }

  /** Takes one field line; names are told apart by their length first. Gives what is wrong with it, else null. */
  take(
    bytes: Buffer,
    nameStart: number,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
  ): HttpError | null {
    switch (nameEnd - nameStart) {
      case 4:
        return isName(bytes, nameStart, "host")
          ? this.takeHost(bytes, valueStart, trimEnd(bytes, valueStart, valueEnd))
          : null;
      case 6:
        return isName(bytes, nameStart, "expect")
          ? this.takeExpect(bytes, valueStart, trimEnd(bytes, valueStart, valueEnd))
          : null;
      case 10:
        return isName(bytes, nameStart, "connection")
          ? this.takeConnection(bytes, valueStart, valueEnd)
          : null;
      case 14:
        return isName(bytes, nameStart, "content-length")
          ? this.takeLength(bytes, valueStart, trimEnd(bytes, valueStart, valueEnd))
          : null;
      case 17:
        return isName(bytes, nameStart, "transfer-encoding")
          ? this.takeCoding(bytes, valueStart, trimEnd(bytes, valueStart, valueEnd))
          : null;
      default:
        return null;
    }
  }

  /** What is wrong with the fields together, once all are taken (RFC 9112 sections 3.2 and 6.3). */
  conflict(minorVersion: number): HttpError | null {
    if (this.hasCoding) {
      if (this.hasLength)
        return new BadRequest("Both Content-Length and Transfer-Encoding: the end of the body is ambiguous");
      if (minorVersion === 0) return new BadRequest("Transfer-Encoding in an HTTP/1.0 request");
    }
    if (!this.hasHost && minorVersion === 1) return new BadRequest("A Host header field is missing");
    return null;
  }

  /** Whether the connection stays open for another request (RFC 9112 section 9.3). */
  persists(minorVersion: number): boolean {
    return !this.close && (minorVersion === 1 || this.keepAlive);
  }

  private takeHost(bytes: Buffer, start: number, end: number): HttpError | null {
    if (this.hasHost) return new BadRequest("More than one Host header field");
    this.hasHost = true;
    return isHost(bytes, start, end)
      ? null
      : new BadRequest("The Host header field is not a host with an optional port");
  }

  private takeExpect(bytes: Buffer, start: number, end: number): HttpError | null {
    if (end - start !== 12 || !isName(bytes, start, "100-continue")) {
      return new ExpectationFailed("The only expectation this server meets is 100-continue");
    }
    this.expectContinue = true;
    return null;
  }

  private takeLength(bytes: Buffer, start: number, end: number): HttpError | null {
    if (this.hasLength) return new BadRequest("More than one Content-Length header field");
    this.hasLength = true;
    if (end === start || end - start > MAXIMUM_LENGTH_DIGITS)
      return new BadRequest("Content-Length is empty or too large");
    let length = 0;
    for (let p = start; p < end; p++) {
      const digit = bytes[p]! - 0x30;
      if (digit < 0 || digit > 9) return new BadRequest("Content-Length is not a decimal number");
      length = length * 10 + digit;
    }
    this.contentLength = length;
    return null;
  }

  private takeCoding(bytes: Buffer, start: number, end: number): HttpError | null {
    if (this.hasCoding) return new BadRequest("More than one Transfer-Encoding header field");
    this.hasCoding = true;
    if (end - start !== 7 || !isName(bytes, start, "chunked")) {
      return new BadRequest("The only transfer coding this server takes is one chunked");
    }
    this.contentLength = CHUNKED;
    return null;
  }

  private takeConnection(bytes: Buffer, start: number, end: number): HttpError | null {
    let p = start;
    while (p < end) {
      while (p < end && isSpace(bytes[p]!)) p++;
      const tokenStart = p;
      while (p < end && TOKEN[bytes[p]!] === 1) p++;
      this.takeOption(bytes, tokenStart, p);
      while (p < end && isSpace(bytes[p]!)) p++;
      if (p < end && bytes[p] !== COMMA)
        return new BadRequest("The Connection header field is not a list of tokens");
      p++;
    }
    return null;
  }

  private takeOption(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length === 5 && isName(bytes, start, "close")) this.close = true;
    else if (length === 7 && isName(bytes, start, "upgrade")) this.upgrade = true;
    else if (length === 10 && isName(bytes, start, "keep-alive")) this.keepAlive = true;
  }
}

const FORBIDDEN_IN_TRAILERS = [
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "expect",
  "host",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** What is wrong with a trailer field: those that frame, route or authorise a message may not come late (RFC 9110 section 6.5.1). */
export function trailerProblem(bytes: Buffer, nameStart: number, nameEnd: number): HttpError | null {
  const length = nameEnd - nameStart;
  for (const name of FORBIDDEN_IN_TRAILERS) {
    if (name.length === length && isName(bytes, nameStart, name))
      return new BadRequest(`The field ${name} is not allowed as a trailer`);
  }
  return null;
}

/** Compares without regard to case; `name` is in lower case and the bytes are token characters of its length. */
function isName(bytes: Buffer, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const byte = bytes[start + i]!;
    if (byte !== code && (code < 0x61 || (byte | 0x20) !== code)) return false;
  }
  return true;
}

function trimEnd(bytes: Buffer, start: number, end: number): number {
  let p = end;
  while (p > start && isSpace(bytes[p - 1]!)) p--;
  return p;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}
