import { parseParameters, skipBlanks, skipToken } from "./parameters.ts";

/** What a part of a multipart form says of itself. */
export interface FormDataDisposition {
  readonly name: string;
  /** Undefined when the part is a field, not a file. */
  readonly filename: string | undefined;
}

/** Stands for what cannot be in the name of a file, and for text directions that would disguise its ending. */
const UNFIT_FOR_NAMES = /[\p{Cc}\p{Bidi_Control}/\\]/gu;
/** Outside these, readers of a quoted name disagree: about quotes, backslashes, percent signs and anything past ASCII. */
const DISPUTED_IN_QUOTES = /[^A-Za-z0-9 !#$&'()+,.;=@[\]^_`{}~-]/gu;

const EXTENDED_VALUE = /^utf-8'[^']*'(.*)$/i;

/**
 * Reads a part's Content-Disposition (RFC 7578 section 4.2): `form-data` with a name. Anything else is undefined.
 *
 * Names arrive as browsers send them: UTF-8, with `%22`, `%0D` and `%0A` for what cannot stand between quotes. A
 * `filename*` (RFC 8187) wins over `filename`.
 */
export function parseFormDataDisposition(value: string): FormDataDisposition | undefined {
  const start = skipBlanks(value, 0);
  const end = skipToken(value, start);
  if (value.slice(start, end).toLowerCase() !== "form-data") return undefined;
  const parameters = parseParameters(value, end);
  const name = parameters?.get("name");
  if (parameters === undefined || name === undefined) return undefined;
  const filename = decodeExtended(parameters.get("filename*")) ?? parameters.get("filename");
  return { name: decodeName(name), filename: filename === undefined ? undefined : decodeName(filename) };
}

/**
 * The value of a response's `Content-Disposition` (RFC 6266): whether to show the content or to save it, and under which name.
 * A name past plain ASCII goes into `filename*` as UTF-8 (RFC 8187), with a plain one beside it for old clients. Characters
 * that no file's name should have (control characters, slashes, marks that turn the direction of text) become `_`.
 *
 * @example
 * ```ts
 * import { formatContentDisposition } from "spindash";
 *
 * const value = formatContentDisposition("attachment", "Résumé.pdf");
 * console.assert(value === `attachment; filename="R_sum_.pdf"; filename*=UTF-8''R%C3%A9sum%C3%A9.pdf`);
 * ```
 */
export function formatContentDisposition(disposition: "attachment" | "inline", filename = ""): string {
  // Through bytes and back: half a surrogate pair cannot be encoded.
  const name = Buffer.from(filename).toString().replaceAll(UNFIT_FOR_NAMES, "_");
  if (name === "") return disposition;
  const plain = name.replaceAll(DISPUTED_IN_QUOTES, "_");
  const start = `${disposition}; filename="${plain}"`;
  return plain === name ? start : `${start}; filename*=UTF-8''${encodeExtended(name)}`;
}

/** `ext-value` without its charset (RFC 8187 section 3.2.1): `encodeURIComponent` leaves three characters too many. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[*'()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decodeName(name: string): string {
  const text = Buffer.from(name, "latin1").toString("utf8");
  if (!text.includes("%")) return text;
  return text.replaceAll("%22", '"').replaceAll(/%0d/gi, "\r").replaceAll(/%0a/gi, "\n");
}

function decodeExtended(value: string | undefined): string | undefined {
  const encoded = value === undefined ? undefined : EXTENDED_VALUE.exec(value)?.[1];
  if (encoded === undefined) return undefined;
  try {
    // The caller decodes UTF-8 from one character per byte.
    return Buffer.from(decodeURIComponent(encoded), "utf8").toString("latin1");
  } catch {
    return undefined;
  }
}
