import { CR, FIELD_VALUE, hexValue, LF, SEMICOLON } from "./characters.ts";

/** What {@link ChunkedDecoder.decode} found. */
export const ChunkEvent = {
  NeedMore: 0,
  /** Data from `dataStart` to `dataEnd`. */
  Data: 1,
  /** The last chunk: trailer fields or the final empty line follow at `position`. */
  Last: 2,
  /** Not a chunked body: `problem` says why. */
  Failed: 3,
} as const;
export type ChunkEvent = (typeof ChunkEvent)[keyof typeof ChunkEvent];

const Phase = {
  FirstDigit: 0,
  Size: 1,
  Extension: 2,
  SizeEnd: 3,
  Data: 4,
  DataEnd: 5,
  DataEndFeed: 6,
} as const;
type Phase = (typeof Phase)[keyof typeof Phase];

/** 12 digits stay below 2^53, so sizes are exact; leading zeros count as digits. */
const MAXIMUM_SIZE_DIGITS = 12;
/** Chunk extensions mean nothing here; all of one body's together may not be longer than this. */
const EXTENSION_LIMIT = 4096;

/** Reads the chunked transfer coding (RFC 9112 section 7.1) up to its trailer section; resumes at any byte. */
export class ChunkedDecoder {
  /** Where reading stopped. */
  position = 0;
  dataStart = 0;
  dataEnd = 0;
  problem = "";
  private phase: Phase = Phase.FirstDigit;
  private size = 0;
  private digits = 0;
  private extensionBytes = 0;

  reset(): void {
    this.phase = Phase.FirstDigit;
    this.extensionBytes = 0;
  }

  /** Reads `bytes` from `position` to `end` up to the next event. */
  decode(bytes: Buffer, position: number, end: number): ChunkEvent {
    this.position = position;
    while (this.position < end) {
      const event =
        this.phase === Phase.Data ? this.readData(end) : this.readFrame(bytes[this.position]!, bytes, end);
      if (event !== ChunkEvent.NeedMore) return event;
    }
    return ChunkEvent.NeedMore;
  }

  private readFrame(code: number, bytes: Buffer, end: number): ChunkEvent {
    switch (this.phase) {
      case Phase.FirstDigit:
      case Phase.Size:
        return this.readSize(code);
      case Phase.Extension:
        return this.readExtension(bytes, end);
      case Phase.SizeEnd:
        return this.endSize(code);
      case Phase.DataEnd:
        return this.expect(code, CR, Phase.DataEndFeed);
      default:
        return this.expect(code, LF, Phase.FirstDigit);
    }
  }

  private readSize(code: number): ChunkEvent {
    const digit = hexValue(code);
    if (this.phase === Phase.FirstDigit) {
      if (digit < 0) return this.fail("A chunk size is not a hexadecimal number");
      this.size = 0;
      this.digits = 0;
      this.phase = Phase.Size;
    }
    this.position++;
    if (digit >= 0) {
      if (++this.digits > MAXIMUM_SIZE_DIGITS) return this.fail("A chunk size has too many digits");
      this.size = this.size * 16 + digit;
    } else if (code === CR) this.phase = Phase.SizeEnd;
    else if (code === SEMICOLON) this.phase = Phase.Extension;
    else return this.fail("A chunk size is followed by something else than CRLF or an extension");
    return ChunkEvent.NeedMore;
  }

  private readExtension(bytes: Buffer, end: number): ChunkEvent {
    let p = this.position;
    const bound = Math.min(end, p + EXTENSION_LIMIT - this.extensionBytes);
    while (p < bound && FIELD_VALUE[bytes[p]!] === 1) p++;
    this.extensionBytes += p - this.position;
    this.position = p;
    if (p === end) return ChunkEvent.NeedMore;
    if (FIELD_VALUE[bytes[p]!] === 1)
      return this.fail(`Chunk extensions longer than ${EXTENSION_LIMIT} bytes`);
    return this.expect(bytes[p]!, CR, Phase.SizeEnd);
  }

  private endSize(code: number): ChunkEvent {
    if (code !== LF) return this.fail("A chunk size line does not end in CRLF");
    this.position++;
    if (this.size > 0) {
      this.phase = Phase.Data;
      return ChunkEvent.NeedMore;
    }
    this.phase = Phase.FirstDigit;
    return ChunkEvent.Last;
  }

  private readData(end: number): ChunkEvent {
    this.dataStart = this.position;
    this.dataEnd = Math.min(end, this.position + this.size);
    this.size -= this.dataEnd - this.dataStart;
    this.position = this.dataEnd;
    if (this.size === 0) this.phase = Phase.DataEnd;
    return ChunkEvent.Data;
  }

  private expect(code: number, wanted: number, next: Phase): ChunkEvent {
    if (code !== wanted) return this.fail("A chunk is not followed by CRLF");
    this.position++;
    this.phase = next;
    return ChunkEvent.NeedMore;
  }

  private fail(problem: string): ChunkEvent {
    this.problem = problem;
    return ChunkEvent.Failed;
  }
}
