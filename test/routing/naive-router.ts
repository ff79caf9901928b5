import type { Pattern, Segment } from "../../src/routing/pattern.ts";
import type { RouteMatch } from "../../src/routing/route.ts";

/** A route as the slow and obvious matcher keeps it. */
export interface NaiveRoute {
  methods: readonly string[];
  path: string;
  /** None for every host. */
  host: string | undefined;
  strictSlashes: boolean;
  pattern: Pattern;
}

/** One way in which a route fits a path: an optional parameter may be there or not. */
interface Fit {
  route: NaiveRoute;
  segments: readonly Segment[];
  parameters: Record<string, unknown>;
}

/** Tries every pattern by itself, in the documented order. */
export function findNaively(
  routes: readonly NaiveRoute[],
  method: string,
  path: string,
  host: string,
): RouteMatch<string> {
  const fits = routes
    .filter((route) => hostRank(route.host, host) > 0)
    .flatMap((route) => fitsOf(route, path))
    .sort((one, other) => compare(one, other, host));
  // HEAD is present where GET is, but a pattern's own HEAD comes before its GET.
  const first = fits.find((fit) => answers(fit.route, method));
  const alike = fits.filter((fit) => first !== undefined && compare(fit, first, host) === 0);
  const fit = alike.find(({ route }) => route.methods.includes(method)) ?? first;
  if (fit !== undefined) return { value: describe(fit.route), parameters: fit.parameters, allowed: [] };
  const allowed = new Set(fits.flatMap(({ route }) => route.methods));
  if (allowed.has("GET")) allowed.add("HEAD");
  if (allowed.size > 0) allowed.add("OPTIONS");
  return { value: undefined, parameters: {}, allowed: [...allowed].sort() };
}

export function describe({ host, path }: Pick<NaiveRoute, "host" | "path">): string {
  return `${host ?? ""}${path}`;
}

function answers({ methods }: NaiveRoute, method: string): boolean {
  return methods.includes(method) || (method === "HEAD" && methods.includes("GET"));
}

/** How definite a host is for another: 0 where it does not fit. */
function hostRank(pattern: string | undefined, host: string): number {
  if (pattern === undefined) return 1;
  if (host.includes("@")) return 0;
  const [name = "", port] = pattern.toLowerCase().split(":");
  const [sentName = "", sentPort] = host.toLowerCase().split(":");
  if (port !== undefined && port !== sentPort) return 0;
  const withPort = port === undefined ? 0 : 1;
  if (name === sentName) return 10_000 + withPort;
  return name.startsWith("*.") && sentName.endsWith(name.slice(1)) ? name.length * 10 + withPort : 0;
}

function compare(one: Fit, other: Fit, host: string): number {
  const hosts = hostRank(other.route.host, host) - hostRank(one.route.host, host);
  if (hosts !== 0) return hosts;
  for (let index = 0; index < Math.max(one.segments.length, other.segments.length); index++) {
    const difference = segmentRank(other.segments[index]) - segmentRank(one.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function segmentRank(segment: Segment | undefined): number {
  if (segment === undefined) return -1e9;
  if (segment.kind === "literal") return 1e9;
  return segment.converter.specificity - (segment.converter.takesRest ? 1e8 : 0);
}

function fitsOf(route: NaiveRoute, path: string): Fit[] {
  const { segments } = route.pattern;
  const last = segments.at(-1);
  const isOptional = last?.kind === "parameter" && last.optional;
  const ways = isOptional ? [segments, segments.slice(0, -1)] : [segments];
  return ways.flatMap((way) => {
    const parameters = fit(route, way, path);
    if (parameters === undefined) return [];
    return [{ route, segments: way, parameters: { ...missing(segments, way), ...parameters } }];
  });
}

function missing(segments: readonly Segment[], way: readonly Segment[]): Record<string, unknown> {
  const [segment] = segments.slice(way.length);
  return segment?.kind === "parameter" ? { [segment.name]: undefined } : {};
}

/** The parameters when segments fit a path, by splitting the path and comparing one by one. */
function fit(
  { pattern, strictSlashes }: NaiveRoute,
  segments: readonly Segment[],
  path: string,
): Record<string, unknown> | undefined {
  const parts = path.split("/").slice(1);
  const last = segments.at(-1);
  if (last?.kind === "parameter" && last.converter.takesRest) {
    const rest = parts.slice(segments.length - 1).join("/");
    parts.splice(segments.length - 1, Number.POSITIVE_INFINITY, rest);
  } else {
    const slash = parts.at(-1) === "";
    if (slash) parts.pop();
    if (strictSlashes && segments.length > 0 && slash !== pattern.trailingSlash) return undefined;
  }
  if (parts.length !== segments.length) return undefined;
  const parameters: Record<string, unknown> = {};
  for (const [index, segment] of segments.entries()) {
    const value = fitSegment(segment, parts[index] ?? "");
    if (value === undefined) return undefined;
    if (segment.kind === "parameter") parameters[segment.name] = value;
  }
  return parameters;
}

function fitSegment(segment: Segment, part: string): unknown {
  if (part === "") return undefined;
  const text = decodeURIComponent(part);
  if (segment.kind === "literal") return segment.text === text ? text : undefined;
  return segment.converter.convert(text);
}
