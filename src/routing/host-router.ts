import { hostPatternsFor, parseHost, parseHostPattern } from "./host.ts";
import type { Pattern } from "./pattern.ts";
import { methodNotFound, NOT_FOUND, Route, type RouteMatch, type RouteOptions } from "./route.ts";
import { Router } from "./router.ts";

/** How one route of a {@link HostRouter} is matched. */
export interface HostRouteOptions extends RouteOptions {
  /** Hosts it is for, read by {@link parseHostPattern}; none for all. */
  hosts?: readonly string[];
}

/**
 * Finds what was registered for a method, a path and a host.
 *
 * The host decides first: routes of the request's own host, then those of wildcards, the longer ones first, then routes
 * for every host; with a port before without. The first of these groups with a route that answers has the request, so a
 * route of a host beats a more definite path of a wildcard. Within a group {@link Router} decides.
 */
export class HostRouter<Value> {
  /** Whether a host must be known to find a route. */
  hasHosts = false;
  readonly #everyHost: Router<Value> = new Router();
  readonly #byHost: Map<string, Router<Value>> = new Map();
  #mostLabels = 0;

  /** Registers a value for methods and a pattern, on all of its hosts or on none; throws as {@link Router.add} does. */
  add(methods: readonly string[], pattern: Pattern, value: Value, options: HostRouteOptions = {}): void {
    const { hosts = [], ...routeOptions } = options;
    const route = new Route(pattern, value, routeOptions);
    const routers =
      hosts.length === 0
        ? [this.#everyHost]
        : [...new Set(hosts.map(parseHostPattern))].map((host) => this.#routerOf(host));
    const registrations = routers.map((router) => router.prepare(methods, route));
    for (const register of registrations) register();
  }

  /**
   * Finds the route for a method, a path and a host, both as sent. Without {@link HostRouter.hasHosts} the host is not
   * looked at.
   *
   * @throws BadRequest when a parameter to be decoded is malformed.
   */
  find(method: string, path: string, host: string): RouteMatch<Value> {
    if (!this.hasHosts) return this.#everyHost.find(method, path);
    const allowed = new Set<string>();
    for (const router of this.#routersFor(host)) {
      const match = router.find(method, path);
      if (match.value !== undefined) return match;
      for (const other of match.allowed) allowed.add(other);
    }
    return allowed.size === 0 ? NOT_FOUND : methodNotFound(allowed);
  }

  #routersFor(text: string): Router<Value>[] {
    const host = parseHost(text);
    const patterns = host === undefined ? [] : hostPatternsFor(host, this.#mostLabels);
    const routers = patterns.map((pattern) => this.#byHost.get(pattern)).filter((each) => each !== undefined);
    return [...routers, this.#everyHost];
  }

  #routerOf(pattern: string): Router<Value> {
    this.hasHosts = true;
    if (pattern.startsWith("*."))
      this.#mostLabels = Math.max(this.#mostLabels, pattern.split(".").length - 1);
    const known = this.#byHost.get(pattern);
    if (known !== undefined) return known;
    const router = new Router<Value>();
    this.#byHost.set(pattern, router);
    return router;
  }
}
