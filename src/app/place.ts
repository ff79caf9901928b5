import type { Request } from "../http/request.ts";
import type { Realtime } from "../websocket/realtime.ts";
import type { Config } from "./config.ts";
import type { ErrorHandlers } from "./error-handlers.ts";
import type { Injector } from "./injection/injector.ts";
import type { LifecycleEvent, ListenerEntry } from "./lifecycle.ts";
import type { RouteDeclaration } from "./registration.ts";
import type { RouteRecord } from "./route.ts";
import type { Routes } from "./routes.ts";
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
  readonly signals: Signals;
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

  constructor(host: PlaceHost, scopes: readonly Scope[], { prefix, name }: { prefix: string; name: string }) {
    this.host = host;
    this.scopes = scopes;
    this.prefix = prefix;
    this.name = name;
  }

  /** The place of a blueprint inside this one. Throws a SetupError when its name is taken. */
  inside(scope: Scope, { prefix, name }: { prefix: string; name: string }): Place {
    const fullName = this.name === "" ? name : `${this.name}.${name}`;
    this.host.claimName(fullName);
    return new Place(this.host, [...this.scopes, scope], { prefix: this.prefix + prefix, name: fullName });
  }

  /**
   * Adds a route at this place. Throws a SetupError for what the app refuses.
   *
   * @param errorHandlers its own, shared with the same route in other places; null for none.
   */
  addRoute(declaration: RouteDeclaration, errorHandlers: ErrorHandlers | null = null): RouteRecord<never> {
    const { host, scopes } = this;
    const { path, options } = declaration;
    const { name } = options;
    const named =
      name === undefined || this.name === "" ? options : { ...options, name: `${this.name}.${name}` };
    const handler = declaration.handlerFor(host);
    return host.routes.add(declaration, this.prefix + path, named, { handler, scopes, errorHandlers });
  }
}
