import type { RequestHeaders } from "../../http/request-headers.ts";
import { isBodiless } from "../../http/status.ts";
import { hasToken } from "../websocket/token-list.ts";
import { BodyFraming } from "./response-writer.ts";

/** Past 15 digits a length could not be counted exactly. */
const LENGTH = /^\d{1,15}$/;

/**
 * How the body of a response is delimited (RFC 9112 section 6.3): its length in bytes, or one of {@link BodyFraming}.
 *
 * @param method of the request: the response to HEAD has the fields of a body and no body.
 * @returns what is wrong with the fields, as text, when they do not say it clearly.
 */
export function readResponseFraming(method: string, status: number, fields: RequestHeaders): number | string {
  const lengths = fields.getAll("content-length");
  const codings = fields.getAll("transfer-encoding");
  const problem = findProblem(status, lengths, codings);
  if (problem !== undefined) return problem;
  if (method === "HEAD" || isBodiless(status)) return BodyFraming.None;
  if (codings.length > 0) return BodyFraming.Chunked;
  return lengths.length > 0 ? Number(lengths[0]) : BodyFraming.Close;
}

/** Whether the connection stays open behind a response whose end is known without closing (RFC 9112 section 9.3). */
export function responsePersists(minorVersion: number, fields: RequestHeaders): boolean {
  const options = fields.get("connection");
  if (hasToken(options, "close")) return false;
  return minorVersion === 1 || hasToken(options, "keep-alive");
}

function findProblem(
  status: number,
  lengths: readonly string[],
  codings: readonly string[],
): string | undefined {
  if (lengths.length > 1) return "More than one Content-Length";
  if (lengths.length > 0 && !LENGTH.test(lengths[0] ?? "")) return "Content-Length is not a decimal number";
  if (codings.length > 0 && lengths.length > 0) return "Both Content-Length and Transfer-Encoding";
  if (codings.length > 0 && codings.join().toLowerCase() !== "chunked")
    return "The only transfer coding understood is one chunked";
  // A length is allowed in a 304: what a 200 would have had (RFC 9110 section 8.6).
  const isBare = status < 200 || status === 204;
  if (isBare && lengths.length + codings.length > 0) return `A ${status} response announces a body`;
  return undefined;
}
