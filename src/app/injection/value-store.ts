import { isPromise } from "../chain.ts";
import type { Provider } from "./provider.ts";
import type { NamedNodes, ProviderNode } from "./provider-graph.ts";

/** Gives the value of a node: its own way to the right store. */
export type ValueGetter = (node: ProviderNode) => unknown;

/** The values of one scope: made once, shared by all who ask meanwhile, disposed of in reverse. */
export class ValueStore {
  /** The app or the request: the first argument of what makes the values. */
  private readonly owner: unknown;
  private readonly values = new Map<Provider, unknown>();
  private readonly disposals: (() => unknown)[] = [];
  private isEnded = false;

  constructor(owner: unknown) {
    this.owner = owner;
  }

  /** The value, or a promise of it. One that could not be made is tried again by the next who asks. */
  get(node: ProviderNode, getter: ValueGetter): unknown {
    const { provider } = node;
    // Whatever is made from here on nobody would dispose of.
    if (this.isEnded) throw new Error("The request has been answered: nothing is injected for it any more");
    if (this.values.has(provider)) return this.values.get(provider);
    const made = this.make(node, getter);
    this.values.set(provider, made);
    if (!isPromise(made)) return made;
    return made.then(
      (value) => {
        this.values.set(provider, value);
        return value;
      },
      (error: unknown) => {
        this.values.delete(provider);
        throw error;
      },
    );
  }

  /** Makes no more values. @returns whether there are some to dispose of. */
  end(): boolean {
    this.isEnded = true;
    return this.disposals.length > 0 || this.values.size > 0;
  }

  /** Disposes of all values, the last one first; what fails is reported and holds up nobody. */
  async dispose(report: (error: unknown) => void): Promise<void> {
    // One that is still being made has to be waited for: it would be left open.
    for (const value of this.values.values()) if (isPromise(value)) await value.then(undefined, () => {});
    this.values.clear();
    for (const dispose of this.disposals.splice(0).reverse()) {
      try {
        await dispose();
      } catch (error) {
        report(error);
      }
    }
  }

  private make({ provider, dependencies }: ProviderNode, getter: ValueGetter): unknown {
    const given = collectValues(dependencies, {}, getter);
    return isPromise(given)
      ? given.then((values) => this.create(provider, values))
      : this.create(provider, given);
  }

  private create(provider: Provider, dependencies: Record<string, unknown>): unknown {
    const made = provider.create(this.owner as never, dependencies as never);
    const keep = (value: unknown): unknown => {
      // What was only passed on belongs to whoever made it.
      if (!Object.values(dependencies).includes(value)) this.plan(provider, value);
      return value;
    };
    return isPromise(made) ? made.then(keep) : keep(made);
  }

  private plan({ dispose }: Provider, value: unknown): void {
    if (dispose === false) return;
    if (dispose !== undefined) this.disposals.push(() => dispose(value as never));
    else if (isDisposable(value)) this.disposals.push(() => disposeOf(value));
  }
}

/** Adds the values of nodes to `target` by their names, one after the other; a promise only where one of them is. */
export function collectValues(
  nodes: NamedNodes,
  target: Record<string, unknown>,
  getter: ValueGetter,
  start = 0,
): Record<string, unknown> | Promise<Record<string, unknown>> {
  for (let index = start; index < nodes.length; index++) {
    const [name, node] = nodes[index] as NamedNodes[number];
    const value = getter(node);
    if (isPromise(value)) {
      return value.then((awaited) => {
        target[name] = awaited;
        return collectValues(nodes, target, getter, index + 1);
      });
    }
    target[name] = value;
  }
  return target;
}

type Disposing = Partial<AsyncDisposable & Disposable>;

function isDisposable(value: unknown): value is Disposing {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const disposing = value as Disposing;
  return (
    typeof disposing[Symbol.asyncDispose] === "function" || typeof disposing[Symbol.dispose] === "function"
  );
}

function disposeOf(value: Disposing): unknown {
  return typeof value[Symbol.asyncDispose] === "function"
    ? value[Symbol.asyncDispose]?.()
    : value[Symbol.dispose]?.();
}
