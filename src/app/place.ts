import type { Request } from "../http/request.ts";
import type { Realtime } from "../websocket/realtime.ts";
import type { Config } from "./config.ts";
import type { ErrorHandlers } from "./error-handlers.ts";
import type { RouteOptions } from "./handler.ts";
import type { Injector } from "./injection/injector.ts";
import type { LifecycleEvent, ListenerEntry } from "./lifecycle.ts";
import type { RouteDeclaration } from "./registration.ts";
import type { RouteRecord } from "./route.ts";
import type { Routes } from "./routes.ts";
import type { RunnableApp } from "./running-server.ts";
import type { Scope } from "./scope.ts";
import type { Signals } from "./signals.ts";

/** What an app lends to what is declared in it. */
export interface PlaceHost {
  readonly name: string;
  readonly config: Config;
  readonly routes: Routes;
  readonly realtime: Realtime;
  readonly injector: Injector;
  report(error: unknown, request: Request | null): void;
  /** Throws a SetupError when a blueprint of that name is mounted already. */
  claimName(name: string): void;
  addListener(event: LifecycleEvent, entry: ListenerEntry): void;
  /** Lets a mounted app live with this one. Throws a SetupError for an app that would be inside itself. */
  joinApp(app: RunnableApp): void;
  readonly signals: Signals;
}

/** What routes have that do not say otherwise. */
export type PlaceDefaults = Pick<RouteOptions, "host" | "version" | "versionPrefix" | "strictSlashes">;

/** What a blueprint or a group adds to the place it is mounted at. */
export interface Mounting {
  readonly scope: Scope;
  /** `""` for a group, whose members are called as if it were not there. */
  readonly name: string;
  /** Without a slash at its end. */
  readonly prefix: string;
  readonly defaults: PlaceDefaults;
}

/**
 * Where a declaration takes effect: the app itself, or one place of a blueprint in an app. A blueprint that is mounted
 * twice has two.
 */
export class Place {
  readonly host: PlaceHost;
  /** The scopes around it, from the outside in. */
  readonly scopes: readonly Scope[];
  /** In front of the paths, without a slash at its end. */
  readonly prefix: string;
  /** In front of the names of routes, `""` in the app itself. */
  readonly name: string;
  private readonly defaults: PlaceDefaults;

  private constructor(host: PlaceHost, scopes: readonly Scope[], mounting: Omit<Mounting, "scope">) {
    this.host = host;
    this.scopes = scopes;
    this.prefix = mounting.prefix;
    this.name = mounting.name;
    this.defaults = mounting.defaults;
  }

  /** The place that is an app itself. */
  static ofApp(host: PlaceHost, scope: Scope): Place {
    return new Place(host, [scope], { prefix: "", name: "", defaults: {} });
  }

  /** The place of a blueprint or a group inside this one. Throws a SetupError when its name is taken. */
  inside({ scope, name, prefix, defaults }: Mounting): Place {
    const place = new Place(this.host, [...this.scopes, scope], {
      name: [this.name, name].filter((part) => part !== "").join("."),
      prefix: this.prefix + prefix,
      defaults: { ...this.defaults, ...defaults },
    });
    if (name !== "") this.host.claimName(place.name);
    // Without a prefix or a host of its own there are no paths that are more its than another's.
    if (prefix !== "" || defaults.host !== undefined)
      this.host.routes.claimPrefix(place.prefix, place.defaults, place.scopes);
    return place;
  }

  /**
   * Adds a route at this place. Throws a SetupError for what the app refuses.
   *
   * @param errorHandlers its own, shared with the same route in other places; null for none.
   */
  addRoute(declaration: RouteDeclaration, errorHandlers: ErrorHandlers | null = null): RouteRecord<never> {
    const { host, scopes } = this;
    const options = { ...this.defaults, ...declaration.options };
    if (options.name !== undefined && this.name !== "") options.name = `${this.name}.${options.name}`;
    const handler = declaration.handlerFor(host);
    return host.routes.add(declaration, this.prefix + declaration.path, options, {
      handler,
      scopes,
      errorHandlers,
    });
  }
}
