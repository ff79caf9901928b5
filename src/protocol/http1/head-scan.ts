import { COLON, CR, LF, SPACE, TAB, TARGET, TARGET_PATH, TOKEN } from "./characters.ts";
import type { FramingFields } from "./framing-fields.ts";
import type { HeadLimits } from "./limits.ts";

const QUESTION_MARK = 0x3f;
const DIGIT_ZERO = 0x30;
const DELETE = 0x7f;
const VERSION_LENGTH = "HTTP/1.1\r\n".length;

/** Where the parts of a head lie, counted from its first byte. */
export interface HeadMarks {
  methodEnd: number;
  pathEnd: number;
  targetEnd: number;
  minorVersion: number;
  fieldsStart: number;
}

/**
 * Reads a head that has arrived whole and is in order: one pass, all state in local variables. Anything else, also
 * what touches a limit, is left to the parser's states: they read the same bytes again and say what is wrong.
 *
 * Worth it: a request without its socket takes 466 ns instead of 604, a quarter of what a pipelined one costs.
 *
 * @param end where the fed bytes end.
 * @returns the position behind the head, or -1 when the parser's states must read it.
 */
export function scanHead(
  bytes: Buffer,
  start: number,
  end: number,
  limits: HeadLimits,
  marks: HeadMarks,
  fields: FramingFields,
): number {
  const fieldsStart = scanRequestLine(bytes, start, Math.min(end, start + limits.requestLineLimit), marks);
  if (fieldsStart < 0) return -1;
  return scanFields(bytes, fieldsStart, Math.min(end, start + limits.headLimit), limits, fields);
}

/** @returns where the header fields start, or -1. */
function scanRequestLine(bytes: Buffer, start: number, bound: number, marks: HeadMarks): number {
  let p = start;
  while (p < bound && TOKEN[bytes[p]!] === 1) p++;
  if (bytes[p] !== SPACE) return -1;
  marks.methodEnd = p - start;
  const targetStart = ++p;
  while (p < bound && TARGET_PATH[bytes[p]!] === 1) p++;
  marks.pathEnd = p - start;
  if (bytes[p] === QUESTION_MARK) {
    p++;
    while (p < bound && TARGET[bytes[p]!] === 1) p++;
  }
  marks.targetEnd = p - start;
  if (bytes[p] !== SPACE || p === targetStart || marks.methodEnd === 0) return -1;
  p++;
  marks.fieldsStart = p + VERSION_LENGTH - start;
  return p + VERSION_LENGTH < bound && isVersion(bytes, p, marks) ? p + VERSION_LENGTH : -1;
}

/** "HTTP/1.", digit, CR, LF: spelled out, since a loop over ten characters shows in profiles. */
function isVersion(bytes: Buffer, p: number, marks: HeadMarks): boolean {
  const minor = bytes[p + 7]! - DIGIT_ZERO;
  marks.minorVersion = minor;
  return (
    bytes[p] === 0x48 &&
    bytes[p + 1] === 0x54 &&
    bytes[p + 2] === 0x54 &&
    bytes[p + 3] === 0x50 &&
    bytes[p + 4] === 0x2f &&
    bytes[p + 5] === 0x31 &&
    bytes[p + 6] === 0x2e &&
    bytes[p + 8] === CR &&
    bytes[p + 9] === LF &&
    (minor === 1 || minor === 0)
  );
}

/** @returns the position behind the empty line that ends the fields, or -1. */
function scanFields(
  bytes: Buffer,
  start: number,
  bound: number,
  limits: HeadLimits,
  fields: FramingFields,
): number {
  let p = start;
  for (let count = limits.headerCountLimit; bytes[p] !== CR; count--) {
    const nameStart = p;
    while (p < bound && TOKEN[bytes[p]!] === 1) p++;
    if (bytes[p] !== COLON || p === nameStart || count === 0) return -1;
    const nameEnd = p++;
    while (p < bound && (bytes[p] === SPACE || bytes[p] === TAB)) p++;
    const valueStart = p;
    // A comparison each is cheaper here than the table: most bytes pass at the first.
    for (
      let byte = bytes[p]!;
      p < bound && ((byte >= SPACE && byte !== DELETE) || byte === TAB);
      byte = bytes[++p]!
    );
    if (p + 2 >= bound || bytes[p] !== CR || bytes[p + 1] !== LF) return -1;
    if (fields.take(bytes, nameStart, nameEnd, valueStart, p) !== null) return -1;
    p += 2;
  }
  return p + 2 <= bound && bytes[p + 1] === LF ? p + 2 : -1;
}
