import type {
  AroundMiddleware,
  MiddlewareOptions,
  RequestMiddleware,
  ResponseMiddleware,
} from "./handler.ts";

interface Entry<Middleware> {
  readonly middleware: Middleware;
  readonly priority: number;
}

/** An app's middleware in the order it runs. */
export class MiddlewareList {
  private readonly requestEntries: Entry<RequestMiddleware>[] = [];
  private readonly responseEntries: Entry<ResponseMiddleware>[] = [];
  private readonly aroundEntries: AroundMiddleware[] = [];

  /** Higher priority first, ties in order of registration. */
  get onRequest(): RequestMiddleware[] {
    return ordered(this.requestEntries);
  }

  /** The exact reverse: the one registered last runs first, the highest priority last, closest to the wire. */
  get onResponse(): ResponseMiddleware[] {
    return ordered(this.responseEntries).reverse();
  }

  /** The one registered first is the outermost. */
  get around(): readonly AroundMiddleware[] {
    return this.aroundEntries;
  }

  addRequest(middleware: RequestMiddleware, options: MiddlewareOptions = {}): void {
    this.requestEntries.push({ middleware, priority: options.priority ?? 0 });
  }

  addResponse(middleware: ResponseMiddleware, options: MiddlewareOptions = {}): void {
    this.responseEntries.push({ middleware, priority: options.priority ?? 0 });
  }

  addAround(middleware: AroundMiddleware): void {
    this.aroundEntries.push(middleware);
  }
}

function ordered<Middleware>(entries: readonly Entry<Middleware>[]): Middleware[] {
  return entries.toSorted((a, b) => b.priority - a.priority).map(({ middleware }) => middleware);
}
