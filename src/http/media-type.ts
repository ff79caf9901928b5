import { FIELD_VALUE, SEMICOLON, SPACE, TAB, TOKEN } from "../protocol/http1/characters.ts";

/** A media type, as `Content-Type` carries it (RFC 9110 section 8.3.1). */
export interface MediaType {
  /** In lower case: `text` of `text/html`. */
  readonly type: string;
  /** In lower case: `html` of `text/html`. */
  readonly subtype: string;
  /** Both, without parameters: `text/html`. */
  readonly essence: string;
  /** By name in lower case, values as sent without quotes; of a repeated name the first. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The `charset` parameter in lower case. */
  readonly charset: string | undefined;
}

const SLASH = 0x2f;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/**
 * Reads a media type strictly; anything that is not one, to the last character, is undefined. Blanks are SP and HTAB, and
 * may stand around the whole and around `;`, nowhere else.
 *
 * @example
 * ```ts
 * import { parseMediaType } from "spindash";
 *
 * const mediaType = parseMediaType('Text/HTML; charset="UTF-8"');
 * console.assert(mediaType?.essence === "text/html");
 * console.assert(mediaType?.charset === "utf-8");
 * ```
 */
export function parseMediaType(value: string): MediaType | undefined {
  const start = skipBlanks(value, 0);
  const slash = skipToken(value, start);
  if (slash === start || value.charCodeAt(slash) !== SLASH) return undefined;
  const end = skipToken(value, slash + 1);
  if (end === slash + 1) return undefined;
  const parameters = parseParameters(value, end);
  if (parameters === undefined) return undefined;
  const essence = value.slice(start, end).toLowerCase();
  return {
    type: essence.slice(0, slash - start),
    subtype: essence.slice(slash - start + 1),
    essence,
    parameters,
    charset: parameters.get("charset")?.toLowerCase(),
  };
}

/** `*( OWS ";" OWS [ parameter ] )` from here to the end, or undefined. */
function parseParameters(value: string, start: number): ReadonlyMap<string, string> | undefined {
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

function skipToken(value: string, start: number): number {
  let at = start;
  while (TOKEN[value.charCodeAt(at)] === 1) at++;
  return at;
}

function skipBlanks(value: string, start: number): number {
  let at = start;
  while (value.charCodeAt(at) === SPACE || value.charCodeAt(at) === TAB) at++;
  return at;
}
