import { SetupError } from "../../http/setup-error.ts";
import type { RouteOptions } from "../handler.ts";
import type { Provider, Providers } from "./provider.ts";

/** What an app or a blueprint injects into every route that is registered from then on. */
export class InjectedEverywhere {
  private readonly providers: Record<string, Provider> = Object.create(null);

  /** @throws {SetupError} when a name is taken by another provider. */
  add(owner: string, providers: Providers): void {
    for (const [name, provider] of Object.entries(providers)) {
      const earlier = this.providers[name];
      if (earlier !== undefined && earlier !== provider) {
        throw new SetupError(
          `${owner} injects something else as "${name}" already; give one of the two another name`,
        );
      }
      this.providers[name] = provider;
    }
  }

  /** Begins with what another one injects. */
  take(other: InjectedEverywhere): void {
    Object.assign(this.providers, other.providers);
  }

  /** The options of a route with all it injects. Throws a SetupError when it gives a name another meaning. */
  addTo<Options extends RouteOptions>(path: string, options: Options): Options {
    const names = Object.keys(this.providers);
    if (names.length === 0) return options;
    const taken = names.find((name) => Object.hasOwn(options.inject ?? {}, name));
    if (taken !== undefined && options.inject?.[taken] !== this.providers[taken]) {
      throw new SetupError(
        `The route ${path} injects something else as "${taken}" than its app or blueprint does; give it another name`,
      );
    }
    return { ...options, inject: { ...this.providers, ...options.inject } };
  }
}
