import { parseSize } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import { SetupError } from "../http/setup-error.ts";
import type { LinkTarget, UrlOptions } from "../http/url-for.ts";
import type { Converter } from "../routing/converter.ts";
import { parseHostPattern } from "../routing/host.ts";
import { HostRouter } from "../routing/host-router.ts";
import { nearestName } from "../routing/nearest-name.ts";
import { parsePattern } from "../routing/pattern.ts";
import { UrlBuildError } from "../routing/url-build-error.ts";
import { parseVersion, versionedPath } from "../routing/version.ts";
import { readErrorFormat } from "./config-value.ts";
import type { RouteOptions } from "./handler.ts";
import { Prefixes } from "./prefixes.ts";
import type { RegisteredRoute, RouteDeclaration } from "./registration.ts";
import type { RouteRecord } from "./route.ts";
import { checkRouteMiddleware } from "./route-middleware.ts";
import type { Scope } from "./scope.ts";
import { notFound, otherMethods, unreadable, withoutPath } from "./stand-ins.ts";
import { unknownRoute, urlFor } from "./url-for.ts";
import type { UrlBase } from "./url-origin.ts";
import { inputLocations } from "./validation/input-location.ts";

const OPTION_NAMES = [
  "name",
  "host",
  "version",
  "versionPrefix",
  "strictSlashes",
  "decode",
  "bodyLimit",
  "errorFormat",
  "validationStatus",
  ...inputLocations,
  "inject",
  "onRequest",
  "use",
  "onResponse",
  "skip",
  "origins",
  "subprotocols",
  "messageLimit",
];
const SLASH = 0x2f;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Z]+$/;

/** What routes are that do not say otherwise. */
export interface RouteDefaults {
  readonly strictSlashes: boolean;
  /** Where the app is reached, for URLs; `""` when that is not known. */
  readonly serverName: string;
}

/** What a route has of the place it is added at. */
type RouteSurroundings = Pick<RouteRecord, "handler" | "scopes" | "errorHandlers">;

/** An app's routes, and what answers where none fits. */
export class Routes {
  /** Every route in order of registration. */
  readonly all: RouteRecord[] = [];
  private readonly byName = new Map<string, RouteRecord>();
  private readonly byDeclaration = new Map<RouteDeclaration | null, RouteRecord[]>();
  private readonly router = new HostRouter<RouteRecord>();
  private readonly prefixes: Prefixes;
  private readonly notFound: RouteRecord;
  /** Those of the app: around everything, also around what is no route. */
  private readonly scopes: readonly Scope[];
  private readonly defaults: RouteDefaults;
  private readonly parameterTypes: ReadonlyMap<string, Converter>;

  constructor(
    scopes: readonly Scope[],
    defaults: RouteDefaults,
    parameterTypes: ReadonlyMap<string, Converter>,
  ) {
    this.scopes = scopes;
    this.defaults = defaults;
    this.parameterTypes = parameterTypes;
    this.notFound = notFound(scopes);
    this.prefixes = new Prefixes(parameterTypes);
  }

  /**
   * Adds a route. What blueprints around it say is already mixed into `options`, and their prefixes stand in `path`; the
   * version goes in front of that.
   *
   * @throws SetupError for a bad path, method or option, and when the route or its name is there already.
   */
  add(
    declaration: RouteDeclaration,
    path: string,
    options: RouteOptions,
    surroundings: RouteSurroundings,
  ): RouteRecord<never> {
    const record = this.createRecord(declaration, path, options, surroundings);
    checkOptions(options, record.name);
    this.assertNameIsFree(record);
    checkInjectedNames(record, options.inject);
    this.router.add(record.methods, record.pattern, record, record);
    this.all.push(record);
    this.byName.set(record.name, record);
    this.byDeclaration.set(declaration, [...(this.byDeclaration.get(declaration) ?? []), record]);
    return record;
  }

  /**
   * The one route of a name, or the one that a declaration made.
   *
   * @throws UrlBuildError when there is none, or when a blueprint brought it to several places.
   */
  private resolve(route: string | LinkTarget): RouteRecord {
    if (typeof route === "string") {
      const named = this.byName.get(route);
      if (named === undefined) throw unknownRoute(route, this.byName.keys());
      return named;
    }
    if (this.byName.get(route.name) === route) return route as RouteRecord;
    const [record, ...others] = this.byDeclaration.get((route as RegisteredRoute).declaration) ?? [];
    if (record === undefined)
      throw new UrlBuildError(`The route ${route.name} is not part of this app; mount its blueprint first`);
    if (others.length === 0) return record;
    const names = [record, ...others].map(({ name }) => JSON.stringify(name)).join(", ");
    throw new UrlBuildError(
      `The route ${route.name} is mounted ${others.length + 1} times; choose one by name: ${names}`,
    );
  }

  private createRecord(
    declaration: RouteDeclaration,
    ownPath: string,
    options: RouteOptions,
    { handler, scopes, errorHandlers }: RouteSurroundings,
  ): RouteRecord<never> {
    const { methods, isWebSocket, registeredAt } = declaration;
    const version = options.version === undefined ? undefined : parseVersion(options.version);
    const path = versionedPath(ownPath, version, options.versionPrefix);
    const hosts = [...new Set([options.host ?? []].flat().map(parseHostPattern))];
    return {
      name: options.name ?? defaultRouteName(declaration, hosts.join("|") + path),
      path,
      methods: methods.map(checkMethod),
      hosts,
      version,
      strictSlashes: options.strictSlashes ?? this.defaults.strictSlashes,
      decode: options.decode ?? true,
      isWebSocket,
      pattern: parsePattern(path, this.parameterTypes),
      registeredAt,
      declaration,
      handler,
      bodyLimit: options.bodyLimit === undefined ? undefined : parseSize(options.bodyLimit),
      middleware: checkRouteMiddleware(options),
      errorFormat: options.errorFormat === undefined ? null : readErrorFormat(options.errorFormat),
      errorHandlers,
      injects: options.inject !== undefined,
      scopes,
      chain: null,
    };
  }

  private assertNameIsFree({ name, path, registeredAt }: RouteRecord): void {
    const other = this.byName.get(name);
    // The same path is refused, or told apart by its parameters, with better words where it is read.
    if (other === undefined || other.path === path) return;
    throw new SetupError(
      `Two routes are named ${JSON.stringify(name)}: ${other.path} (${other.registeredAt}) and ${path} (${registeredAt}); give each its own name`,
      { code: "E_DUPLICATE_ROUTE" },
    );
  }

  /** Gives unknown paths under a prefix to the scopes of a blueprint. */
  claimPrefix(prefix: string, options: RouteOptions, scopes: readonly Scope[]): void {
    const version = options.version === undefined ? undefined : parseVersion(options.version);
    const path = versionedPath(prefix, version, options.versionPrefix);
    this.prefixes.claim(path, [options.host ?? []].flat(), scopes);
  }

  /** The URL of a route of this app; by default that of the app, or of the request it is for. */
  urlFor(
    route: string | LinkTarget,
    parameters?: Readonly<Record<string, unknown>>,
    options?: UrlOptions,
    request?: UrlBase["request"],
  ): string {
    const { serverName } = this.defaults;
    const base = request === undefined ? { serverName } : { serverName, request };
    return urlFor(this.resolve(route), parameters, options, base);
  }

  /** Forgets the composed chains: middleware has changed. */
  forgetChains(): void {
    for (const route of this.all) route.chain = null;
    this.notFound.chain = null;
    this.prefixes.forgetChains();
  }

  /** The route of a request; sets its parameters. Where no route fits, a stand-in that answers 404, 405 or OPTIONS. */
  find(request: Request): RouteRecord {
    const { method, path } = request;
    if (path.charCodeAt(0) !== SLASH) return withoutPath(request, this.scopes);
    const match = this.router.find(method, path, this.router.hasHosts ? request.host : "");
    if (match.value === undefined) {
      if (match.allowed.length === 0) return this.unknown(request);
      return otherMethods(method, match.allowed, this.scopesOfOthers(request, match.allowed));
    }
    request.params = match.parameters;
    return match.value;
  }

  /** Stands in when the path itself cannot be read, or a parameter type fails at it. */
  unreadable(error: unknown, request: Request): RouteRecord {
    return unreadable(error, this.unknown(request).scopes);
  }

  private unknown(request: Request): RouteRecord {
    return this.prefixes.find(request.path, () => request.host) ?? this.notFound;
  }

  /** The scopes of the routes that a path has for other methods: their guards are for the refusal, too. */
  private scopesOfOthers(request: Request, allowed: readonly string[]): readonly Scope[] {
    const host = this.router.hasHosts ? request.host : "";
    const found = allowed.map((method) => this.router.find(method, request.path, host).value?.scopes ?? []);
    return [...new Set(found.flat())];
  }
}

/** What a route is called that has no name. */
export function defaultRouteName(
  { methods, isWebSocket }: Pick<RouteDeclaration, "methods" | "isWebSocket">,
  path: string,
): string {
  return `${isWebSocket ? "websocket" : methods.join("|")} ${path}`;
}

function checkMethod(method: string): string {
  if (METHOD.test(method)) return method;
  throw new SetupError(`${JSON.stringify(method)} is not a method; methods are in capitals, such as "GET"`, {
    code: "E_BAD_ROUTE",
  });
}

function checkOptions(options: object, route: string): void {
  for (const name of Object.keys(options)) {
    if (OPTION_NAMES.includes(name)) continue;
    const nearest = nearestName(name, OPTION_NAMES);
    const hint =
      nearest === undefined ? `known ones: ${OPTION_NAMES.join(", ")}` : `did you mean ${nearest}?`;
    throw new SetupError(`The route ${route} has an unknown option ${JSON.stringify(name)}; ${hint}`, {
      code: "E_BAD_ROUTE",
    });
  }
}

function checkInjectedNames({ name, pattern }: RouteRecord, inject: object = {}): void {
  const taken = pattern.parameters.find(({ name }) => Object.hasOwn(inject, name))?.name;
  if (taken === undefined) return;
  throw new SetupError(
    `The route ${name} has a path parameter and an injected value called "${taken}"; give one of them another name`,
    { code: "E_BAD_ROUTE" },
  );
}
