import { COMMA, TOKEN } from "../protocol/http1/characters.ts";
import { parseParameters, skipBlanks } from "./parameters.ts";

/** One member of a field by which a client says what it prefers. */
export interface Preference {
  /** In lower case: a media range, a language range, a coding. */
  readonly value: string;
  /** Without the weight; names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0, which refuses, to 1. */
  readonly quality: number;
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();
const QUOTE = 0x22;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
/** `qvalue` (RFC 9110 section 12.4.2). */
const QUALITY = /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Reads the members of `Accept`, `Accept-Language` and `Accept-Encoding` (RFC 9110 section 12.5) in the order sent. A malformed
 * member is left out; it takes nothing from the others.
 *
 * @example
 * ```ts
 * import { parsePreferences } from "spindash";
 *
 * const [first, second] = parsePreferences("text/html;level=1, *;q=0.5");
 * console.assert(first?.value === "text/html" && first.parameters.get("level") === "1" && first.quality === 1);
 * console.assert(second?.value === "*" && second.quality === 0.5);
 * ```
 */
export function parsePreferences(header: string): Preference[] {
  const preferences: Preference[] = [];
  for (let start = 0; start < header.length; ) {
    const end = memberEnd(header, start);
    const preference = readPreference(header.slice(start, end));
    if (preference !== undefined) preferences.push(preference);
    start = end + 1;
  }
  return preferences;
}

/** The comma that ends the member, or the end; a comma between quotes ends nothing. */
function memberEnd(header: string, start: number): number {
  let isQuoted = false;
  for (let at = start; at < header.length; at++) {
    const code = header.charCodeAt(at);
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (code === BACKSLASH && isQuoted) at++;
    else if (code === COMMA && !isQuoted) return at;
  }
  return header.length;
}

function readPreference(member: string): Preference | undefined {
  const start = skipBlanks(member, 0);
  let end = start;
  while (TOKEN[member.charCodeAt(end)] === 1 || member.charCodeAt(end) === SLASH) end++;
  const parameters = parseParameters(member, end);
  if (end === start || parameters === undefined) return undefined;
  const value = member.slice(start, end).toLowerCase();
  const weight = parameters.get("q");
  if (weight === undefined) return { value, parameters, quality: 1 };
  if (!QUALITY.test(weight)) return undefined;
  return { value, parameters: withoutWeight(parameters), quality: Number(weight) };
}

function withoutWeight(parameters: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (parameters.size === 1) return NO_PARAMETERS;
  const others = new Map(parameters);
  others.delete("q");
  return others;
}
