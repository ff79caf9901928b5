import { FIELD_VALUE, SEMICOLON, SPACE, TAB, TOKEN } from "../protocol/http1/characters.ts";

const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/**
 * Reads `*( OWS ";" OWS [ parameter ] )` from `start` to the end of `value` (RFC 9110 section 5.6.6): names in lower case,
 * values without quotes, of a repeated name the first. Anything else is undefined.
 */
export function parseParameters(value: string, start: number): ReadonlyMap<string, string> | undefined {
  let at = skipBlanks(value, start);
  if (at === value.length) return NO_PARAMETERS;
  const parameters = new Map<string, string>();
  while (at < value.length) {
    if (value.charCodeAt(at) !== SEMICOLON) return undefined;
    const nameStart = skipBlanks(value, at + 1);
    at = nameStart;
    if (at < value.length && value.charCodeAt(at) !== SEMICOLON) {
      const nameEnd = skipToken(value, nameStart);
      if (nameEnd === nameStart || value.charCodeAt(nameEnd) !== EQUALS) return undefined;
      at = skipParameterValue(value, nameEnd + 1);
      if (at === -1) return undefined;
      const name = value.slice(nameStart, nameEnd).toLowerCase();
      if (!parameters.has(name)) parameters.set(name, unquote(value.slice(nameEnd + 1, at)));
      at = skipBlanks(value, at);
    }
  }
  return parameters;
}

/** Where the token or quoted string that begins here ends, or -1 when there is none. */
function skipParameterValue(value: string, start: number): number {
  if (value.charCodeAt(start) === QUOTE) return skipQuotedString(value, start);
  const end = skipToken(value, start);
  return end === start ? -1 : end;
}

function skipQuotedString(value: string, start: number): number {
  for (let at = start + 1; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
    if (FIELD_VALUE[value.charCodeAt(at)] !== 1) return -1;
  }
  return -1;
}

function unquote(text: string): string {
  if (text.charCodeAt(0) !== QUOTE) return text;
  const content = text.slice(1, -1);
  return content.includes("\\") ? content.replace(/\\(.)/g, "$1") : content;
}

export function skipToken(value: string, start: number): number {
  let at = start;
  while (TOKEN[value.charCodeAt(at)] === 1) at++;
  return at;
}

export function skipBlanks(value: string, start: number): number {
  let at = start;
  while (value.charCodeAt(at) === SPACE || value.charCodeAt(at) === TAB) at++;
  return at;
}
