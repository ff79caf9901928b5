import { SetupError } from "../http/setup-error.ts";
import type {
  AroundMiddleware,
  MiddlewareOptions,
  RequestMiddleware,
  ResponseMiddleware,
} from "./handler.ts";

/** A middleware with what decides its place among others. */
export interface MiddlewareEntry<Middleware> {
  readonly middleware: Middleware;
  /** What routes leave it out by, `""` for none. */
  readonly name: string;
  readonly priority: number;
  /** When it was defined, among all of the process: an app's and its blueprints' interleave by it. */
  readonly order: number;
}

let definitions = 0;

/** The middleware of one kind in one scope. A function is there once, however often it is added. */
export class MiddlewareList<Middleware> {
  private readonly entries: Map<Middleware, MiddlewareEntry<Middleware>>;
  private readonly kind: string;

  /** @param kind the method that adds it, for messages. */
  constructor(kind: string, entries: Iterable<[Middleware, MiddlewareEntry<Middleware>]> = []) {
    this.kind = kind;
    this.entries = new Map(entries);
  }

  /** Throws a SetupError for what is no function, and for a priority or a name that is none. */
  add(middleware: Middleware, { name = "", priority = 0 }: MiddlewareOptions = {}): void {
    const { kind } = this;
    if (typeof middleware !== "function")
      throw new SetupError(`${kind} was given ${describe(middleware)}; expected a function`);
    if (typeof priority !== "number" || Number.isNaN(priority))
      throw new SetupError(`${kind} was given the priority ${describe(priority)}; expected a number`);
    if (typeof name !== "string")
      throw new SetupError(`${kind} was given the name ${describe(name)}; expected text`);
    if (this.entries.has(middleware)) return;
    this.entries.set(middleware, { middleware, name, priority, order: definitions++ });
  }

  values(): Iterable<MiddlewareEntry<Middleware>> {
    return this.entries.values();
  }

  copy(): MiddlewareList<Middleware> {
    return new MiddlewareList(this.kind, this.entries);
  }
}

/** The middleware of one scope, by kind. */
export class ScopeMiddleware {
  readonly onRequest: MiddlewareList<RequestMiddleware>;
  readonly use: MiddlewareList<AroundMiddleware>;
  readonly onResponse: MiddlewareList<ResponseMiddleware>;

  constructor(
    onRequest: MiddlewareList<RequestMiddleware> = new MiddlewareList<RequestMiddleware>("onRequest"),
    use: MiddlewareList<AroundMiddleware> = new MiddlewareList<AroundMiddleware>("use"),
    onResponse: MiddlewareList<ResponseMiddleware> = new MiddlewareList<ResponseMiddleware>("onResponse"),
  ) {
    this.onRequest = onRequest;
    this.use = use;
    this.onResponse = onResponse;
  }

  copy(): ScopeMiddleware {
    return new ScopeMiddleware(this.onRequest.copy(), this.use.copy(), this.onResponse.copy());
  }
}

/** Several scopes' middleware in the order it runs on requests: higher priority first, ties in order of definition. */
export function inOrder<Middleware>(
  lists: readonly MiddlewareList<Middleware>[],
): MiddlewareEntry<Middleware>[] {
  return lists
    .flatMap((list) => [...list.values()])
    .sort((a, b) => b.priority - a.priority || a.order - b.order);
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
