import { stringifyJson } from "./json.ts";
import { RangedStream, type RangedStreamOptions, type RangeProducer } from "./ranged-stream.ts";
import { type BodyProducer, Response, type ResponseOptions } from "./response.ts";
import { reasonPhrase } from "./status.ts";
import type { TrailerProducer } from "./trailers.ts";

const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json";
const PROBLEM = "application/problem+json";
const BYTES = "application/octet-stream";

/** Options of the helpers whose content type can be chosen. */
export interface TypedResponseOptions extends ResponseOptions {
  contentType?: string;
}

/**
 * Plain text, sent as UTF-8. Throws a TypeError for anything but a string.
 *
 * @example
 * ```ts
 * import { text } from "spindash";
 *
 * console.assert(text("Hello").headers.get("content-type") === "text/plain; charset=utf-8");
 * ```
 */
export function text(body: string, options?: TypedResponseOptions): Response {
  if (typeof body !== "string")
    throw new TypeError(
      `text() takes a string, not ${describe(body)}; convert it with String(value) or use json()`,
    );
  return new Response(body, options?.contentType ?? TEXT, options);
}

/**
 * An HTML page, sent as UTF-8. Throws a TypeError for anything but a string.
 *
 * @example
 * ```ts
 * import { html } from "spindash";
 *
 * console.assert(html("<h1>Hello</h1>", { status: 201 }).status === 201);
 * ```
 */
export function html(body: string, options?: TypedResponseOptions): Response {
  if (typeof body !== "string") throw new TypeError(`html() takes a string, not ${describe(body)}`);
  return new Response(body, options?.contentType ?? HTML, options);
}

/**
 * A value as JSON. Throws when it has no JSON form (undefined, functions, BigInt, circles).
 *
 * @example
 * ```ts
 * import { json } from "spindash";
 *
 * console.assert(json({ id: 7 }).body === '{"id":7}');
 * ```
 */
export function json(value: unknown, options?: TypedResponseOptions): Response {
  return new Response(stringifyJson(value, "json()"), options?.contentType ?? JSON_TYPE, options);
}

/**
 * Bytes as they are, or a string as UTF-8, of any content type.
 *
 * @example
 * ```ts
 * import { raw } from "spindash";
 *
 * const pixel = raw(new Uint8Array([0x89, 0x50]), { contentType: "image/png" });
 * console.assert(pixel.headers.get("content-type") === "image/png");
 * ```
 */
export function raw(body: Uint8Array | string, options?: TypedResponseOptions): Response {
  if (typeof body !== "string" && !(body instanceof Uint8Array))
    throw new TypeError(`raw() takes bytes or a string, not ${describe(body)}`);
  return new Response(body, options?.contentType ?? BYTES, options);
}

/**
 * No body. @default status 204
 *
 * @example
 * ```ts
 * import { empty } from "spindash";
 *
 * console.assert(empty().status === 204);
 * ```
 */
export function empty(options?: ResponseOptions): Response {
  const response = new Response(null, "", options);
  if (options?.status === undefined) response.status = 204;
  return response;
}

/**
 * Sends the client elsewhere: a path or a URL. Whatever cannot stand in a URL is percent-encoded. @default status 302
 *
 * Throws a TypeError for `javascript:` and other schemes than http and https.
 *
 * @example
 * ```ts
 * import { redirect } from "spindash";
 *
 * console.assert(redirect("/login?then=/me").headers.get("location") === "/login?then=/me");
 * ```
 */
export function redirect(to: string, options?: ResponseOptions): Response {
  const response = new Response(null, "", options);
  if (options?.status === undefined) response.status = 302;
  if (response.status < 300 || response.status > 399)
    throw new RangeError(`A redirect's status is 3xx, not ${response.status}`);
  response.headers.set("location", encodeLocation(to));
  return response;
}

/** What {@link stream} takes besides the producer. */
export interface StreamOptions extends TypedResponseOptions {
  /**
   * Called when the body has been written, for fields that go behind it. Only clients that said `TE: trailers` over
   * HTTP/1.1 get them, and not behind a body with a `content-length`. Throwing in it, or giving a field that comes too
   * late there (RFC 9110 section 6.5.1), is an error behind the first piece.
   */
  trailers?: TrailerProducer;
}

/**
 * A body written piece by piece, each piece sent as the client can take it.
 *
 * Without a `content-length` header it is sent in chunks. An error thrown after the first piece cuts the connection, so
 * that the client sees the body is not whole. @default contentType "application/octet-stream"
 *
 * With `size`, the bytes of the whole, clients may ask for ranges (RFC 9110 section 14): the producer is then called for each
 * with `{ start, end }`, `end` not included. `etag` (with its quotes) and `lastModified` make requests for it conditional.
 * Throws a RangeError for a size that is none, a TypeError for an `etag` that is none.
 *
 * @example
 * ```ts
 * import { Spindash, stream } from "spindash";
 *
 * const app = new Spindash("counter");
 * app.get("/", () => stream(async (out) => {
 *   for (let i = 0; i < 3; i++) await out.write(`${i}\n`);
 * }, { contentType: "text/plain" }));
 * ```
 */
export function stream(producer: RangeProducer, options: RangedStreamOptions): Response;
export function stream(producer: BodyProducer, options?: StreamOptions): Response;
export function stream(
  producer: BodyProducer | RangeProducer,
  options?: StreamOptions & Partial<RangedStreamOptions>,
): Response {
  const contentType = options?.contentType ?? BYTES;
  if (options?.size !== undefined)
    return new RangedStream(producer, contentType, options as RangedStreamOptions);
  const response = new Response(producer as BodyProducer, contentType, options);
  if (options?.trailers !== undefined) response.trailers = options.trailers;
  return response;
}

/** Members of a problem besides `status` and `detail` (RFC 9457 section 3.1), and any of your own. */
export interface ProblemMembers {
  /** A URI that names the kind of problem. @default "about:blank" */
  type?: string;
  /** The kind in a few words. @default the status's reason phrase */
  title?: string;
  /** A URI that names this occurrence. */
  instance?: string;
  [extension: string]: unknown;
}

/**
 * An error as `application/problem+json` (RFC 9457).
 *
 * @example
 * ```ts
 * import { problem } from "spindash";
 *
 * const response = problem(409, "The name is taken", { type: "https://example.com/taken" });
 * console.assert(response.status === 409);
 * ```
 */
export function problem(status: number, detail?: string, members?: ProblemMembers): Response {
  const body = {
    type: "about:blank",
    title: reasonPhrase(status),
    ...members,
    status,
    ...(detail === undefined ? {} : { detail }),
  };
  return new Response(stringifyJson(body, "problem()"), PROBLEM, { status });
}

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;

function encodeLocation(to: string): string {
  const scheme = SCHEME.exec(to)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    throw new TypeError(`redirect() goes to a path or an http(s) URL, not to ${JSON.stringify(to)}`);
  }
  let encoded: string;
  try {
    encoded = encodeURI(to);
  } catch {
    throw new TypeError(`redirect() cannot encode ${JSON.stringify(to)}: it has half of a surrogate pair`);
  }
  // The target may be encoded already, and brackets are legal in hosts.
  return encoded.replaceAll("%25", "%").replaceAll("%5B", "[").replaceAll("%5D", "]");
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object"
    ? `an object (${value.constructor?.name ?? "no class"})`
    : `a ${typeof value}`;
}
