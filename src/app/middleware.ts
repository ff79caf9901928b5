import { SetupError } from "../http/setup-error.ts";
import type {
  AroundMiddleware,
  MiddlewareOptions,
  RequestMiddleware,
  ResponseMiddleware,
} from "./handler.ts";

interface Entry<Middleware> {
  readonly middleware: Middleware;
  readonly priority: number;
  /** When it was defined, among all of the process: an app's and its blueprints' interleave by it. */
  readonly order: number;
}

let definitions = 0;

/** The middleware of one scope. A function is there once, however often it is added. */
export class MiddlewareList {
  private readonly requestEntries = new Map<RequestMiddleware, Entry<RequestMiddleware>>();
  private readonly responseEntries = new Map<ResponseMiddleware, Entry<ResponseMiddleware>>();
  private readonly aroundEntries = new Map<AroundMiddleware, Entry<AroundMiddleware>>();

  /** Higher priority first, ties in order of definition. */
  static onRequest(lists: readonly MiddlewareList[]): RequestMiddleware[] {
    return ordered(lists.flatMap((list) => [...list.requestEntries.values()]));
  }

  /** The exact reverse: the one defined last runs first, the highest priority last, closest to the wire. */
  static onResponse(lists: readonly MiddlewareList[]): ResponseMiddleware[] {
    return ordered(lists.flatMap((list) => [...list.responseEntries.values()])).reverse();
  }

  /** The outermost first: higher priority, ties in order of definition. */
  static around(lists: readonly MiddlewareList[]): AroundMiddleware[] {
    return ordered(lists.flatMap((list) => [...list.aroundEntries.values()]));
  }

  addRequest(middleware: RequestMiddleware, options: MiddlewareOptions = {}): void {
    add(this.requestEntries, middleware, options, "onRequest");
  }

  addResponse(middleware: ResponseMiddleware, options: MiddlewareOptions = {}): void {
    add(this.responseEntries, middleware, options, "onResponse");
  }

  addAround(middleware: AroundMiddleware, options: MiddlewareOptions = {}): void {
    add(this.aroundEntries, middleware, options, "use");
  }

  copy(): MiddlewareList {
    const copy = new MiddlewareList();
    for (const [key, entry] of this.requestEntries) copy.requestEntries.set(key, entry);
    for (const [key, entry] of this.responseEntries) copy.responseEntries.set(key, entry);
    for (const [key, entry] of this.aroundEntries) copy.aroundEntries.set(key, entry);
    return copy;
  }
}

function add<Middleware>(
  entries: Map<Middleware, Entry<Middleware>>,
  middleware: Middleware,
  { priority = 0 }: MiddlewareOptions,
  method: string,
): void {
  if (typeof middleware !== "function")
    throw new SetupError(`${method} was given ${typeof middleware}; expected a function`);
  if (typeof priority !== "number" || Number.isNaN(priority))
    throw new SetupError(`The priority of a middleware is ${String(priority)}; expected a number`);
  if (!entries.has(middleware)) entries.set(middleware, { middleware, priority, order: definitions++ });
}

function ordered<Middleware>(entries: readonly Entry<Middleware>[]): Middleware[] {
  return entries
    .toSorted((a, b) => b.priority - a.priority || a.order - b.order)
    .map(({ middleware }) => middleware);
}
