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
  private readonly entries = new Map<Middleware, MiddlewareEntry<Middleware>>();
  private readonly kind: string;

  /** @param kind the method that adds it, for messages. */
  constructor(kind: string) {
    this.kind = kind;
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

  take(other: MiddlewareList<Middleware>): void {
    for (const [middleware, entry] of other.entries) this.entries.set(middleware, entry);
  }
}

/** The middleware of one scope, by kind. */
export class ScopeMiddleware {
  readonly onRequest: MiddlewareList<RequestMiddleware> = new MiddlewareList("onRequest");
  readonly use: MiddlewareList<AroundMiddleware> = new MiddlewareList("use");
  readonly onResponse: MiddlewareList<ResponseMiddleware> = new MiddlewareList("onResponse");

  /** Adds what another one has. */
  take(other: ScopeMiddleware): void {
    this.onRequest.take(other.onRequest);
    this.use.take(other.use);
    this.onResponse.take(other.onResponse);
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
