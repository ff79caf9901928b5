import { SetupError } from "../http/setup-error.ts";
import { type Converter, converters } from "./converters.ts";
import { nearestName } from "./nearest-name.ts";
import { decodePercent, describeMalformed, encodeSegment } from "./percent-encoding.ts";

/** Fixed text between two slashes of a pattern. */
interface LiteralSegment {
  readonly kind: "literal";
  /** Percent-decoded: what a request's segment must decode to. */
  readonly text: string;
  /** The same text as clients send it. */
  readonly encoded: string;
}

/** A parameter; covers its whole segment, and the whole rest of the path when its type is `path`. */
interface ParameterSegment {
  readonly kind: "parameter";
  readonly name: string;
  readonly converter: Converter;
}

/** What stands between two slashes of a {@link Pattern}. */
export type Segment = LiteralSegment | ParameterSegment;

/** A route's path, read and checked. */
export interface Pattern {
  /** As it was written. */
  readonly source: string;
  /** Without the empty one a trailing slash makes; none at all for `/`. */
  readonly segments: readonly Segment[];
  readonly parameterNames: readonly string[];
  /** Whether the source ends with a slash; false for `/`. */
  readonly trailingSlash: boolean;
}

type ParameterTypeMap = ReadonlyMap<string, Converter>;

/** Names a path parameter may not have, because the arguments of a handler carry these too. */
export const reservedParameterNames: ReadonlySet<string> = new Set([
  "body",
  "query",
  "headers",
  "cookies",
  "form",
]);

/** Words other frameworks and languages use for our types. */
const familiarTypes: ReadonlyMap<string, string> = new Map([
  ["string", "str"],
  ["number", "float"],
  ["integer", "int"],
  ["date", "ymd"],
  ["guid", "uuid"],
]);

/**
 * Reads the path of a route; `types` are the parameter types it may name.
 *
 * A segment is a parameter when it is `<name>`, `<name:type>` or `:name` (short for `<name:str>`; the types are the keys
 * of {@link converters}); everything else is literal. Literals stand for their percent-decoded text, so `/café` and
 * `/caf%C3%A9` are one pattern, and `%3A`, `%3C`, `%25` write a `:` at the start, a `<` and a percent sign that mean
 * themselves.
 *
 * @throws SetupError when the path does not start with a slash, has an empty segment, a malformed encoding, a query or
 * a fragment, a parameter of a bad, reserved, or repeated name or of an unknown type, one that shares its segment
 * with other text, or a `path` parameter that is not last.
 */
export function parsePattern(path: string, types: ParameterTypeMap = converters): Pattern {
  if (!path.startsWith("/")) throw mistake(path, `it does not start with a slash; write "/${path}"`);
  if (path.includes("//"))
    throw mistake(path, "it has an empty segment; write one slash where there are two");
  const trailingSlash = path.length > 1 && path.endsWith("/");
  const inner = path.slice(1, trailingSlash ? -1 : undefined);
  const segments = inner === "" ? [] : inner.split("/").map((segment) => parseSegment(segment, path, types));
  const parameters = segments.filter((segment) => segment.kind === "parameter");
  assertNamesDiffer(parameters, path);
  assertOnlyLastTakesRest(segments, path);
  return { source: path, segments, parameterNames: parameters.map(({ name }) => name), trailingSlash };
}

/** Whether a segment takes the whole rest of the path. */
export function takesRest(segment: Segment | undefined): boolean {
  return segment?.kind === "parameter" && segment.converter.name === "path";
}

function parseSegment(segment: string, path: string, types: ParameterTypeMap): Segment {
  if (segment.startsWith(":")) return parseShortParameter(segment, path, types);
  if (!/[<>]/.test(segment)) return parseLiteral(segment, path);
  if (!/^(?:[^<>]*<[^<>]*>)+[^<>]*$/.test(segment)) {
    throw mistake(
      path,
      `"<" and ">" do not pair up in "${segment}"; write a parameter as "<name>" or "<name:type>"`,
    );
  }
  if (!/^<[^<>]*>$/.test(segment)) {
    throw mistake(
      path,
      `a parameter covers a whole segment, and "${segment}" is more than one; give it its own`,
    );
  }
  const [name = "", type = "str", ...more] = segment.slice(1, -1).split(":");
  if (more.length > 0) throw mistake(path, `"${segment}" has more than one colon; write "<name:type>"`);
  return parseParameter(name, type, path, types);
}

function parseShortParameter(segment: string, path: string, types: ParameterTypeMap): ParameterSegment {
  const name = segment.slice(1);
  if (name.includes(":"))
    throw mistake(path, `"${segment}" has more than one colon; write "<${name}>" to give a type`);
  return parseParameter(name, "str", path, types);
}

function parseParameter(name: string, type: string, path: string, types: ParameterTypeMap): ParameterSegment {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw mistake(path, `"${name}" cannot name a parameter; use letters, digits and "_", and no digit first`);
  }
  if (name.startsWith("__"))
    throw mistake(path, `the parameter name "${name}" starts with "__"; choose another`);
  if (reservedParameterNames.has(name)) {
    const reserved = [...reservedParameterNames].join(", ");
    throw mistake(
      path,
      `the parameter name "${name}" is reserved, as are all of ${reserved}; choose another`,
    );
  }
  const converter = types.get(type);
  if (converter === undefined) throw unknownType(type, path, types);
  return { kind: "parameter", name, converter };
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

function assertOnlyLastTakesRest(segments: readonly Segment[], path: string): void {
  if (segments.slice(0, -1).some(takesRest)) {
    throw mistake(path, `a parameter of type "path" takes the rest of the path; make it the last segment`);
  }
}

function unknownType(type: string, path: string, types: ParameterTypeMap): SetupError {
  const meant = familiarTypes.get(type) ?? nearestName(type, types.keys());
  const suggestion = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  const known = [...types.keys()].sort().join(", ");
  return mistake(path, `there is no parameter type "${type}".${suggestion} The types are ${known}`);
}

function mistake(path: string, problem: string, options?: ErrorOptions): SetupError {
  return new SetupError(`Route path "${path}" is not valid: ${problem}.`, options);
}
