import type { Request } from "../../http/request.ts";
import type { BodyProducer, BodyWriter, Response } from "../../http/response.ts";
import { Upgrade } from "../../server/upgrade.ts";
import { type Chain, isPromise } from "../chain.ts";
import type { Provider, Providers } from "./provider.ts";
import { type NamedNodes, ProviderGraph, type ProviderNode } from "./provider-graph.ts";
import { collectValues, type ValueGetter, ValueStore } from "./value-store.ts";

/** Adds what a route injects to the arguments of a request. */
export type ArgumentsInjector = (
  request: Request,
  args: Record<string, unknown>,
) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** Where an app's injected values come from and go to. */
export class Injector {
  private readonly graph = new ProviderGraph();
  private readonly pendingChecks: (() => void)[] = [];
  private readonly appValues: ValueStore;
  /** The scopes of requests that are at work. */
  private readonly open = new Map<Request, ValueStore>();
  /** Request scopes that are being disposed of. */
  private readonly ending = new Set<Promise<void>>();
  private readonly report: (error: unknown, request: Request | null) => void;
  private readonly appValue: ValueGetter = (node) => this.appValues.get(node, this.appValue);

  constructor(app: unknown, report: (error: unknown, request: Request | null) => void) {
    this.appValues = new ValueStore(app);
    this.report = report;
  }

  replace(provider: Provider, substitute: Provider): void {
    this.graph.replace(provider, substitute);
  }

  /** Prepares what a route injects; mistakes in it are thrown at start, or by the first request of a route added later. */
  prepare(route: string, providers: Providers): ArgumentsInjector {
    let nodes: NamedNodes | null = null;
    const resolve = (): NamedNodes => {
      nodes ??= this.graph.resolve(`The route ${route}`, providers);
      return nodes;
    };
    this.pendingChecks.push(resolve);
    return (request, args) => collectValues(nodes ?? resolve(), args, this.getterFor(request));
  }

  /** @throws {SetupError} for the first mistake among what the routes inject. */
  check(): void {
    for (const check of this.pendingChecks.splice(0)) check();
  }

  /** The value of a provider of scope "app". */
  async resolve(provider: Provider): Promise<unknown> {
    const [entry] = this.graph.resolve("app.resolve()", { value: provider });
    return this.appValue((entry as NamedNodes[number])[1]);
  }

  /**
   * Gives each request of a chain a scope, and ends it when the chain's answer is through with it: when its body is sent. Of
   * a websocket that is for its handler to say.
   */
  around(chain: Chain): Chain {
    const succeed = (request: Request, response: Response): Response => {
      if (response instanceof Upgrade) return response;
      if (typeof response.body === "function") endWithBody(response, response.body, () => this.end(request));
      else this.end(request);
      return response;
    };
    const fail = (request: Request, error: unknown): never => {
      this.end(request);
      throw error;
    };
    return (request) => {
      this.open.set(request, new ValueStore(request));
      try {
        const response = chain(request);
        if (!isPromise(response)) return succeed(request, response);
        return response.then(
          (value) => succeed(request, value),
          (error: unknown) => fail(request, error),
        );
      } catch (error) {
        return fail(request, error);
      }
    };
  }

  /** Disposes of what was made for a request; nothing more is made for it. */
  end(request: Request): void {
    const store = this.open.get(request);
    if (store === undefined) return;
    this.open.delete(request);
    if (!store.end()) return;
    const ended = store.dispose((error) => this.report(error, request));
    this.ending.add(ended);
    void ended.then(() => this.ending.delete(ended));
  }

  /** Disposes of everything: what belongs to requests first, then what belongs to the app. */
  async dispose(): Promise<void> {
    for (const request of this.open.keys()) this.end(request);
    while (this.ending.size > 0) await Promise.all(this.ending);
    await this.appValues.dispose((error) => this.report(error, null));
  }

  private getterFor(request: Request): ValueGetter {
    const store = this.open.get(request) ?? ENDED;
    const getter = (node: ProviderNode): unknown =>
      node.provider.scope === "app" ? this.appValue(node) : store.get(node, getter);
    return getter;
  }
}

/** Stands for the scope of a request that has been answered already. */
const ENDED = new ValueStore(null);
ENDED.end();

function endWithBody(response: Response, producer: BodyProducer, end: () => void): void {
  const produce = async (out: BodyWriter): Promise<void> => {
    try {
      await producer(out);
    } finally {
      end();
    }
  };
  const discard = (): void => {
    producer.discard?.();
    end();
  };
  response.body = Object.assign(produce, producer, { discard });
}
