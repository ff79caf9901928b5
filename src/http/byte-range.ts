import { parseTokenList } from "../protocol/websocket/token-list.ts";

/** Bytes of something: from `start` up to, but without, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** More ranges than this in one request are an attack or a mistake; the field is ignored then, as the RFC allows. */
const MAXIMUM_RANGES = 32;
const UNIT = /^bytes=/i;
const SPECIFIER = /^(\d*)-(\d*)$/;

/**
 * Reads `Range` for something of `size` bytes (RFC 9110 section 14.2). Ranges that overlap are joined, and come in ascending
 * order then.
 *
 * @returns the ranges that are there: none when all lie behind the end (416). Undefined for what is to be ignored: another
 * unit, malformed ranges, more than 32 of them, anything when there are no bytes.
 *
 * @example
 * ```ts
 * import { parseByteRanges } from "spindash";
 *
 * const [first, last] = parseByteRanges("bytes=0-9, -5", 100) ?? [];
 * console.assert(first?.start === 0 && first.end === 10);
 * console.assert(last?.start === 95 && last.end === 100);
 * ```
 */
export function parseByteRanges(field: string, size: number): ByteRange[] | undefined {
  if (size === 0 || !UNIT.test(field)) return undefined;
  const specifiers = parseTokenList(field.slice("bytes=".length));
  if (specifiers.length === 0 || specifiers.length > MAXIMUM_RANGES) return undefined;
  const ranges: ByteRange[] = [];
  for (const specifier of specifiers) {
    const range = readSpecifier(specifier, size);
    if (range === undefined) return undefined;
    if (range.start < range.end) ranges.push(range);
  }
  return joinOverlapping(ranges);
}

/** `Content-Range` of a part. */
export function formatContentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`;
}

/** An empty range for one that lies behind the end, undefined for one that is malformed. */
function readSpecifier(specifier: string, size: number): ByteRange | undefined {
  const match = SPECIFIER.exec(specifier);
  const [first, last] = [match?.[1] ?? "", match?.[2] ?? ""];
  if (match === null || (first === "" && last === "")) return undefined;
  if (first === "") return { start: Math.max(0, size - Number(last)), end: size };
  const start = Number(first);
  const end = last === "" ? size : Number(last) + 1;
  if (end <= start && last !== "") return undefined;
  return { start, end: Math.min(end, size) };
}

function joinOverlapping(ranges: ByteRange[]): ByteRange[] {
  const sorted = ranges.toSorted((one, other) => one.start - other.start);
  const joined: ByteRange[] = [];
  for (const range of sorted) {
    const before = joined.at(-1);
    if (before === undefined || range.start >= before.end) joined.push(range);
    else joined[joined.length - 1] = { start: before.start, end: Math.max(before.end, range.end) };
  }
  return joined.length === ranges.length ? ranges : joined;
}
