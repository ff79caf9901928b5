import { parseParameters, skipBlanks, skipToken } from "./parameters.ts";

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
