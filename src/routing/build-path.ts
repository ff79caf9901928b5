import type { Pattern } from "./pattern.ts";
import { takesRest } from "./pattern.ts";
import { encodeSegment } from "./percent-encoding.ts";

/** The path of a pattern with its parameters filled in. */
export function buildPath(pattern: Pattern, parameters: Readonly<Record<string, unknown>>): string {
  let path = "";
  for (const segment of pattern.segments) {
    if (segment.kind === "literal") path += `/${segment.encoded}`;
    else if (takesRest(segment))
      path += `/${String(parameters[segment.name]).split("/").map(encodeSegment).join("/")}`;
    else path += `/${encodeSegment(String(parameters[segment.name]))}`;
  }
  return path === "" ? "/" : path;
}
