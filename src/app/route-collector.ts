import type { RequestListener } from "node:http";
import { SetupError } from "../http/setup-error.ts";
import { CallSite } from "../routing/call-site.ts";
import { makeArgumentsOf, withArguments } from "./arguments.ts";
import type { Handler, Nothing, RouteOptions } from "./handler.ts";
import { InjectedEverywhere } from "./injection/injected-everywhere.ts";
import { declareMount, type MountTarget, type MountTargetOptions } from "./mount.ts";
import type { PlaceHost } from "./place.ts";
import { type RealtimeRouteOptions, readRealtimeOptions, serveRealtime } from "./realtime-route.ts";
import {
  type Register,
  type RegisteredRoute,
  type RegisterRoute,
  type RegisterView,
  type RegisterWebSocket,
  type RouteDeclaration,
  readRegistration,
} from "./registration.ts";
import { ScopeOwner } from "./scope-owner.ts";
import { declareSignal } from "./signal-declaration.ts";
import type { SignalScope } from "./signal-hearer.ts";
import type { SignalHandler, SignalOptions } from "./signal-options.ts";
import { declareStatic, type StaticRouteOptions } from "./static-route.ts";
import { readView } from "./view.ts";
import {
  divideOptions,
  type WebSocketHandler,
  type WebSocketLoop,
  type WebSocketRouteOptions,
  websocketHandler,
} from "./websocket-route.ts";

/** What can be declared on an app and on a blueprint alike: routes of all kinds, signals, and what {@link ScopeOwner} has. */
export abstract class RouteCollector<
  Prefix extends string,
  App,
  Types = unknown,
  Added extends object = Nothing,
> extends ScopeOwner<App> {
  readonly get: Register<Prefix, Types, Added> = this.registrar("GET");
  readonly post: Register<Prefix, Types, Added> = this.registrar("POST");
  readonly put: Register<Prefix, Types, Added> = this.registrar("PUT");
  readonly patch: Register<Prefix, Types, Added> = this.registrar("PATCH");
  readonly delete: Register<Prefix, Types, Added> = this.registrar("DELETE");
  readonly head: Register<Prefix, Types, Added> = this.registrar("HEAD");
  readonly options: Register<Prefix, Types, Added> = this.registrar("OPTIONS");

  /** Answers several methods at a path. Throws a SetupError for a bad path or method, or when they are taken. */
  readonly route: RegisterRoute<Prefix, Types, Added> = (
    methods: readonly string[],
    path: string,
    ...rest: unknown[]
  ) => this.addRoute(methods, path, rest);

  /**
   * Answers each request method at a path by the method of that name of a class ({@link View}) or an object; the others are
   * 405. Of a class an instance is made for every request, and its name is the route's. Throws a SetupError as `route` does,
   * and for a view that has no methods.
   *
   * @example
   * ```ts
   * import { Spindash } from "spindash";
   *
   * const app = new Spindash("shop");
   * const items = new Map<number, string>();
   * app.add(
   *   {
   *     get: (_req, { id }) => ({ name: items.get(id) ?? "nothing" }),
   *     delete: (_req, { id }) => ({ deleted: items.delete(id) }),
   *   },
   *   "/items/<id:int>",
   * );
   * ```
   */
  readonly add: RegisterView<Prefix, Types, Added> = (
    view: unknown,
    path: string,
    options?: RouteOptions,
  ) => {
    const { methods, options: all, handler } = readView(view, path, options);
    return this.addRoute(methods, path, [all, handler]);
  };

  /**
   * Answers websockets at a path: one loop, one socket. Leaving the loop is a normal end, whoever closed.
   *
   * @example
   * ```ts
   * import { Spindash } from "spindash";
   *
   * const app = new Spindash("echo");
   * app.websocket("/echo", async (_req, ws) => {
   *   for await (const message of ws) await ws.send(message);
   * });
   * ```
   */
  readonly websocket: RegisterWebSocket<Prefix, Types, Added> = (path: string, ...rest: readonly unknown[]) =>
    this.addWebSocket(path, rest);

  /**
   * Lets clients take part in topics over one websocket: those of `spindash/client`. What `options` do not allow, nobody may.
   *
   * Throws a SetupError for options that allow nothing or are none.
   *
   * @example
   * ```ts
   * import { Spindash, topic } from "spindash";
   *
   * const news = topic<string>("news", { history: 20 });
   * const app = new Spindash("paper");
   * app.realtime("/live", { topics: [news] });
   * ```
   */
  realtime(path: string, options: RealtimeRouteOptions): RegisteredRoute<never> {
    const { rules, route } = readRealtimeOptions(path, options);
    const loop: WebSocketLoop = (request, ws) => serveRealtime(request, ws, rules);
    return this.addWebSocket(path, [{ name: `realtime ${path}`, ...route }, loop]);
  }

  /** What every route declared from now on injects. */
  protected readonly injected: InjectedEverywhere = new InjectedEverywhere();
  /**
   * Serves a folder and all that is in it, or a single file, to `GET` and `HEAD`. `urlFor` takes the route and the name of a file
   * below the folder as `file`.
   *
   * Throws a SetupError when nothing lies at `target` (relative to the working directory), and for unknown options.
   *
   * @example
   * ```ts
   * import { mkdtempSync, writeFileSync } from "node:fs";
   * import { tmpdir } from "node:os";
   * import { join } from "node:path";
   * import { Spindash } from "spindash";
   *
   * const folder = mkdtempSync(join(tmpdir(), "public-"));
   * writeFileSync(join(folder, "app.css"), "main { color: blue }");
   *
   * const app = new Spindash("site");
   * const assets = app.static("/assets", folder, { maxAge: "1h" });
   * console.assert(app.urlFor(assets, { file: "app.css" }) === "/assets/app.css");
   * ```
   */
  static(
    path: string,
    target: string | URL,
    options: StaticRouteOptions = {},
  ): RegisteredRoute<{ file: string }> {
    const registeredAt = new CallSite();
    const routes = declareStatic(path, target, options, registeredAt).map((route) =>
      this.declareRoute(route),
    );
    return routes.at(-1) as RegisteredRoute<never>;
  }

  /**
   * Gives everything at and below a path, by every method, to another app, to a web-standard fetch handler (Hono, h3), or to
   * a request listener of `node:http` (Express). It sees the path without the prefix. Routes of this app at the same path
   * come first; middleware is for what is mounted, too. Throws a SetupError for what cannot be mounted.
   *
   * @example
   * ```ts
   * import { Spindash } from "spindash";
   *
   * const admin = new Spindash("admin");
   * admin.get("/users", () => ["Tails"]);
   *
   * const app = new Spindash("shop");
   * app.mount("/admin", admin);
   * app.mount("/old", (request) => new Response(new URL(request.url).pathname));
   * ```
   */
  mount(path: string, target: MountTarget, options?: MountTargetOptions): this;
  mount(path: string, listener: RequestListener, options?: MountTargetOptions): this;
  mount(path: string, target: MountTarget | RequestListener, options: MountTargetOptions = {}): this {
    for (const route of declareMount(path, target, options, new CallSite())) this.declareRoute(route);
    return this;
  }

  /**
   * Listens to a signal: one of yours, whose last part may be a parameter, or one of {@link BuiltInSignals}. Throws a
   * SetupError for a name that is none.
   *
   * @example
   * ```ts
   * import { Spindash } from "spindash";
   *
   * const app = new Spindash("shop");
   * app.on("user.created.<id:int>", ({ id, email }) => console.log(id + 1, email));
   * await app.dispatch("user.created.7", { email: "tails@example.com" });
   * ```
   */
  on<const Event extends string>(event: Event, handler: SignalHandler<Event>): this;
  on<const Event extends string>(event: Event, options: SignalOptions, handler: SignalHandler<Event>): this;
  on(event: string, ...rest: readonly unknown[]): this {
    const declaration = declareSignal(event, rest, this.signalScope);
    this.declare((place) => place.host.signals.add(declaration));
    return this;
  }

  /** Whose its signals are: the app's, null, or the blueprint's. */
  protected abstract readonly signalScope: SignalScope;

  /** Makes a route in every place this has, now and later. */
  protected abstract declareRoute(declaration: RouteDeclaration): RegisteredRoute<never>;

  private registrar(method: string): Register<Prefix, Types, Added> {
    return (path: string, ...rest: readonly unknown[]) => this.addRoute([method], path, rest);
  }

  private addRoute(
    methods: readonly string[],
    path: string,
    rest: readonly unknown[],
  ): RegisteredRoute<never> {
    const { options, handler } = readRegistration<RouteOptions>(path, rest);
    if (typeof handler !== "function")
      throw new SetupError(`The route ${path} has no handler; expected a function as the last argument`, {
        code: "E_BAD_ROUTE",
      });
    const all = this.injected.addTo(path, options);
    const plan = { route: options.name ?? `${methods.join("|")} ${path}`, methods, options: all };
    const handlerFor = (host: PlaceHost) => withArguments(plan, host, handler as Handler);
    const registeredAt = new CallSite();
    return this.declareRoute({ methods, path, options: all, isWebSocket: false, registeredAt, handlerFor });
  }

  private addWebSocket(path: string, rest: readonly unknown[]): RegisteredRoute<never> {
    const { options, handler } = readRegistration<WebSocketRouteOptions>(path, rest);
    const { ownOptions, routeOptions } = divideOptions(options);
    const all: RouteOptions = this.injected.addTo(path, routeOptions);
    const plan = { route: options.name ?? `websocket ${path}`, methods: ["GET"], options: all };
    return this.declareRoute({
      methods: ["GET"],
      path,
      options: all,
      isWebSocket: true,
      registeredAt: new CallSite(),
      handlerFor: (host) =>
        websocketHandler(host, path, ownOptions, makeArgumentsOf(plan, host), handler as WebSocketHandler),
    });
  }
}
