import { SetupError } from "../http/setup-error.ts";
import { AmbiguityCheck } from "./ambiguity.ts";
import type { MethodTable } from "./method-table.ts";
import { Node } from "./node.ts";
import { type Pattern, parsePattern, takesRest } from "./pattern.ts";
import { type Place, placesFor } from "./places.ts";
import { methodNotFound, NOT_FOUND, Route, type RouteMatch, type RouteOptions } from "./route.ts";
import { Walk } from "./walk.ts";

export type { RouteMatch, RouteOptions } from "./route.ts";

const SLASH = 0x2f;

/**
 * Finds what was registered for a method and a path.
 *
 * **Precedence.** Of all patterns that fit a path, the one that is more definite at the first segment where they differ
 * comes first: a literal before a parameter, parameters by type (`uuid`, `ymd`, `int`, `float`, `alpha`, `slug`, then
 * `str`), and `path` last. So a pattern without parameters beats every other, and of two `path` routes the one with
 * the longer literal prefix wins; the order of registration never matters. A segment that is not of a parameter's type
 * falls through to the next pattern, and so does a pattern without the method: the first one that *has* the method
 * answers, even where a more definite one has only others. `HEAD` counts as present where `GET` is.
 *
 * **Segments.** The path is cut at its slashes as sent; nothing is merged or resolved (`//`, `.` and `..` are segments
 * like others). A literal fits a segment that percent-decodes to the same text, case-sensitively, so `/%61` is `/a`
 * while `%2F` is a character of its segment and never a separator. Types other than `str` and `path` are tested on the
 * decoded segment too. An empty segment fits nothing but the inside of a `path`. A malformed encoding fits only `str`
 * and `path`.
 *
 * **Slashes at the end.** Unless a route is strict, it answers with one slash at its end and without. `/` is always
 * itself; a `path` parameter keeps the slash as part of its value, strict or not.
 */
export class Router<Value> {
  readonly #walk: Walk<Value> = new Walk();
  readonly #root: Node<Value> = new Node();
  readonly #ambiguity: AmbiguityCheck<Value> = new AmbiguityCheck();
  /**
   * Tables of the tree by the usual spelling of their path, for patterns without parameters. Other spellings of the same
   * paths find the same tables through the tree.
   */
  readonly #spellings: Map<string, MethodTable<Value>> = new Map();
  /** How long they are: a path of another length need not be hashed. Longer ones are found through the tree. */
  readonly #spelledLengths: Uint8Array = new Uint8Array(256);

  /**
   * Registers a value for methods (case-sensitive, as RFC 9110 section 9.1 has them) and a path.
   *
   * @throws SetupError when there is no method, when {@link parsePattern} refuses the path, or when another route
   * answers the same requests.
   */
  add(methods: readonly string[], path: string, value: Value, options: RouteOptions = {}): Pattern {
    const route = new Route(parsePattern(path), value, options);
    this.prepare(methods, route)();
    return route.pattern;
  }

  /**
   * Checks a route and gives the function that registers it, so that several routers take it or none.
   *
   * @throws SetupError as {@link Router.add} does.
   */
  prepare(methods: readonly string[], route: Route<Value>): () => void {
    const { pattern } = route;
    if (methods.length === 0)
      throw new SetupError(`Route "${pattern.source}" has no methods; give it at least one.`);
    if (route.strictSlashes && pattern.trailingSlash && takesRest(pattern.segments.at(-1))) {
      throw new SetupError(
        `Route "${pattern.source}" has a slash after a parameter that takes slashes too; remove the slash.`,
      );
    }
    const distinctMethods = new Set(methods);
    this.#ambiguity.assertClear(route, distinctMethods);
    const places = placesFor(this.#root, pattern, route.strictSlashes);
    for (const { table } of places) table.assertFree(distinctMethods, route);
    return () => {
      for (const { table } of places) table.set(distinctMethods, route);
      this.#ambiguity.add(route, distinctMethods);
      if (route.match !== undefined) this.#addSpellings(pattern, places);
    };
  }

  /**
   * Finds the route for a method and the path of a request: as sent, without query, beginning with a slash.
   *
   * @throws BadRequest when a parameter to be decoded is malformed.
   */
  find(method: string, path: string): RouteMatch<Value> {
    if (this.#spelledLengths[path.length] === 1) {
      const match = this.#spellings.get(path)?.find(method)?.match;
      if (match !== undefined) return match;
    }
    if (path.charCodeAt(0) !== SLASH) return NOT_FOUND;
    const walk = this.#walk;
    walk.start(method, path);
    const route = walk.find(this.#root, 1, 0);
    if (route !== undefined) return route.matchWith(walk.captured, walk.count);
    return walk.otherMethods === undefined ? NOT_FOUND : methodNotFound(walk.otherMethods);
  }

  #addSpellings(pattern: Pattern, places: readonly Place<Value>[]): void {
    let path = "";
    for (const segment of pattern.segments) if (segment.kind === "literal") path += `/${segment.encoded}`;
    for (const { table, ending } of places) {
      this.#spellings.set(path + ending, table);
      this.#spelledLengths[path.length + ending.length] = 1;
    }
  }
}
