import {
  type EntityTag,
  matchesStrongly,
  matchesWeakly,
  parseEntityTag,
  parseEntityTags,
} from "./entity-tag.ts";
import { PreconditionFailed } from "./errors.ts";
import { parseHttpDate } from "./http-date.ts";
import type { RequestHeaders } from "./request-headers.ts";

/** What tells one state of a resource from another. */
export interface Validators {
  /** As the `ETag` field carries it: `"v1"` with its quotes. */
  readonly etag?: string | undefined;
  /** When it was last changed; fractions of a second do not count. */
  readonly lastModified?: Date | undefined;
}

/** What a request is conditional on: a method and fields. */
export interface ConditionalRequest {
  readonly method: string;
  readonly headers: RequestHeaders;
}

/**
 * Evaluates a request's conditions in the order of RFC 9110 section 13.2.2: `If-Match`, else `If-Unmodified-Since`; then
 * `If-None-Match`, else `If-Modified-Since`. A date that is none is as good as not sent.
 *
 * @returns true when the client has this state already: answer 304, without a body.
 * @throws {PreconditionFailed} when the client wants another state than this one, or (with other methods than GET and HEAD)
 * not this one.
 *
 * @example
 * ```ts
 * import { empty, isNotModified, json, Spindash } from "spindash";
 *
 * const app = new Spindash("notes");
 * const note = { text: "Run", version: 3 };
 * app.get("/note", (req) => {
 *   const etag = `"${note.version}"`;
 *   const headers = { etag };
 *   return isNotModified(req, { etag }) ? empty({ status: 304, headers }) : json(note, { headers });
 * });
 * ```
 */
export function isNotModified(request: ConditionalRequest, validators: Validators): boolean {
  const { method, headers } = request;
  const tag = validators.etag === undefined ? undefined : parseEntityTag(validators.etag);
  const changed = secondsOf(validators.lastModified);
  if (!isExpectedState(headers, tag, changed)) throw new PreconditionFailed();
  const isRead = method === "GET" || method === "HEAD";
  const noneMatch = headers.get("if-none-match");
  if (noneMatch !== undefined) {
    if (!includesTag(noneMatch, tag, matchesWeakly)) return false;
    if (isRead) return true;
    throw new PreconditionFailed();
  }
  const since = isRead && changed !== undefined ? dateOf(headers, "if-modified-since") : undefined;
  return since !== undefined && changed !== undefined && changed <= since;
}

/** Whether `If-Range` lets a `Range` count: only for a state that is the same byte by byte (RFC 9110 section 13.1.5). */
export function isRangeWanted(headers: RequestHeaders, validators: Validators): boolean {
  const condition = headers.get("if-range");
  if (condition === undefined) return true;
  const wanted = parseEntityTag(condition);
  if (wanted === undefined) {
    const changed = secondsOf(validators.lastModified);
    return changed !== undefined && parseHttpDate(condition) === changed;
  }
  const tag = validators.etag === undefined ? undefined : parseEntityTag(validators.etag);
  return tag !== undefined && matchesStrongly(wanted, tag);
}

function isExpectedState(
  headers: RequestHeaders,
  tag: EntityTag | undefined,
  changed: number | undefined,
): boolean {
  const match = headers.get("if-match");
  if (match !== undefined) return includesTag(match, tag, matchesStrongly);
  const since = changed === undefined ? undefined : dateOf(headers, "if-unmodified-since");
  return since === undefined || changed === undefined || changed <= since;
}

/** The asterisk stands for any state there is. */
function includesTag(
  field: string,
  tag: EntityTag | undefined,
  isSame: (one: EntityTag, other: EntityTag) => boolean,
): boolean {
  const tags = parseEntityTags(field);
  if (tags === "*") return true;
  return tag !== undefined && tags.some((each) => isSame(each, tag));
}

function dateOf(headers: RequestHeaders, name: string): number | undefined {
  const text = headers.get(name);
  return text === undefined ? undefined : parseHttpDate(text);
}

function secondsOf(date: Date | undefined): number | undefined {
  return date === undefined ? undefined : Math.floor(date.getTime() / 1000) * 1000;
}
