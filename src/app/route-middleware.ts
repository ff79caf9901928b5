import { SetupError } from "../http/setup-error.ts";
import { nearestName } from "../routing/nearest-name.ts";
import type { AroundMiddleware, RequestMiddleware, ResponseMiddleware, RouteMiddleware } from "./handler.ts";
import { inOrder, type MiddlewareEntry, type MiddlewareList } from "./middleware.ts";
import type { RouteRecord } from "./route.ts";

/** A function of a chain, and how errors call it. */
export interface Layer<Middleware> {
  readonly run: Middleware;
  readonly label: string;
}

/** What runs for one route, each kind in the order it runs. */
export interface RouteLayers {
  readonly onRequest: readonly Layer<RequestMiddleware>[];
  /** The outermost first. */
  readonly around: readonly Layer<AroundMiddleware>[];
  readonly onResponse: readonly Layer<ResponseMiddleware>[];
}

const KINDS = ["onRequest", "use", "onResponse"] as const;

/** The middleware among a route's options, null for none. Throws a {@link SetupError} for lists that are none. */
export function checkRouteMiddleware(options: RouteMiddleware): RouteMiddleware | null {
  let isGiven = false;
  for (const kind of [...KINDS, "skip"] as const) {
    const list: unknown = options[kind];
    if (list === undefined) continue;
    const type = kind === "skip" ? "string" : "function";
    if (!Array.isArray(list) || !list.every((each) => typeof each === type))
      throw new SetupError(`The route option ${kind} is no list of ${type}s; write ${kind}: [...]`);
    isGiven = true;
  }
  return isGiven ? options : null;
}

/** Puts together what runs for a route: the middleware of the scopes around it, and closest to the handler its own. */
export function layersOf(route: RouteRecord): RouteLayers {
  const own = route.middleware ?? {};
  const skipped = new Set(own.skip);
  const around = (kind: (typeof KINDS)[number]): MiddlewareEntry<unknown>[] => {
    const lists = route.scopes.map(({ middleware }): MiddlewareList<unknown> => middleware[kind]);
    return inOrder(lists).filter(({ name }) => name === "" || !skipped.has(name));
  };
  const layers = <Middleware>(kind: (typeof KINDS)[number]): Layer<Middleware>[] => [
    ...around(kind).map(({ middleware, name }) => ({
      run: middleware as Middleware,
      label: labelOf(middleware, name, kind, route),
    })),
    ...(own[kind] ?? []).map((middleware) => ({
      run: middleware as Middleware,
      label: labelOf(middleware, "", kind, route),
    })),
  ];
  return {
    onRequest: layers("onRequest"),
    around: layers("use"),
    onResponse: layers<ResponseMiddleware>("onResponse").reverse(),
  };
}

/** The names of the middleware that runs for a route, in the order it runs on requests. */
export function middlewareNames(route: RouteRecord): string[] {
  const skipped = new Set(route.middleware?.skip);
  const names = KINDS.flatMap((kind) =>
    inOrder(route.scopes.map(({ middleware }): MiddlewareList<unknown> => middleware[kind])).map(
      ({ name }) => name,
    ),
  );
  return [...new Set(names)].filter((name) => name !== "" && !skipped.has(name));
}

/** Throws a {@link SetupError} when a route skips a name that no middleware around it has. */
export function checkSkipped({ name, middleware, scopes }: RouteRecord): void {
  if (middleware?.skip === undefined) return;
  const known = new Set(
    scopes.flatMap((scope) =>
      KINDS.flatMap((kind) => [...scope.middleware[kind].values()].map((entry) => entry.name)),
    ),
  );
  known.delete("");
  for (const skipped of middleware.skip) {
    if (known.has(skipped)) continue;
    const nearest = nearestName(skipped, known);
    const hint =
      nearest === undefined
        ? `the names are: ${[...known].join(", ") || "none"}`
        : `did you mean ${nearest}?`;
    throw new SetupError(
      `The route ${name} skips the middleware ${JSON.stringify(skipped)}, which is not around it; ${hint}`,
    );
  }
}

function labelOf(middleware: unknown, name: string, kind: string, route: RouteRecord): string {
  const shown = name === "" ? (middleware as () => void).name : name;
  return `The ${kind} middleware ${shown === "" ? "" : `${shown} `}of ${route.name}`;
}
