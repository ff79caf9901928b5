import type { ParameterSegment } from "./parameter.ts";
import type { Pattern } from "./pattern.ts";
import { encodeSegment } from "./percent-encoding.ts";
import { UrlBuildError } from "./url-build-error.ts";

/** What a path is made of: a route's pattern, and how its requests are read. */
export interface PathTemplate {
  readonly name: string;
  readonly pattern: Pattern;
  readonly strictSlashes: boolean;
  readonly decode: boolean;
}

/** What clients take for "here" and "one level up", encoded or not (WHATWG URL, path state). */
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i;
/** Characters that a path may hold as they are, so that a value can be handed over as it is sent. */
const SENT_AS_IS = /^[!$%&'()*+,./0-9:;=@A-Z_a-z~-]*$/;

/**
 * The path of a route with its parameters filled in, percent-encoded: a request for it is matched with the same values.
 *
 * @throws UrlBuildError when one is missing or of the wrong type, or cannot be spelled in a URL.
 */
export function buildPath(route: PathTemplate, parameters: Readonly<Record<string, unknown>>): string {
  const { pattern, strictSlashes } = route;
  let path = "";
  for (const segment of pattern.segments) {
    if (segment.kind === "literal") path += `/${segment.encoded}`;
    else if (isGiven(parameters, segment.name))
      path += `/${spell(route, segment, parameters[segment.name], path === "")}`;
    else if (!segment.optional) throw missing(route, segment, parameters);
  }
  if (path === "") return "/";
  return strictSlashes && pattern.trailingSlash ? `${path}/` : path;
}

function isGiven(parameters: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(parameters, name) && parameters[name] !== undefined;
}

function spell(route: PathTemplate, segment: ParameterSegment, value: unknown, isFirst: boolean): string {
  const { converter, name } = segment;
  const text = converter.format(value);
  if (text === undefined || converter.convert(text) === undefined) {
    throw new UrlBuildError(
      `The parameter "${name}" of the route ${route.name} is not of type ${converter.name}: ${describe(value)}`,
    );
  }
  const isAsSent = !route.decode && (converter.name === "str" || converter.name === "path");
  const spelled = isAsSent ? checkSent(route, segment, text) : encode(route, segment, text);
  if (spelled.split("/").some((part) => DOT_SEGMENT.test(part))) {
    throw new UrlBuildError(
      `The parameter "${name}" of the route ${route.name} is or has a dot segment, which clients resolve: ${describe(value)}`,
    );
  }
  // Two slashes at the start would name another server.
  return isFirst && spelled.startsWith("/") ? `%2F${spelled.slice(1)}` : spelled;
}

function encode(route: PathTemplate, { converter, name }: ParameterSegment, text: string): string {
  try {
    return converter.takesRest ? text.split("/").map(encodeSegment).join("/") : encodeSegment(text);
  } catch (cause) {
    const message = `The parameter "${name}" of the route ${route.name} holds half of a surrogate pair, which no URL can`;
    throw new UrlBuildError(message, { cause });
  }
}

/** A value of a route that does not decode: it stands in the path as it is, if it can. */
function checkSent(route: PathTemplate, { converter, name }: ParameterSegment, text: string): string {
  const isSpelled = SENT_AS_IS.test(text) && (converter.takesRest || !text.includes("/"));
  if (isSpelled && !text.startsWith("/")) return text;
  throw new UrlBuildError(
    `The parameter "${name}" of the route ${route.name}, which does not decode, must be percent-encoded already: ${describe(text)}`,
  );
}

function missing(
  route: PathTemplate,
  { name, converter }: ParameterSegment,
  parameters: Readonly<Record<string, unknown>>,
): UrlBuildError {
  const given = Object.keys(parameters).map((key) => JSON.stringify(key));
  return new UrlBuildError(
    `The route ${route.name} (${route.pattern.source}) needs the parameter "${name}" of type ${converter.name}; given: ${given.join(", ") || "none"}`,
  );
}

function describe(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Date) return String(value);
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
}
