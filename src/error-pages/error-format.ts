import { selectMediaType } from "../http/accept.ts";
import { parsePreferences } from "../http/preferences.ts";
import type { Request } from "../http/request.ts";

/** How an error is shown: as a page, as text, as plain JSON, or as a problem (RFC 9457). */
export type ErrorFormat = "html" | "text" | "json" | "problem";

/** One format for all, or the one that each client likes best. */
export type ErrorFormatSetting = ErrorFormat | "auto";

/** Every value of the setting and the route option `errorFormat`. */
export const errorFormats: readonly ErrorFormatSetting[] = ["auto", "html", "text", "json", "problem"];

const JSON_TYPE = "application/json";
const PROBLEM_TYPE = "application/problem+json";

const FORMATS: ReadonlyMap<string, ErrorFormat> = new Map([
  ["text/plain", "text"],
  [JSON_TYPE, "json"],
  [PROBLEM_TYPE, "problem"],
  ["text/html", "html"],
]);

/**
 * The format for a request: the one that is set, else the one its client likes best.
 *
 * Among formats the client likes equally, a JSON one comes first where it is named by its name, or where the request brings
 * JSON; then come text, JSON, problem and HTML. So a browser gets a page, a client of an API JSON, and one that takes
 * anything text. It also gets text when it takes none of these.
 */
export function chooseErrorFormat(request: Request, setting: ErrorFormatSetting): ErrorFormat {
  if (setting !== "auto") return setting;
  const accept = request.headers.get("accept");
  const named = accept === undefined ? [] : namedJsonTypes(accept);
  const brought = bringsJson(request) ? [JSON_TYPE] : [];
  const chosen = selectMediaType(accept, [...new Set([...named, ...brought, ...FORMATS.keys()])]);
  return FORMATS.get(chosen ?? "") ?? "text";
}

function namedJsonTypes(accept: string): string[] {
  return parsePreferences(accept)
    .map(({ value }) => value)
    .filter((value) => value === JSON_TYPE || value === PROBLEM_TYPE);
}

function bringsJson(request: Request): boolean {
  const { mediaType } = request;
  return mediaType !== undefined && (mediaType.essence === JSON_TYPE || mediaType.subtype.endsWith("+json"));
}
