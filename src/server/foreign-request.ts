import type { Request } from "../http/request.ts";

/** Fields of one connection, not of the message: whoever passes a request on writes its own (RFC 9110 section 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The header fields of a request that belong to the message, in order, as names and values. */
export function endToEndFields(request: Request): [name: string, value: string][] {
  return [...request.headers].filter(([name]) => !HOP_BY_HOP.has(name));
}
