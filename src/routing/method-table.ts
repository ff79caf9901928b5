import { SetupError } from "../http/setup-error.ts";
import type { Route } from "./route.ts";

/** Registers a route for every method that has none of its own at that path. */
export const ANY_METHOD = "*";

/** The routes of one shape of path, by method. */
export class MethodTable<Value> {
  readonly #routes: Map<string, Route<Value>> = new Map();
  /** The one that answers `GET`, at hand: most requests ask for it. */
  #get: Route<Value> | undefined = undefined;

  /**
   * The route that answers a method: its own, for `HEAD` the one of `GET` (RFC 9110 section 9.3.2), else the one of
   * {@link ANY_METHOD}.
   */
  find(method: string): Route<Value> | undefined {
    if (method === "GET") return this.#get;
    const route = this.#routes.get(method) ?? (method === "HEAD" ? this.#routes.get("GET") : undefined);
    return route ?? this.#routes.get(ANY_METHOD);
  }

  methods(): Iterable<string> {
    return this.#routes.keys();
  }

  /** @throws SetupError when one of the methods is taken. */
  assertFree(methods: ReadonlySet<string>, route: Route<Value>): void {
    const taken = [...methods].filter((method) => this.#routes.has(method));
    const other = this.#routes.get(taken[0] ?? "");
    if (other === undefined) return;
    const slashes =
      other.strictSlashes && route.strictSlashes
        ? ""
        : " Without strictSlashes a route answers with and without a slash at its end.";
    throw new SetupError(
      `Route ${taken.join(", ")} ${route.describe()} is already registered as ` +
        `${other.describe()}: both answer the same requests.${slashes} Change the path, a parameter ` +
        `type or the methods of one, or remove it.`,
      { code: "E_DUPLICATE_ROUTE" },
    );
  }

  set(methods: ReadonlySet<string>, route: Route<Value>): void {
    for (const method of methods) this.#routes.set(method, route);
    this.#get = this.#routes.get("GET") ?? this.#routes.get(ANY_METHOD);
  }
}
