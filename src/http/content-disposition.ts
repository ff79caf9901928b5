import { parseParameters, skipBlanks, skipToken } from "./parameters.ts";

/** What a part of a multipart form says of itself. */
export interface FormDataDisposition {
  readonly name: string;
  /** Undefined when the part is a field, not a file. */
  readonly filename: string | undefined;
}

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
