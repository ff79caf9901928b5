import { type ByteRange, formatContentRange, parseByteRanges } from "./byte-range.ts";
import { isNotModified, isRangeWanted, type Validators } from "./conditions.ts";
import { RangeNotSatisfiable } from "./errors.ts";
import { formatHttpDate, parseHttpDate } from "./http-date.ts";
import { MultipartRanges } from "./multipart-ranges.ts";
import type { Request } from "./request.ts";
import type { BodyWriter, Response } from "./response.ts";
import type { ResponseHeaders } from "./response-headers.ts";

/** Bytes of known size that can be read from any place. */
export interface Content extends Validators {
  readonly size: number;
  /** All of it where it is in memory, else null. */
  readonly bytes: Uint8Array | null;
  /** Writes a part of it. */
  write(out: BodyWriter, range: ByteRange): Promise<void> | void;
}

/** Says of the content itself; a 304 leaves it out (RFC 9110 section 15.4.5). */
const REPRESENTATION_FIELDS = [
  "content-type",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "accept-ranges",
];

/**
 * Makes `response` the answer to a request for `content`: whole, one or several ranges of it (RFC 9110 section 14), or 304
 * when the client has it already. A status other than 200 is left alone, and so are validators the response has.
 *
 * @throws {PreconditionFailed} or {@link RangeNotSatisfiable}, which are answers too.
 */
export function fillWithContent(response: Response, request: Request, content: Content): Response {
  const { headers } = response;
  if (response.status !== 200) return fillWhole(response, content);
  const validators = validate(headers, content);
  if (isNotModified(request, validators)) return emptied(response);
  headers.set("accept-ranges", "bytes");
  const ranges = wantedRanges(request, validators, content.size);
  if (ranges === undefined) return fillWhole(response, content);
  const [first] = ranges;
  if (first === undefined) throw new RangeNotSatisfiable(content.size);
  response.status = 206;
  return ranges.length === 1 ? fillRange(response, content, first) : fillRanges(response, content, ranges);
}

/** Those that the response has from the program win over those of the content. */
function validate(headers: ResponseHeaders, content: Validators): Validators {
  const { etag, lastModified } = content;
  const hasOwnTag = headers.has("etag");
  const hasOwnDate = headers.has("last-modified");
  if (etag !== undefined && !hasOwnTag) headers.set("etag", etag);
  if (lastModified !== undefined && !hasOwnDate)
    headers.set("last-modified", formatHttpDate(lastModified.getTime()));
  if (!hasOwnTag && !hasOwnDate) return content;
  const changed = parseHttpDate(headers.get("last-modified") ?? "");
  return { etag: headers.get("etag"), lastModified: changed === undefined ? undefined : new Date(changed) };
}

function wantedRanges(request: Request, validators: Validators, size: number): ByteRange[] | undefined {
  const { headers, method } = request;
  const range = method === "GET" ? headers.get("range") : undefined;
  if (range === undefined || !isRangeWanted(headers, validators)) return undefined;
  return parseByteRanges(range, size);
}

function emptied(response: Response): Response {
  for (const name of REPRESENTATION_FIELDS) response.headers.delete(name);
  response.status = 304;
  response.body = null;
  return response;
}

function fillWhole(response: Response, content: Content): Response {
  return fillPart(response, content, { start: 0, end: content.size });
}

function fillRange(response: Response, content: Content, range: ByteRange): Response {
  response.headers.set("content-range", formatContentRange(range, content.size));
  return fillPart(response, content, range);
}

function fillPart(response: Response, content: Content, { start, end }: ByteRange): Response {
  if (content.bytes !== null) {
    response.body = content.bytes.subarray(start, end);
    return response;
  }
  response.headers.set("content-length", end - start);
  response.body = (out) => content.write(out, { start, end });
  return response;
}

function fillRanges(response: Response, content: Content, ranges: readonly ByteRange[]): Response {
  const { headers } = response;
  const multipart = new MultipartRanges(ranges, content.size, headers.get("content-type") ?? "");
  headers.set("content-type", multipart.contentType);
  headers.set("content-length", multipart.length);
  response.body = (out) =>
    multipart.write(
      (text) => out.write(text),
      (range) => content.write(out, range),
    );
  return response;
}
