import { COMMA, SEMICOLON, SPACE, TAB, TOKEN } from "../protocol/http1/characters.ts";

/** One element of a Forwarded field: parameters by name in lower case. */
export type ForwardedElement = ReadonlyMap<string, string>;

const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads a Forwarded field (RFC 7239 section 4) from its end: each proxy adds its element there, so what a client wrote in
 * front, however malformed, cannot reach what the proxies said. Reading stops where the grammar does.
 *
 * @returns elements in the order they were added last.
 */
export function* readForwarded(value: string): Generator<ForwardedElement> {
  let element = new Map<string, string>();
  let end = skipBlanks(value, value.length);
  while (end > 0) {
    const pair = readPair(value, end);
    if (pair === undefined) break;
    // Read backwards, the first of a repeated name is the last one seen.
    element.set(pair.name, pair.value);
    const separator = value.charCodeAt(pair.start - 1);
    end = skipBlanks(value, pair.start - 1);
    if (pair.start > 0 && separator === SEMICOLON) continue;
    yield element;
    element = new Map();
    if (pair.start > 0 && separator !== COMMA) return;
  }
  if (element.size > 0) yield element;
}

interface Pair {
  name: string;
  value: string;
  /** Behind the separator in front of it. */
  start: number;
}

function readPair(text: string, end: number): Pair | undefined {
  const isQuoted = text.charCodeAt(end - 1) === QUOTE;
  const valueStart = isQuoted ? openingQuote(text, end - 1) : skipToken(text, end);
  if (valueStart < 0 || valueStart === end || text.charCodeAt(valueStart - 1) !== EQUALS) return undefined;
  const nameStart = skipToken(text, valueStart - 1);
  if (nameStart === valueStart - 1) return undefined;
  const raw = text.slice(valueStart, end);
  return {
    name: text.slice(nameStart, valueStart - 1).toLowerCase(),
    value: isQuoted ? raw.slice(1, -1).replace(/\\(.)/g, "$1") : raw,
    start: skipBlanks(text, nameStart),
  };
}

/** Where the quoted string that ends at `closing` begins, or -1. */
function openingQuote(text: string, closing: number): number {
  for (let at = closing - 1; at >= 0; at--) {
    if (text.charCodeAt(at) !== QUOTE) continue;
    let escapes = at;
    while (text.charCodeAt(escapes - 1) === BACKSLASH) escapes--;
    if ((at - escapes) % 2 === 0) return at;
    at = escapes;
  }
  return -1;
}

function skipToken(text: string, end: number): number {
  let at = end;
  // Unquoted addresses with a colon are no tokens, but are sent by many.
  while (at > 0 && (TOKEN[text.charCodeAt(at - 1)] === 1 || text.charCodeAt(at - 1) === 0x3a)) at--;
  return at;
}

function skipBlanks(text: string, end: number): number {
  let at = end;
  while (at > 0 && (text.charCodeAt(at - 1) === SPACE || text.charCodeAt(at - 1) === TAB)) at--;
  return at;
}
