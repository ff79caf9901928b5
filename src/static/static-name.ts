import { BadRequest, NotFound } from "../http/errors.ts";
import { decodePercent, describeMalformed } from "../routing/percent-encoding.ts";

/**
 * The name of a file as the rest of a path has it, decoded segment by segment: an encoded slash separates nothing, and no
 * file has one in its name.
 *
 * @throws {BadRequest} for a malformed encoding, {@link NotFound} for a name with an encoded slash.
 */
export function decodeName(rest: string): string {
  if (!rest.includes("%")) return rest;
  return rest.split("/").map(decodeSegment).join("/");
}

function decodeSegment(segment: string): string {
  const decoded = decodePercent(segment);
  if (decoded === undefined) throw new BadRequest(`The path is malformed: ${describeMalformed(segment)}`);
  if (decoded.includes("/")) throw new NotFound("There is no such file");
  return decoded;
}
