import { SetupError } from "../http/setup-error.ts";
import { converters } from "./converters.ts";
import {
  ParameterMistake,
  type ParameterSegment,
  type ParameterTypeMap,
  parseParameter,
} from "./parameter.ts";
import { type PatternPiece, splitPattern } from "./pattern-segments.ts";
import { decodePercent, describeMalformed, encodeSegment } from "./percent-encoding.ts";

/** Fixed text between two slashes of a pattern. */
interface LiteralSegment {
  readonly kind: "literal";
  /** Percent-decoded: what a request's segment must decode to. */
  readonly text: string;
  /** The same text as clients send it. */
  readonly encoded: string;
}

/** What stands between two slashes of a {@link Pattern}. */
export type Segment = LiteralSegment | ParameterSegment;

/** A route's path, read and checked. */
export interface Pattern {
  /** As it was written. */
  readonly source: string;
  /** Without the empty one a trailing slash makes; none at all for `/`. */
  readonly segments: readonly Segment[];
  readonly parameters: readonly ParameterSegment[];
  readonly parameterNames: readonly string[];
  /** Whether the source ends with a slash; false for `/`. */
  readonly trailingSlash: boolean;
}

/**
 * Reads the path of a route; `types` are the parameter types it may name.
 *
 * A segment is a parameter when it is `<name>`, `<name:type>` or `:name` (short for `<name:str>`; the types are the keys
 * of {@link converters}, `ext`, and regular expressions); everything else is literal. With a question mark after its name
 * the last parameter may be missing. Literals stand for their percent-decoded text, so `/café` and `/caf%C3%A9` are one
 * pattern, and `%3A`, `%3C`, `%25` write a `:` at the start, a `<` and a percent sign that mean themselves.
 *
 * @throws SetupError when the path does not start with a slash, has an empty segment, a malformed encoding, a query or
 * a fragment, a parameter of a bad, reserved, or repeated name or of an unknown type, one that shares its segment
 * with other text, or one that is optional or takes the rest of the path and is not last.
 */
export function parsePattern(path: string, types: ParameterTypeMap = converters): Pattern {
  if (!path.startsWith("/")) throw mistake(path, `it does not start with a slash; write "/${path}"`);
  const pieces = splitPattern(path);
  const endsEmpty = pieces.at(-1)?.text === "";
  if (endsEmpty) pieces.pop();
  const segments = pieces.map((piece) => parseSegment(piece, path, types));
  const parameters = segments.filter((segment) => segment.kind === "parameter");
  assertNamesDiffer(parameters, path);
  assertOnlyLastIsOpen(segments, path);
  const parameterNames = parameters.map(({ name }) => name);
  const trailingSlash = endsEmpty && segments.length > 0;
  return { source: path, segments, parameters, parameterNames, trailingSlash };
}

/** Whether a segment takes the whole rest of the path. */
export function takesRest(segment: Segment | undefined): boolean {
  return segment?.kind === "parameter" && segment.converter.takesRest;
}

/** Whether a segment is a parameter that may be missing. */
export function isOptional(segment: Segment | undefined): boolean {
  return segment?.kind === "parameter" && segment.optional;
}

function parseSegment({ text, bracketsEnd }: PatternPiece, path: string, types: ParameterTypeMap): Segment {
  if (text === "") throw mistake(path, "it has an empty segment; write one slash where there are two");
  const isShort = text.startsWith(":");
  if (isShort && text.includes(":", 1))
    throw mistake(path, `"${text}" has more than one colon; write "<${text.slice(1)}>" to give a type`);
  if (!isShort && bracketsEnd === 0 && !/[<>]/.test(text)) return parseLiteral(text, path);
  if (!isShort && bracketsEnd !== text.length) throw bracketMistake(text, path);
  try {
    return parseParameter(isShort ? text.slice(1) : text.slice(1, -1), types);
  } catch (error) {
    if (error instanceof ParameterMistake) throw mistake(path, error.message);
    throw error;
  }
}

function bracketMistake(segment: string, path: string): SetupError {
  return mistake(
    path,
    /^(?:[^<>]*<[^<>]*>)+[^<>]*$/.test(segment)
      ? `a parameter covers a whole segment, and "${segment}" is more than one; give it its own`
      : `"<" and ">" do not pair up in "${segment}"; write a parameter as "<name>" or "<name:type>"`,
  );
}

function parseLiteral(segment: string, path: string): LiteralSegment {
  if (/[?#]/.test(segment)) {
    throw mistake(path, `a path has neither query nor fragment; write "%3F" for "?" and "%23" for "#"`);
  }
  const text = decodePercent(segment);
  if (text === undefined) {
    throw mistake(path, `in "${segment}" ${describeMalformed(segment)}; write "%25" for a percent sign`);
  }
  try {
    return { kind: "literal", text, encoded: encodeSegment(text) };
  } catch (cause) {
    throw mistake(path, `"${segment}" holds half of a surrogate pair, which no request can spell`, { cause });
  }
}

function assertNamesDiffer(parameters: readonly ParameterSegment[], path: string): void {
  const seen = new Set<string>();
  for (const { name } of parameters) {
    if (seen.has(name)) throw mistake(path, `two parameters are called "${name}"; give each its own name`);
    seen.add(name);
  }
}

function assertOnlyLastIsOpen(segments: readonly Segment[], path: string): void {
  for (const segment of segments.slice(0, -1)) {
    if (takesRest(segment))
      throw mistake(path, `only the last parameter can take the rest of the path; make it the last segment`);
    if (isOptional(segment)) throw mistake(path, "only the last segment can be optional");
  }
}

function mistake(path: string, problem: string, options?: ErrorOptions): SetupError {
  return new SetupError(`Route path "${path}" is not valid: ${problem}.`, { ...options, code: "E_BAD_PATH" });
}
