import type { UrlOptions } from "../http/url-for.ts";
import { hostPatternsFor, parseHost } from "../routing/host.ts";
import { UrlBuildError } from "../routing/url-build-error.ts";
import type { RouteRecord } from "./route.ts";

/** What is known of the server when a URL is made. */
export interface UrlBase {
  /** The setting `serverName`: a host, perhaps with a scheme before it. */
  readonly serverName?: string;
  /** The request that the URL answers: its own address is the default. */
  readonly request?: {
    readonly scheme: string;
    readonly host: string;
    /** What stands before the paths of the app, where it is mounted in another one. */
    readonly mountPath: string;
  };
}

const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ["http", "80"],
  ["https", "443"],
  ["ws", "80"],
  ["wss", "443"],
]);
const WEBSOCKET_SCHEMES: ReadonlyMap<string, string> = new Map([
  ["http", "ws"],
  ["https", "wss"],
]);

/**
 * Scheme and host of a URL, `""` for a path alone.
 *
 * @throws UrlBuildError when they are asked for and not known, or contradict the route.
 */
export function originOf(route: RouteRecord, options: UrlOptions, base: UrlBase): string {
  const isExternal =
    options.external ??
    (options.host !== undefined || options.server !== undefined || base.request !== undefined);
  if (!isExternal) {
    if (options.scheme === undefined) return "";
    throw new UrlBuildError(
      `The URL of the route ${route.name} has a scheme but no host; add { external: true } or { host }`,
    );
  }
  const server = splitServer(options.server);
  const configured = splitServer(base.serverName);
  const host = options.host ?? server.host ?? hostOf(route, configured, base);
  const known = options.scheme ?? server.scheme ?? configured.scheme ?? base.request?.scheme ?? "http";
  if (!DEFAULT_PORTS.has(known))
    throw new UrlBuildError(
      `${JSON.stringify(known)} is no scheme of this server; expected one of ${[...DEFAULT_PORTS.keys()].join(", ")}`,
    );
  const scheme = route.isWebSocket ? (WEBSOCKET_SCHEMES.get(known) ?? known) : known;
  return `${scheme}://${withoutDefaultPort(checkHost(route, host), scheme)}`;
}

function splitServer(server: string | undefined): { scheme?: string; host?: string } {
  if (server === undefined || server === "") return {};
  const [, scheme, host = ""] = /^(?:([a-z]+):\/\/)?(.*?)\/?$/.exec(server) ?? [];
  return scheme === undefined ? { host } : { scheme, host };
}

function hostOf(
  route: RouteRecord,
  configured: { scheme?: string; host?: string },
  { request }: UrlBase,
): string {
  // A server name with a scheme is the whole address that the outside knows.
  const candidates = [
    configured.scheme === undefined ? undefined : configured.host,
    request?.host,
    configured.host,
  ];
  const fitting = candidates.find((host) => host !== undefined && host !== "" && fits(route, host));
  if (fitting !== undefined) return fitting;
  const [only, ...others] = route.hosts;
  if (only !== undefined && others.length === 0 && !only.startsWith("*.")) return only;
  throw new UrlBuildError(
    only === undefined
      ? `The host of the route ${route.name} is not known; set serverName in the config, or give { host }`
      : `The route ${route.name} has more than one host (${route.hosts.join(", ")}); give one as { host }`,
  );
}

function checkHost(route: RouteRecord, host: string): string {
  if (fits(route, host)) return host;
  const hosts =
    route.hosts.length === 0
      ? 'expected a name such as "example.com:8443"'
      : `its hosts: ${route.hosts.join(", ")}`;
  throw new UrlBuildError(`${JSON.stringify(host)} is no host of the route ${route.name}; ${hosts}`);
}

function fits({ hosts }: RouteRecord, text: string): boolean {
  const host = parseHost(text);
  if (host === undefined) return false;
  return (
    hosts.length === 0 || hostPatternsFor(host, host.name.length).some((pattern) => hosts.includes(pattern))
  );
}

function withoutDefaultPort(host: string, scheme: string): string {
  const port = `:${DEFAULT_PORTS.get(scheme)}`;
  return host.endsWith(port) ? host.slice(0, -port.length) : host;
}
