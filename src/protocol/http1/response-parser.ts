import { RequestHeaders } from "../../http/request-headers.ts";
import { decodeLatin1 } from "../latin1.ts";
import { ByteWindow } from "./byte-window.ts";
import { type CharacterTable, COLON, CR, FIELD_VALUE, LF, SPACE, TOKEN } from "./characters.ts";
import { ChunkEvent, ChunkedDecoder } from "./chunked-decoder.ts";
import { readResponseFraming, responsePersists } from "./response-framing.ts";
import { BodyFraming } from "./response-writer.ts";

/** What {@link ResponseParser.next} found. */
export const ResponseEvent = {
  /** All bytes are used up; feed more. */
  NeedMore: 0,
  /** The head of an interim response (1xx but 101): another head follows. */
  Interim: 1,
  /** A head is complete: `status`, `text` … describe it. */
  Head: 2,
  /** Body bytes: `bytes` from `bodyStart` to `bodyEnd`. */
  Body: 3,
  /** The response is complete; `trailers` holds its trailer fields. Does not come after a change of protocol. */
  End: 4,
  /** The bytes are no HTTP/1.1 response: `problem` says why. The parser stays in this state. */
  Failed: 5,
} as const;
export type ResponseEvent = (typeof ResponseEvent)[keyof typeof ResponseEvent];

const Phase = {
  /** No response is expected. */
  Idle: 0,
  StatusLine: 1,
  Fields: 2,
  FixedBody: 3,
  ChunkedBody: 4,
  Trailers: 5,
  BodyUntilClose: 6,
  /** The bytes belong to another protocol: {@link ByteWindow.takeRest}. */
  Tunnel: 7,
  Failed: 8,
} as const;
type Phase = (typeof Phase)[keyof typeof Phase];

const HEAD_LIMIT = 256 * 1024;
/** Up to the space behind the status; dots stand for digits. */
const STATUS_LINE = "HTTP/1.. ... ";

/**
 * Reads HTTP/1.1 responses from bytes, however these are cut into chunks: a pure state machine, line by line.
 *
 * Say by {@link ResponseParser.expect} what was asked for, `feed` it what arrives, then call `next` until it answers
 * `NeedMore`. The chunk is borrowed: call `retain` before its owner reuses it.
 *
 * As strict as the request parser: bare CR or LF, folded lines, control characters, conflicting or odd lengths and a body
 * where none may be are refused (RFC 9112 sections 2.2, 4, 5, 6 and 7).
 */
export class ResponseParser extends ByteWindow {
  /** Set by `Interim` and `Head`, like all up to `persists`. */
  status = 0;
  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  minorVersion = 1;
  /** The whole head as latin1, the final empty line included. */
  text = "";
  /** Where the header fields begin in `text`. */
  fieldsStart = 0;
  /** Whether the connection can carry another response behind this one. */
  persists = true;
  /** Set by `Body`. */
  bodyStart = 0;
  bodyEnd = 0;
  /** Set by `End`: trailer field lines as latin1, `""` where there are none. */
  trailers = "";
  /** Set by `Failed`. */
  problem = "";

  private readonly chunks = new ChunkedDecoder();
  private phase: Phase = Phase.Idle;
  private method = "";
  private remaining = 0;
  /** How far the present section was searched for the end of a line, from its start. */
  private searched = 0;

  /** A request of this method was sent: its response comes next. */
  expect(method: string): void {
    this.method = method;
    this.phase = Phase.StatusLine;
  }

  /** Reads on to the next event. */
  next(): ResponseEvent {
    for (;;) {
      const event = this.step();
      if (event !== null) return event;
    }
  }

  /** The peer will send no more: ends a body that lasts until then, else fails what is incomplete. */
  finish(): ResponseEvent {
    if (this.phase === Phase.Idle || this.phase === Phase.Tunnel) return ResponseEvent.NeedMore;
    if (this.phase === Phase.BodyUntilClose) return this.endMessage();
    if (this.phase === Phase.Failed) return ResponseEvent.Failed;
    const isHead = this.phase === Phase.StatusLine || this.phase === Phase.Fields;
    const part = isHead
      ? this.section < 0
        ? "before the answer"
        : "inside the answer's head"
      : "inside the answer's body";
    return this.fail(`The connection ended ${part}`);
  }

  /** Gives null when there is more to read at once. */
  private step(): ResponseEvent | null {
    switch (this.phase) {
      case Phase.StatusLine:
      case Phase.Fields:
      case Phase.Trailers:
        return this.readLine();
      case Phase.FixedBody:
        return this.remaining === 0 ? this.endMessage() : this.readBody(this.remaining);
      case Phase.ChunkedBody:
        return this.readChunks();
      case Phase.BodyUntilClose:
        return this.readBody(Number.POSITIVE_INFINITY);
      case Phase.Idle:
        return this.position === this.end
          ? ResponseEvent.NeedMore
          : this.fail("Bytes arrived that nobody asked for");
      case Phase.Tunnel:
        return ResponseEvent.NeedMore;
      default:
        return ResponseEvent.Failed;
    }
  }

  private readLine(): ResponseEvent | null {
    if (this.position === this.end) return ResponseEvent.NeedMore;
    if (this.section < 0) this.startSection();
    const { bytes, end } = this;
    let feed = this.section + this.searched;
    while (feed < end && bytes[feed] !== LF) feed++;
    this.searched = feed - this.section;
    if (this.searched > HEAD_LIMIT) return this.fail(`The head is longer than ${HEAD_LIMIT} bytes`);
    if (feed === end) return ResponseEvent.NeedMore;
    this.searched++;
    const lineEnd = feed - 1;
    if (lineEnd < this.position || bytes[lineEnd] !== CR) return this.fail("A line does not end in CRLF");
    const lineStart = this.position;
    this.position = feed + 1;
    if (this.phase === Phase.StatusLine) return this.takeStatusLine(lineStart, lineEnd);
    if (lineStart === lineEnd) return this.phase === Phase.Fields ? this.endHead() : this.endTrailers();
    return this.isField(lineStart, lineEnd) ? null : this.fail("Malformed header field");
  }

  private startSection(): void {
    this.section = this.position;
    this.searched = 0;
    this.trailers = "";
  }

  private takeStatusLine(start: number, end: number): ResponseEvent | null {
    const { bytes } = this;
    const status = this.isStatusLine(start, end) ? Number(decodeLatin1(bytes, start + 9, start + 12)) : 0;
    if (status < 100 || status > 599)
      return this.fail("Malformed status line: expected HTTP/1.1, a status and a reason");
    this.minorVersion = bytes[start + 7] === 0x30 ? 0 : 1;
    this.status = status;
    this.fieldsStart = this.position - this.section;
    this.phase = Phase.Fields;
    return null;
  }

  private isStatusLine(start: number, end: number): boolean {
    const { bytes } = this;
    if (end - start < STATUS_LINE.length) return false;
    for (let i = 0; i < STATUS_LINE.length; i++) {
      const code = bytes[start + i] ?? 0;
      const isDigit = code >= 0x30 && code <= 0x39;
      // The dot of the version is no placeholder.
      if (STATUS_LINE[i] === "." && i !== 6 ? !isDigit : code !== STATUS_LINE.charCodeAt(i)) return false;
    }
    const minor = bytes[start + 7] ?? 0;
    return minor <= 0x31 && this.skip(FIELD_VALUE, start + STATUS_LINE.length, end) === end;
  }

  private isField(start: number, end: number): boolean {
    const nameEnd = this.skip(TOKEN, start, end);
    if (nameEnd === start || this.bytes[nameEnd] !== COLON) return false;
    return this.skip(FIELD_VALUE, nameEnd + 1, end) === end;
  }

  private skip(table: CharacterTable, start: number, end: number): number {
    let p = start;
    while (p < end && table[this.bytes[p] ?? SPACE] === 1) p++;
    return p;
  }

  private endHead(): ResponseEvent {
    this.text = decodeLatin1(this.bytes, this.section, this.position);
    this.section = -1;
    const fields = new RequestHeaders(this.text, this.fieldsStart);
    const framing = readResponseFraming(this.method, this.status, fields);
    if (typeof framing === "string") return this.fail(framing);
    if (this.status < 200 && this.status !== 101) {
      this.phase = Phase.StatusLine;
      return ResponseEvent.Interim;
    }
    this.persists = framing !== BodyFraming.Close && responsePersists(this.minorVersion, fields);
    this.startBody(framing);
    return ResponseEvent.Head;
  }

  private startBody(framing: number): void {
    const isTunnel = this.status === 101 || (this.method === "CONNECT" && this.status < 300);
    if (isTunnel) this.phase = Phase.Tunnel;
    else if (framing === BodyFraming.Chunked) {
      this.chunks.reset();
      this.phase = Phase.ChunkedBody;
    } else if (framing === BodyFraming.Close) this.phase = Phase.BodyUntilClose;
    else {
      this.remaining = Math.max(framing, 0);
      this.phase = Phase.FixedBody;
    }
  }

  private readBody(most: number): ResponseEvent {
    if (this.position === this.end) return ResponseEvent.NeedMore;
    this.bodyStart = this.position;
    this.bodyEnd = this.position = Math.min(this.end, this.position + most);
    this.remaining -= this.bodyEnd - this.bodyStart;
    return ResponseEvent.Body;
  }

  private readChunks(): ResponseEvent | null {
    const event = this.chunks.decode(this.bytes, this.position, this.end);
    this.position = this.chunks.position;
    switch (event) {
      case ChunkEvent.NeedMore:
        return ResponseEvent.NeedMore;
      case ChunkEvent.Data:
        this.bodyStart = this.chunks.dataStart;
        this.bodyEnd = this.chunks.dataEnd;
        return ResponseEvent.Body;
      case ChunkEvent.Last:
        this.phase = Phase.Trailers;
        return null;
      default:
        return this.fail(this.chunks.problem);
    }
  }

  private endTrailers(): ResponseEvent {
    // Without the empty line that ends the section.
    this.trailers = decodeLatin1(this.bytes, this.section, this.position - 2);
    this.section = -1;
    return this.endMessage();
  }

  private endMessage(): ResponseEvent {
    this.phase = Phase.Idle;
    return ResponseEvent.End;
  }

  private fail(problem: string): ResponseEvent {
    this.problem = problem;
    this.section = -1;
    this.phase = Phase.Failed;
    return ResponseEvent.Failed;
  }
}
