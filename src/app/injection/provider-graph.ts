import { SetupError } from "../../http/setup-error.ts";
import { Provider, type Providers } from "./provider.ts";

/** A provider with what it needs, checked to be free of circles. */
export interface ProviderNode {
  readonly provider: Provider;
  readonly dependencies: NamedNodes;
}

/** Providers in the order they were named. */
export type NamedNodes = readonly (readonly [name: string, node: ProviderNode])[];

const NAME = /^[A-Za-z_$][\w$]*$/;

/** The providers of an app, each resolved once. */
export class ProviderGraph {
  private readonly nodes = new Map<Provider, ProviderNode>();
  private readonly replacements = new Map<Provider, Provider>();
  /** Those that were asked for, before anything stood in for them. */
  private readonly used = new Set<Provider>();

  /** Makes another provider stand in. Throws a SetupError when the first one is in use already. */
  replace(provider: Provider, substitute: Provider): void {
    if (this.used.has(provider)) {
      throw new SetupError(
        "A provider that is in use cannot be replaced; call app.replace() before the app starts",
      );
    }
    this.replacements.set(provider, substitute);
  }

  /**
   * What these names stand for.
   *
   * @param owner says whose names they are, in errors: "The route GET /".
   * @throws {SetupError} for what is no provider, and for circles.
   */
  resolve(owner: string, providers: Providers): NamedNodes {
    return this.resolveAll(owner, providers, []);
  }

  private resolveAll(owner: string, providers: Providers, way: Way): NamedNodes {
    return Object.entries(providers).map(([name, given]) => {
      if (!NAME.test(name) || name === "__proto__")
        throw new SetupError(`${owner} injects something as ${JSON.stringify(name)}; expected a plain name`);
      if (!(given instanceof Provider)) throw noProvider(owner, formatWay([...way, { name }]), given);
      this.used.add(given);
      const provider = this.replacements.get(given) ?? given;
      return [
        name,
        this.nodes.get(provider) ?? this.resolveOne(owner, provider, [...way, { name, provider }]),
      ];
    });
  }

  private resolveOne(owner: string, provider: Provider, way: Way): ProviderNode {
    const start = way.findIndex((step) => step.provider === provider);
    if (start < way.length - 1) throw circle(owner, way.slice(start));
    const inject = typeof provider.inject === "function" ? provider.inject() : provider.inject;
    const dependencies = this.resolveAll(owner, inject, way);
    const shortLived = dependencies.find(([, node]) => node.provider.scope === "request");
    if (provider.scope === "app" && shortLived !== undefined) {
      throw new SetupError(
        `${owner} injects ${formatWay(way)}, which has the scope "app" and injects ${shortLived[0]}, which lives for one request only; give both the same scope`,
      );
    }
    const node = { provider, dependencies };
    this.nodes.set(provider, node);
    return node;
  }
}

/** Names from what is asked for down to what that depends on. */
type Way = readonly { readonly name: string; readonly provider?: Provider }[];

function formatWay(way: Way): string {
  return way.map(({ name }) => name).join(" → ");
}

function circle(owner: string, way: Way): SetupError {
  // The same provider at both ends: one name for both shows it.
  const closed = [...way.slice(0, -1), ...way.slice(0, 1)];
  return new SetupError(
    `${owner} injects what depends on itself: ${formatWay(closed)}; take one of them out of the circle`,
  );
}

function noProvider(owner: string, name: string, given: unknown): SetupError {
  const found =
    given === undefined
      ? "undefined, perhaps because two modules import each other: inject: () => ({ … }) waits until both are there"
      : `a ${typeof given}`;
  return new SetupError(`${owner} injects ${name}, which is ${found}; expected what provide() made`);
}
