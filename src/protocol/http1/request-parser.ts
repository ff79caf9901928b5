import {
  BadRequest,
  HeaderFieldsTooLarge,
  type HttpError,
  HttpVersionNotSupported,
  UriTooLong,
} from "../../http/errors.ts";
import { withCode } from "../../http/http-error.ts";
import { decodeLatin1 } from "../latin1.ts";
import { ByteWindow } from "./byte-window.ts";
import {
  type CharacterTable,
  COLON,
  CR,
  FIELD_VALUE,
  LF,
  SPACE,
  TAB,
  TARGET,
  TARGET_PATH,
  TOKEN,
} from "./characters.ts";
import { ChunkEvent, ChunkedDecoder } from "./chunked-decoder.ts";
import { CHUNKED, FramingFields, trailerProblem } from "./framing-fields.ts";
import { type HeadMarks, scanHead } from "./head-scan.ts";
import { defaultHeadLimits, type HeadLimits } from "./limits.ts";
import { readMethod } from "./method.ts";
import { RequestTarget } from "./request-target.ts";

/** What {@link RequestParser.next} found. */
export const ParserEvent = {
  /** All bytes are used up; feed more. */
  NeedMore: 0,
  /** A head is complete: `method`, `target`, `text` … describe it. Without a body the message is complete too. */
  Head: 1,
  /** Body bytes: `bytes` from `bodyStart` to `bodyEnd`. */
  Body: 2,
  /** The message with a body is complete; `trailers` holds its trailer fields. */
  End: 3,
  /** The bytes are no HTTP/1.1 request: `error` says why. The parser stays in this state. */
  Failed: 4,
} as const;
export type ParserEvent = (typeof ParserEvent)[keyof typeof ParserEvent];

const Phase = {
  Start: 0,
  EmptyLine: 1,
  Method: 2,
  TargetPath: 3,
  TargetQuery: 4,
  Version: 5,
  FieldStart: 6,
  FieldName: 7,
  ValueStart: 8,
  Value: 9,
  ValueEnd: 10,
  SectionEnd: 11,
  FixedBody: 12,
  ChunkedBody: 13,
  Failed: 14,
} as const;
type Phase = (typeof Phase)[keyof typeof Phase];

const VERSION_LENGTH = "HTTP/1.1\r\n".length;
const DIGIT_ZERO = 0x30;
const QUESTION_MARK = 0x3f;

/**
 * Reads HTTP/1.1 requests from bytes, however these are cut into chunks: a pure state machine, one method per state.
 *
 * `feed` it a chunk, then call `next` until it answers `NeedMore`. The chunk is borrowed: call `retain` before its
 * owner reuses it. Heads are checked in one pass over the bytes and decoded once, as one latin1 string; header fields
 * are cut out of that string only when somebody asks (`http/request-headers`).
 *
 * It accepts what a sender must produce and refuses the rest: bare CR or LF, folded lines, space before a colon, control
 * characters, a missing or repeated Host, conflicting or odd lengths (RFC 9112 sections 2.2, 3, 5, 6 and 7).
 */
export class RequestParser extends ByteWindow {
  /** Set by `Head`, like all up to `fields`. */
  method = "";
  readonly target: RequestTarget = new RequestTarget();
  /** The whole head as latin1, the final empty line included. */
  text = "";
  /** What the header fields say about the body and the connection. */
  readonly fields: FramingFields = new FramingFields();
  /** Set by `Body`. */
  bodyStart = 0;
  bodyEnd = 0;
  /** Set by `End`: trailer field lines as latin1, `""` where there are none. */
  trailers = "";
  /** Set by `Failed`. */
  error: HttpError | null = null;

  private readonly limits: HeadLimits;
  private readonly chunks = new ChunkedDecoder();
  private phase: Phase = Phase.Start;
  private inTrailers = false;
  private skippedEmptyLine = false;
  private fieldCount = 0;
  private readonly marks: HeadMarks = {
    methodEnd: 0,
    pathEnd: 0,
    targetEnd: 0,
    minorVersion: 1,
    fieldsStart: 0,
  };
  private nameStart = 0;
  private nameEnd = 0;
  private valueStart = 0;
  private bodyRemaining = 0;

  constructor(limits: HeadLimits = defaultHeadLimits) {
    super();
    this.limits = limits;
  }

  /** Set by `Head`: 1 for HTTP/1.1, 0 for HTTP/1.0. */
  get minorVersion(): number {
    return this.marks.minorVersion;
  }

  /** Set by `Head`: where the header fields begin in `text`. */
  get fieldsStart(): number {
    return this.marks.fieldsStart;
  }

  /** Whether part of a head has arrived and the rest is missing. */
  get insideHead(): boolean {
    return this.phase >= Phase.EmptyLine && this.phase <= Phase.SectionEnd && !this.inTrailers;
  }

  /** Reads on to the next event. */
  next(): ParserEvent {
    for (;;) {
      let goesOn: boolean;
      switch (this.phase) {
        case Phase.Start:
          goesOn = this.startMessage();
          break;
        case Phase.EmptyLine:
          goesOn = this.endEmptyLine();
          break;
        case Phase.Method:
          goesOn = this.readMethod();
          break;
        case Phase.TargetPath:
          goesOn = this.readPath();
          break;
        case Phase.TargetQuery:
          goesOn = this.readQuery();
          break;
        case Phase.Version:
          goesOn = this.readVersion();
          break;
        case Phase.FieldStart:
          goesOn = this.startField();
          break;
        case Phase.FieldName:
          goesOn = this.readName();
          break;
        case Phase.ValueStart:
          goesOn = this.skipSpace();
          break;
        case Phase.Value:
          goesOn = this.readValue();
          break;
        case Phase.ValueEnd:
          goesOn = this.endValue();
          break;
        case Phase.SectionEnd:
          return this.endSection();
        case Phase.FixedBody:
          return this.readFixedBody();
        case Phase.ChunkedBody: {
          const event = this.readChunks();
          if (event !== null) return event;
          goesOn = true;
          break;
        }
        default:
          return ParserEvent.Failed;
      }
      if (!goesOn) return this.stopped();
    }
  }

  private startMessage(): boolean {
    if (this.position === this.end) return false;
    // RFC 9112 section 2.2: one empty line before the request line is forgiven.
    if (this.bytes[this.position] === CR && !this.skippedEmptyLine) {
      this.position++;
      this.phase = Phase.EmptyLine;
      return true;
    }
    this.startSection(false);
    this.skippedEmptyLine = false;
    this.fields.reset();
    const { bytes, section, end } = this;
    const headEnd = scanHead(bytes, section, end, this.limits, this.marks, this.fields);
    if (headEnd < 0) {
      this.fields.reset();
      this.phase = Phase.Method;
    } else {
      this.position = headEnd - 1;
      this.phase = Phase.SectionEnd;
    }
    return true;
  }

  private startSection(inTrailers: boolean): void {
    this.section = this.position;
    this.inTrailers = inTrailers;
    this.fieldCount = 0;
    this.trailers = "";
  }

  private endEmptyLine(): boolean {
    if (this.position === this.end) return false;
    if (this.bytes[this.position] !== LF)
      return this.fail(new BadRequest("A carriage return without its line feed before the request line"));
    this.position++;
    this.skippedEmptyLine = true;
    this.phase = Phase.Start;
    return true;
  }

  private readMethod(): boolean {
    const bound = this.bound(this.limits.requestLineLimit);
    const p = this.skip(TOKEN, bound);
    if (p === bound) return this.starve(bound);
    if (this.bytes[p] !== SPACE || p === this.section) {
      return this.fail(new BadRequest("Malformed request line: expected a method, one space and a target"));
    }
    this.position = p + 1;
    this.marks.methodEnd = p - this.section;
    this.phase = Phase.TargetPath;
    return true;
  }

  private readPath(): boolean {
    const bound = this.bound(this.limits.requestLineLimit);
    const p = this.skip(TARGET_PATH, bound);
    if (p === bound) return this.starve(bound);
    this.marks.pathEnd = p - this.section;
    if (this.bytes[p] !== QUESTION_MARK) return this.endTarget();
    this.position = p + 1;
    this.phase = Phase.TargetQuery;
    return true;
  }

  private readQuery(): boolean {
    const bound = this.bound(this.limits.requestLineLimit);
    const p = this.skip(TARGET, bound);
    return p === bound ? this.starve(bound) : this.endTarget();
  }

  private endTarget(): boolean {
    this.marks.targetEnd = this.position - this.section;
    if (this.bytes[this.position] !== SPACE || this.marks.targetEnd === this.marks.methodEnd + 1) {
      return this.fail(
        new BadRequest(
          "Malformed request line: a character in the target that must be percent-encoded, or no HTTP version",
        ),
      );
    }
    this.position++;
    this.phase = Phase.Version;
    return true;
  }

  private readVersion(): boolean {
    const bytes = this.bytes;
    const p = this.position;
    const bound = this.bound(this.limits.requestLineLimit + 2);
    if (bound - p < VERSION_LENGTH) return this.starve(bound);
    // "HTTP/", digit, dot, digit, CR, LF: spelled out, since a loop over ten characters shows in profiles.
    const isVersion =
      bytes[p] === 0x48 &&
      bytes[p + 1] === 0x54 &&
      bytes[p + 2] === 0x54 &&
      bytes[p + 3] === 0x50 &&
      bytes[p + 4] === 0x2f &&
      bytes[p + 6] === 0x2e &&
      bytes[p + 8] === CR &&
      bytes[p + 9] === LF;
    if (!isVersion) {
      return this.fail(
        new BadRequest("Malformed request line: expected HTTP/1.1 and CRLF behind the target"),
      );
    }
    return this.takeVersion(bytes[p + 5]! - DIGIT_ZERO, bytes[p + 7]! - DIGIT_ZERO);
  }

  private takeVersion(major: number, minor: number): boolean {
    if (major < 0 || major > 9 || minor < 0 || minor > 9)
      return this.fail(new BadRequest("Malformed HTTP version"));
    if (major !== 1 || minor > 1) {
      return this.fail(
        new HttpVersionNotSupported(`HTTP/${major}.${minor} is not spoken here; use HTTP/1.1`),
      );
    }
    this.marks.minorVersion = minor;
    this.position += VERSION_LENGTH;
    this.marks.fieldsStart = this.position - this.section;
    this.phase = Phase.FieldStart;
    return true;
  }

  private startField(): boolean {
    const bound = this.bound(this.limits.headLimit);
    if (this.position >= bound) return this.starve(bound);
    if (this.bytes[this.position] === CR) {
      this.position++;
      this.phase = Phase.SectionEnd;
      return true;
    }
    if (++this.fieldCount > this.limits.headerCountLimit) {
      return this.fail(new HeaderFieldsTooLarge(`More than ${this.limits.headerCountLimit} header fields`));
    }
    this.nameStart = this.position - this.section;
    this.phase = Phase.FieldName;
    return true;
  }

  private readName(): boolean {
    const bound = this.bound(this.limits.headLimit);
    const p = this.skip(TOKEN, bound);
    if (p === bound) return this.starve(bound);
    this.nameEnd = p - this.section;
    if (this.bytes[p] !== COLON || this.nameEnd === this.nameStart) {
      return this.fail(
        new BadRequest("Malformed header field: expected a name directly followed by a colon"),
      );
    }
    this.position = p + 1;
    this.phase = Phase.ValueStart;
    return true;
  }

  private skipSpace(): boolean {
    const bound = this.bound(this.limits.headLimit);
    let p = this.position;
    while (p < bound && (this.bytes[p] === SPACE || this.bytes[p] === TAB)) p++;
    this.position = p;
    if (p === bound) return this.starve(bound);
    this.valueStart = p - this.section;
    this.phase = Phase.Value;
    return true;
  }

  private readValue(): boolean {
    const bound = this.bound(this.limits.headLimit);
    const p = this.skip(FIELD_VALUE, bound);
    if (p === bound) return this.starve(bound);
    if (this.bytes[p] !== CR)
      return this.fail(new BadRequest("A control character or a bare line feed in a header field"));
    this.position = p + 1;
    this.phase = Phase.ValueEnd;
    return true;
  }

  private endValue(): boolean {
    const bound = this.bound(this.limits.headLimit);
    if (this.position >= bound) return this.starve(bound);
    if (this.bytes[this.position] !== LF)
      return this.fail(new BadRequest("A carriage return without its line feed in a header field"));
    const { section, bytes } = this;
    const problem = this.inTrailers
      ? trailerProblem(bytes, section + this.nameStart, section + this.nameEnd)
      : this.fields.take(
          bytes,
          section + this.nameStart,
          section + this.nameEnd,
          section + this.valueStart,
          this.position - 1,
        );
    if (problem !== null) return this.fail(problem);
    this.position++;
    this.phase = Phase.FieldStart;
    return true;
  }

  private endSection(): ParserEvent {
    const bound = this.bound(this.limits.headLimit);
    if (this.position >= bound) {
      this.starve(bound);
      return this.stopped();
    }
    if (this.bytes[this.position] !== LF) {
      this.fail(new BadRequest("A carriage return without its line feed behind the header fields"));
      return ParserEvent.Failed;
    }
    this.position++;
    return this.inTrailers ? this.endTrailers() : this.endHead();
  }

  private endTrailers(): ParserEvent {
    // Without the empty line that ends the section.
    this.trailers = decodeLatin1(this.bytes, this.section, this.position - 2);
    this.section = -1;
    this.phase = Phase.Start;
    return ParserEvent.End;
  }

  private endHead(): ParserEvent {
    const { bytes, section, fields, marks } = this;
    this.text = decodeLatin1(bytes, section, this.position);
    this.method = readMethod(bytes, section, section + marks.methodEnd);
    const problem =
      fields.conflict(marks.minorVersion) ??
      this.target.read(
        this.method,
        bytes,
        section,
        this.text,
        marks.methodEnd + 1,
        marks.pathEnd,
        marks.targetEnd,
      );
    if (problem !== null) {
      this.fail(problem);
      return ParserEvent.Failed;
    }
    this.section = -1;
    this.phase = this.startBody(fields.contentLength);
    return ParserEvent.Head;
  }

  private startBody(length: number): Phase {
    if (length === 0) return Phase.Start;
    if (length === CHUNKED) {
      this.chunks.reset();
      return Phase.ChunkedBody;
    }
    this.bodyRemaining = length;
    return Phase.FixedBody;
  }

  private readFixedBody(): ParserEvent {
    if (this.bodyRemaining === 0) {
      this.phase = Phase.Start;
      return ParserEvent.End;
    }
    if (this.position === this.end) return ParserEvent.NeedMore;
    this.bodyStart = this.position;
    this.bodyEnd = this.position = Math.min(this.end, this.position + this.bodyRemaining);
    this.bodyRemaining -= this.bodyEnd - this.bodyStart;
    return ParserEvent.Body;
  }

  /** Gives null when the trailer section begins. */
  private readChunks(): ParserEvent | null {
    const event = this.chunks.decode(this.bytes, this.position, this.end);
    this.position = this.chunks.position;
    switch (event) {
      case ChunkEvent.NeedMore:
        return ParserEvent.NeedMore;
      case ChunkEvent.Data:
        this.bodyStart = this.chunks.dataStart;
        this.bodyEnd = this.chunks.dataEnd;
        return ParserEvent.Body;
      case ChunkEvent.Last:
        this.startSection(true);
        this.phase = Phase.FieldStart;
        return null;
      default:
        this.fail(new BadRequest(this.chunks.problem));
        return ParserEvent.Failed;
    }
  }

  /** Moves on over bytes of a class and gives the first position that is outside it, or `bound`. */
  private skip(table: CharacterTable, bound: number): number {
    const bytes = this.bytes;
    let p = this.position;
    while (p < bound && table[bytes[p]!] === 1) p++;
    this.position = p;
    return p;
  }

  /** How far the present section may be read: to the end of the fed bytes, or to its limit. */
  private bound(limit: number): number {
    return Math.min(this.section + limit, this.end);
  }

  /** The bound was reached: more bytes are needed, unless it was the limit's. Always false, for the caller to return. */
  private starve(bound: number): boolean {
    if (bound === this.end) return false;
    const { requestLineLimit, headLimit } = this.limits;
    return this.fail(
      this.phase <= Phase.Version
        ? new UriTooLong(`The request line is longer than ${requestLineLimit} bytes`)
        : new HeaderFieldsTooLarge(`The header fields are longer than ${headLimit} bytes`),
    );
  }

  private fail(error: HttpError): boolean {
    this.error = withCode(error, "E_MALFORMED_REQUEST");
    this.section = -1;
    this.phase = Phase.Failed;
    return false;
  }

  private stopped(): ParserEvent {
    return this.phase === Phase.Failed ? ParserEvent.Failed : ParserEvent.NeedMore;
  }
}
