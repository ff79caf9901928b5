import type { Request } from "../http/request.ts";
import { SetupError } from "../http/setup-error.ts";
import type { PathParameters } from "../routing/path-parameters.ts";
import type { Answer, Handler, Nothing, RouteOptions } from "./handler.ts";

/** The methods a view may have, and the request methods they answer. */
const METHODS = {
  get: "GET",
  post: "POST",
  put: "PUT",
  patch: "PATCH",
  delete: "DELETE",
  head: "HEAD",
  options: "OPTIONS",
} as const;

type MethodName = keyof typeof METHODS;

/** One handler for each request method that is answered; the others are 405. */
export type ViewMethods<Method> = { readonly [Name in MethodName]?: Method };

/** A class of views; an instance is made for every request. */
export interface ViewClass<Method> {
  new (): ViewMethods<Method>;
  /** Options of its route: middleware, a name, a version … */
  readonly options?: RouteOptions;
}

/**
 * What a class of handlers for one path extends: a method for each request method, with the parameters of the path as
 * `this["args"]`, beside what its route injects or validates, which is `More`. Registered by `app.add()`.
 *
 * @example
 * ```ts
 * import { type Request, Spindash, View } from "spindash";
 *
 * class ItemView extends View<"/items/<id:int>"> {
 *   get(_req: Request, { id }: this["args"]) {
 *     return { id, next: id + 1 };
 *   }
 *   delete(_req: Request, { id }: this["args"]) {
 *     return { deleted: id };
 *   }
 * }
 *
 * new Spindash("shop").add(ItemView, "/items/<id:int>");
 * ```
 */
export abstract class View<Path extends string = string, More extends object = Nothing> {
  /** Never there: the type of what its methods get as second argument. */
  declare readonly args: PathParameters<Path> & More;
}

/** A view as a route: what `route` takes. */
export interface ViewRoute {
  readonly methods: readonly string[];
  readonly options: RouteOptions;
  readonly handler: Handler;
}

/** Reads which methods a view answers. Throws a {@link SetupError} for what is no view, or one without methods. */
export function readView(view: unknown, path: string, options: RouteOptions = {}): ViewRoute {
  const isClass = typeof view === "function";
  const methods: unknown = isClass ? view.prototype : view;
  const names = namesOf(methods);
  if (names.length === 0) {
    throw new SetupError(
      `The view at ${path} answers no method; expected a class or an object with methods called ${Object.keys(METHODS).join(", ")} (as methods, not as fields)`,
    );
  }
  const answering = new Map(names.map((name): [string, MethodName] => [METHODS[name], name]));
  if (answering.has("GET") && !answering.has("HEAD")) answering.set("HEAD", "get");
  const create = isClass ? () => new (view as ViewClass<Handler>)() : () => view as ViewMethods<Handler>;
  return {
    methods: names.map((name) => METHODS[name]),
    options: { ...optionsOf(view), ...options },
    handler: (request, args) => answerWith(create(), answering.get(request.method), request, args),
  };
}

function answerWith(
  view: ViewMethods<Handler>,
  name: MethodName | undefined,
  request: Request,
  args: Record<string, unknown>,
): Answer | Promise<Answer> {
  // Called as a method: it may use what its instance has.
  const answer = name === undefined ? undefined : view[name]?.(request, args);
  return answer as Answer | Promise<Answer>;
}

function namesOf(methods: unknown): MethodName[] {
  if (typeof methods !== "object" || methods === null) return [];
  const named = methods as Record<MethodName, unknown>;
  return (Object.keys(METHODS) as MethodName[]).filter((name) => typeof named[name] === "function");
}

/** A class gives its route its name and its static options. */
function optionsOf(view: unknown): RouteOptions {
  if (typeof view !== "function") return {};
  const { name, options } = view as { name: string; options?: RouteOptions };
  return { ...(name === "" ? {} : { name }), ...options };
}
