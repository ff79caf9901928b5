import type { Request } from "./request.ts";
import { type HeadersInit, ResponseHeaders } from "./response-headers.ts";

/**
 * Gives the fields that go behind a streamed body, when the body has been written: checksums, timings, a final status.
 */
export type TrailerProducer = () => HeadersInit | Promise<HeadersInit>;

/**
 * Fields that frame, route, describe or authorise a message, or control what is done with it: too late behind its body
 * (RFC 9110 section 6.5.1).
 */
const TOO_LATE = new Set([
  "age",
  "authorization",
  "cache-control",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "expect",
  "expires",
  "host",
  "location",
  "max-forwards",
  "pragma",
  "proxy-authenticate",
  "proxy-authorization",
  "range",
  "retry-after",
  "set-cookie",
  "te",
  "trailer",
  "upgrade",
  "vary",
  "warning",
  "www-authenticate",
]);

/** The trailer fields. Throws a TypeError for one that cannot be sent or comes too late there. */
export function checkTrailers(init: HeadersInit): ResponseHeaders {
  const fields = new ResponseHeaders(init);
  for (const [name] of fields) {
    if (TOO_LATE.has(name)) {
      throw new TypeError(
        `The field ${name} cannot be a trailer: behind the body it comes too late to be obeyed; set it as a header`,
      );
    }
  }
  return fields;
}

/** Whether the client takes trailer fields: `TE: trailers` (RFC 9110 section 10.1.4). */
export function takesTrailers(request: Request): boolean {
  const accepted = request.headers.get("te");
  return accepted?.split(",").some((each) => each.trim().toLowerCase() === "trailers") === true;
}
