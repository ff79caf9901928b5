import type { UrlOptions } from "../http/url-for.ts";
import { buildPath } from "../routing/build-path.ts";
import { nearestName } from "../routing/nearest-name.ts";
import { UrlBuildError } from "../routing/url-build-error.ts";
import type { RouteRecord } from "./route.ts";
import { originOf, type UrlBase } from "./url-origin.ts";

const OPTION_NAMES = ["query", "anchor", "external", "scheme", "host", "server"];

/**
 * The URL of a route.
 *
 * @throws UrlBuildError for a parameter that is missing or of the wrong type, and for a host that cannot be known.
 */
export function urlFor(
  route: RouteRecord,
  parameters: Readonly<Record<string, unknown>> = {},
  options: UrlOptions = {},
  base: UrlBase = {},
): string {
  assertOptions(route, options);
  const { name, pattern, strictSlashes } = route;
  const decode = route.decode || route.declaration?.decodesItself === true;
  const path = buildPath({ name, pattern, strictSlashes, decode }, parameters);
  const query = queryOf(route, parameters, options);
  const anchor = options.anchor === undefined ? "" : `#${encodeURI(options.anchor).replaceAll("#", "%23")}`;
  const mountPath = base.request?.mountPath ?? "";
  return originOf(route, options, base) + mountPath + path + (query === "" ? "" : `?${query}`) + anchor;
}

/** @throws UrlBuildError naming the nearest route. */
export function unknownRoute(name: string, known: Iterable<string>): UrlBuildError {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? "app.routes lists them" : `did you mean ${JSON.stringify(nearest)}?`;
  return new UrlBuildError(`There is no route named ${JSON.stringify(name)}; ${hint}`);
}

function assertOptions(route: RouteRecord, options: UrlOptions): void {
  for (const name of Object.keys(options)) {
    if (OPTION_NAMES.includes(name)) continue;
    const nearest = nearestName(name, OPTION_NAMES);
    throw new UrlBuildError(
      `The URL of the route ${route.name} has an unknown option "${name}"; ${nearest === undefined ? `known ones: ${OPTION_NAMES.join(", ")}` : `did you mean ${nearest}?`}`,
    );
  }
}

function queryOf(
  route: RouteRecord,
  parameters: Readonly<Record<string, unknown>>,
  { query = {} }: UrlOptions,
): string {
  const ofPath = new Set(route.pattern.parameters.map(({ name }) => name));
  const search = new URLSearchParams();
  for (const name of Object.keys(parameters)) {
    if (ofPath.has(name) || Object.hasOwn(query, name)) continue;
    assertMeantForQuery(route, name, parameters);
    append(search, route, name, parameters[name]);
  }
  for (const [name, value] of Object.entries(query)) append(search, route, name, value);
  return search.toString();
}

function append(search: URLSearchParams, route: RouteRecord, name: string, value: unknown): void {
  for (const each of Array.isArray(value) ? value : [value])
    if (each !== undefined && each !== null) search.append(name, textOf(route, name, each));
}

/** What the path does not have goes to the query, unless it looks like a mistake. */
function assertMeantForQuery(
  route: RouteRecord,
  name: string,
  parameters: Readonly<Record<string, unknown>>,
): void {
  const option = OPTION_NAMES.find((known) => name === `_${known}`);
  if (option !== undefined)
    throw new UrlBuildError(
      `"${name}" is no parameter of the route ${route.name}; write it into the third argument: { ${option} }`,
    );
  const absent = route.pattern.parameters.filter((known) => parameters[known.name] === undefined);
  const meant = nearestName(
    name,
    absent.map((known) => known.name),
  );
  if (meant !== undefined)
    throw new UrlBuildError(
      `The route ${route.name} has no parameter "${name}"; did you mean "${meant}"? For the query write { query: { ${name} } } as third argument`,
    );
}

function textOf(route: RouteRecord, name: string, value: unknown): string {
  if (["string", "number", "bigint", "boolean"].includes(typeof value)) return String(value);
  throw new UrlBuildError(
    `The route ${route.name} has no parameter "${name}", and as a query parameter it must be text, a number or a boolean, or a list of those`,
  );
}
