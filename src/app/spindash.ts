import type { RequestListener } from "node:http";
import { CookieKeys } from "../http/cookie-keys.ts";
import { withCurrentRequest } from "../http/current-request.ts";
import { HttpError } from "../http/errors.ts";
import type { ForwardedPolicy, Peer, Request } from "../http/request.ts";
import type { RequestApp } from "../http/request-app.ts";
import type { Response } from "../http/response.ts";
import { SetupError } from "../http/setup-error.ts";
import type { LinkTarget, UrlFor, UrlOptions } from "../http/url-for.ts";
import { createDefaultLogger, type Logger } from "../logging/logger.ts";
import { defineParameterTypes, type ParameterTypeDefinitions } from "../routing/parameter-types.ts";
import { answerFetch } from "../server/fetch-adapter.ts";
import { createNodeListener } from "../server/node-adapter.ts";
import { createForwardedPolicy } from "../server/proxy-trust.ts";
import type { HistoryFrom } from "../websocket/history.ts";
import type { Presence } from "../websocket/presence.ts";
import { Realtime } from "../websocket/realtime.ts";
import type { Relay } from "../websocket/relay.ts";
import type { RelayStatus } from "../websocket/relay-link.ts";
import type { Topic } from "../websocket/topic.ts";
import type { TopicMessage } from "../websocket/topic-message.ts";
import {
  listenTo,
  type MessagesOptions,
  messagesOf,
  type TopicHandler,
  type TopicMessages,
} from "../websocket/topic-subscription.ts";
import type { PublishOptions } from "../websocket/topics.ts";
import { composeRoute } from "./compose-route.ts";
import { type Config, type ConfigOptions, resolveConfig } from "./config.ts";
import type { ConfigSource } from "./config-layers.ts";
import { ErrorAnswers } from "./error-answers.ts";
import type { Extension } from "./extension.ts";
import { Extensions } from "./extensions.ts";
import type { Nothing } from "./handler.ts";
import { Injector } from "./injection/injector.ts";
import type { Provider, Providers } from "./injection/provider.ts";
import { Lifecycle, type LifecycleEvent } from "./lifecycle.ts";
import { MountedApps } from "./mounted-apps.ts";
import { checkName } from "./name.ts";
import type { SettingDefinitions, SettingsOf } from "./own-settings.ts";
import { Place, type PlaceHost } from "./place.ts";
import type { RouteDeclaration } from "./registration.ts";
import { observeConnection, observeRequests } from "./request-signals.ts";
import type { RouteRecord } from "./route.ts";
import { RouteCollector } from "./route-collector.ts";
import { checkSkipped } from "./route-middleware.ts";
import { Routes } from "./routes.ts";
import { runApp } from "./run-program.ts";
import {
  type ErrorSink,
  type RunnableApp,
  type RunningServer,
  type RunOptions,
  startApp,
} from "./running-server.ts";
import { addSchedule, type ScheduleOptions } from "./schedule.ts";
import type { Declaration } from "./scope-owner.ts";
import { withSealedCookies } from "./sealed-cookies.ts";
import type { SignalFacts, SignalScope } from "./signal-hearer.ts";
import type { DispatchOptions, SignalContext, WaitOptions } from "./signal-options.ts";
import { type BuiltInSignal, type SignalHost, Signals } from "./signals.ts";
import type { Task, TaskHandle } from "./task-handle.ts";
import { type TaskOptions, Tasks } from "./tasks.ts";
import { type TopicEventsOptions, topicEvents } from "./topic-events.ts";

const REPORT = "server.exception.report";

const LIFECYCLE_SIGNALS: ReadonlyMap<LifecycleEvent, BuiltInSignal> = new Map([
  ["beforeServerStart", "server.init.before"],
  ["afterServerStart", "server.init.after"],
  ["beforeServerStop", "server.shutdown.before"],
  ["afterServerStop", "server.shutdown.after"],
]);

/** What an app is made with. */
export interface SpindashOptions<
  Context extends object,
  Types = unknown,
  Definitions extends SettingDefinitions = Nothing,
> {
  /** Settings; they win over the environment. */
  config?: ConfigOptions;
  /**
   * Files of settings by path (from the working directory) or URL: JSON, TOML, `.env`, modules; and objects. Later ones win,
   * and the environment over all of them. @default none
   */
  configSources?: readonly ConfigSource[];
  /** Settings of the app's own: a default value, or a function that makes the value of text. @default none */
  settings?: Definitions & SettingDefinitions;
  /** In front of environment variables; `""` when none are read. @default "SPINDASH_" */
  envPrefix?: string;
  /** Any logger with pino's call forms. @default pino, JSON lines on standard output */
  logger?: Logger;
  /** What `app.ctx` is from the start. @default {} */
  ctx?: Context;
  /** Parameter types of the app's own, by the name that stands in paths. @default none */
  parameterTypes?: ParameterTypeDefinitions<Types>;
  /** Brings topics and presence to other processes of the app. @default none */
  relay?: Relay;
}

/**
 * An app: routes, middleware and listeners, and the server that runs them.
 *
 * @example
 * ```ts
 * import { Spindash } from "spindash";
 *
 * const app = new Spindash("shop");
 * app.get("/items/<id:int>", (_req, { id }) => ({ id }));
 * ```
 */
export class Spindash<
    Context extends object = Record<string, unknown>,
    Types = unknown,
    Added extends object = Nothing,
    Definitions extends SettingDefinitions = Nothing,
  >
  extends RouteCollector<"", Spindash<Context, Types, Nothing, Definitions>, Types, Added>
  implements RunnableApp, SignalHost
{
  readonly name: string;
  readonly config: Config;
  /** The settings of its own. */
  readonly settings: SettingsOf<Definitions>;
  readonly log: Logger;
  /** @internal */
  readonly cookieKeys: CookieKeys | null;
  /** A place for what listeners set up: connections, pools, caches. */
  readonly ctx: Context;
  private readonly realtimeState: Realtime;
  /** The background tasks that are at work or planned. */
  readonly tasks: Tasks = new Tasks((error, name) =>
    this.logError(error, { task: name }, `The task ${name} failed`),
  );
  private readonly mountedApps = new MountedApps();
  private sink: ErrorSink | null = null;
  private readonly lifecycle = new Lifecycle<Spindash<Context, Types, Nothing, Definitions>>();
  protected readonly blueprintName = "";
  private readonly routeTable: Routes;
  private readonly place: Place;
  private readonly injector: Injector = new Injector(this, (error, request) => this.report(error, request));
  private readonly extensionList = new Extensions();
  private readonly blueprintNames = new Set<string>();
  private readonly errors: ErrorAnswers;
  private readonly forwardedPolicy: ForwardedPolicy | null;
  private readonly keepsRequest: boolean;
  protected readonly signalScope: SignalScope = null;
  private readonly signals: Signals = new Signals(this);
  /** Answers in place of `answer` while somebody listens to signals of requests. */
  private observed: ((request: Request) => Promise<Response>) | null = null;
  private readonly reportedBefore = new WeakSet<object>();
  private foreignStart: Promise<void> | null = null;

  /** Throws a SetupError for a bad name or setting. */
  constructor(name: string, options: SpindashOptions<Context, Types, Definitions> = {}) {
    super();
    this.name = checkName(name, "an app");
    const { config, configSources: sources, settings, envPrefix: prefix } = options;
    const resolved = resolveConfig({ config, sources, settings, prefix }, process.env);
    this.config = resolved.config;
    this.settings = resolved.settings as SettingsOf<Definitions>;
    this.routeTable = new Routes([this.scope], this.config, defineParameterTypes(options.parameterTypes));
    this.cookieKeys = CookieKeys.from(this.config.cookieSecrets);
    this.keepsRequest = this.config.requestContext;
    this.log = options.logger ?? createDefaultLogger(name);
    for (const warning of resolved.warnings) this.log.warn({}, warning);
    this.forwardedPolicy = createForwardedPolicy(this.config);
    this.ctx = options.ctx ?? ({} as Context);
    this.realtimeState = new Realtime({
      app: name,
      relay: options.relay,
      heartbeat: this.config.presenceHeartbeat,
      report: (error) => this.report(error, null),
    });
    this.errors = new ErrorAnswers({
      config: this.config,
      report: (error, request) => this.report(error, request),
    });
    this.place = Place.ofApp(this.placeHost(), this.scope);
  }

  /** Every route in order of registration, with those of mounted blueprints. */
  get routes(): readonly RouteRecord[] {
    return this.routeTable.all;
  }

  /**
   * The URL of a route: by what registering it gave, checked by the compiler, or by its name. Parameters the path
   * does not have become query parameters. Throws an {@link UrlBuildError} for an unknown name, for a parameter that is
   * missing or of the wrong type, and for a host that is not known.
   *
   * @example
   * ```ts
   * import { Spindash } from "spindash";
   *
   * const app = new Spindash("shop");
   * const show = app.get("/items/<id:int>", { name: "show" }, (_req, { id }) => ({ id }));
   * console.assert(app.urlFor(show, { id: 7 }) === "/items/7");
   * console.assert(app.urlFor("show", { id: 7, page: 2 }) === "/items/7?page=2");
   * const options = { host: "example.com", scheme: "https", anchor: "price" };
   * console.assert(app.urlFor("show", { id: 7 }, options) === "https://example.com/items/7#price");
   * ```
   */
  readonly urlFor: UrlFor = (route: string | LinkTarget, parameters?: object, options?: UrlOptions): string =>
    this.routeTable.urlFor(route, parameters as Record<string, unknown>, options);

  /** @internal What `req.urlFor` is made of. */
  readonly linkFrom: RequestApp["linkFrom"] = (request, route, parameters, options) =>
    this.routeTable.urlFor(route, parameters, options, request);

  /**
   * Gives the handlers of every route registered from now on these values as arguments.
   *
   * @throws {SetupError} when a name stands for another provider already.
   *
   * @example
   * ```ts
   * import { provide, Spindash } from "spindash";
   *
   * const startedAt = provide(() => new Date(), { scope: "app" });
   * const app = new Spindash("clock").inject({ startedAt });
   * app.get("/", (_req, { startedAt }) => startedAt.toISOString());
   * ```
   */
  inject<Injected extends object>(
    providers: Providers<Injected>,
  ): Spindash<Context, Types, Added & Injected, Definitions> {
    this.injected.add(`The app ${this.name}`, providers);
    return this as unknown as Spindash<Context, Types, Added & Injected, Definitions>;
  }

  /**
   * Extends the app; handlers of routes registered on what this gives get what the extension injects.
   *
   * @throws {SetupError} when the app has it already, lacks one it needs, or when its setup fails.
   */
  extend<Injected extends object = Nothing>(
    extension: Extension<Injected>,
  ): Spindash<Context, Types, Added & Injected> {
    this.extensionList.add(extension, this as unknown as Spindash);
    return this.inject(extension.inject ?? ({} as Providers<Injected>));
  }

  /** The app's extensions by name, in the order they came. */
  get extensions(): ReadonlyMap<string, Extension> {
    return this.extensionList.all;
  }

  /** The value of a provider of scope `"app"`, for listeners and tasks; made now if nobody has asked before. */
  resolve<Value>(provider: Provider<Value, "app">): Promise<Value> {
    return this.injector.resolve(provider) as Promise<Value>;
  }

  /**
   * Makes another provider stand in for one, wherever that is injected: for tests.
   *
   * @throws {SetupError} when the first one is in use already, as it is once the app has started.
   */
  replace<Value>(provider: Provider<Value>, substitute: Provider<NoInfer<Value>>): this {
    this.injector.replace(provider, substitute);
    return this;
  }

  /**
   * Runs beside the requests until it returns or its signal aborts; starts with the server, or now when that runs. One that
   * is added by a start listener belongs to that start.
   */
  addTask(task: Task, options?: TaskOptions): TaskHandle {
    return this.tasks.add(task, options);
  }

  /**
   * Runs a task at the times of a cron pattern, or at a date. Throws a SetupError for a pattern or a timezone that is none.
   *
   * @example
   * ```ts
   * import { Spindash } from "spindash";
   *
   * const app = new Spindash("shop");
   * app.schedule("0 4 * * *", { name: "report", timezone: "Europe/Rome" }, async (signal) => {
   *   console.log("Four o'clock", signal.aborted);
   * });
   * ```
   */
  schedule(pattern: string, task: Task): TaskHandle;
  schedule(pattern: string, options: ScheduleOptions, task: Task): TaskHandle;
  schedule(pattern: string, ...rest: readonly unknown[]): TaskHandle {
    return addSchedule(this.tasks, pattern, rest);
  }

  /** The task of a name that was added last, undefined when none is at work or planned. */
  getTask(name: string): TaskHandle | undefined {
    return this.tasks.get(name);
  }

  /** Tells the task of a name to stop. Resolves when it has ended, with false when there is none. */
  async cancelTask(name: string, reason?: Error): Promise<boolean> {
    const task = this.tasks.get(name);
    await task?.cancel(reason);
    return task !== undefined;
  }

  /**
   * Sends a message to all subscribers of a topic: text as text, bytes as binary, values as JSON. It is encoded once, and
   * nobody waits for a subscriber that is slow.
   *
   * Throws a TypeError for data that has no JSON.
   *
   * @example
   * ```ts
   * import { Spindash } from "spindash";
   *
   * const app = new Spindash("radio");
   * app.websocket("/listen", async (_req, ws) => {
   *   ws.subscribe("radio");
   *   await ws.closed;
   * });
   * app.post("/say", async (req) => {
   *   app.publish("radio", await req.text());
   *   return { listeners: app.subscribers("radio") };
   * });
   * ```
   */
  publish<Value>(
    topic: Topic<Value> | string,
    data: NoInfer<Value>,
    options?: PublishOptions,
  ): Promise<void> {
    return this.realtimeState.topics.publish(topic, data, options);
  }

  /** Calls a function for each message of a topic from now on. Returns what ends that. */
  subscribe<Value>(topic: Topic<Value> | string, handler: TopicHandler<Value>): () => void {
    return listenTo(this.realtimeState.topics, topic, handler, (error) => this.report(error, null));
  }

  /** Messages of a topic from now on, for one loop; leaving the loop or aborting the signal ends it. */
  messages<Value>(topic: Topic<Value> | string, options?: MessagesOptions): TopicMessages<Value> {
    return messagesOf(this.realtimeState.topics, topic, options);
  }

  /**
   * A topic as server-sent events, for clients without websockets: what a handler returns. Text is sent as it is, values as
   * JSON, bytes as base64; clients that come back get what they missed of a topic with history.
   *
   * @example
   * ```ts
   * import { Spindash, topic } from "spindash";
   *
   * const prices = topic<{ cents: number }>("prices", { history: 100 });
   * const app = new Spindash("shop");
   * app.get("/prices", () => app.topicEvents(prices, { last: 10 }));
   * ```
   */
  topicEvents(topic: Topic | string, options?: TopicEventsOptions): Response {
    return topicEvents(this.realtimeState.topics, topic, options);
  }

  /** Messages that a topic with history has kept, the oldest first. */
  history<Value>(
    topic: Topic<Value>,
    from: HistoryFrom = { last: topic.history },
  ): Promise<TopicMessage<Value>[]> {
    return this.realtimeState.topics.read(topic, from) as Promise<TopicMessage<Value>[]>;
  }

  /** How many sockets, functions and loops of this process subscribe to a topic. */
  subscribers(topic: Topic | string): number {
    return this.realtimeState.topics.count(topic);
  }

  /** Who is present in a topic, in all processes of the app: those that `ws.join` made present. */
  presence<Data = unknown>(topic: Topic | string): Presence<Data> {
    return this.realtimeState.presence(topic);
  }

  /** How the app's relay does: whether its broker is reached, how much waits for that. */
  get relay(): RelayStatus {
    return this.realtimeState.relay;
  }

  /**
   * Tells everybody who listens to a signal, and resolves when all have heard. An error of a handler is logged, and rejects
   * this when all have heard; with `background` nobody waits.
   */
  dispatch(event: string, context?: object, options?: DispatchOptions): Promise<unknown> {
    return this.signals.dispatch(event, context as SignalFacts, options);
  }

  /** Resolves with what the next dispatch of a signal tells; rejects at the timeout, by its signal, and when the server stops. */
  event<const Event extends string>(event: Event, options?: WaitOptions): Promise<SignalContext<Event>> {
    return this.signals.wait(event, options) as Promise<SignalContext<Event>>;
  }

  /** Whether anybody would hear a signal. */
  isHeard(event: string): boolean {
    return this.signals.isHeard(event);
  }

  /**
   * Starts the server and says so; Ctrl-C and SIGTERM stop it gracefully. Resolves when it listens. A start that fails is
   * explained in a sentence and ends the process with exit code 1: to handle that yourself, use {@link Spindash.listen}.
   */
  run(options?: RunOptions): Promise<RunningServer> {
    return runApp(this, options);
  }

  /** Starts the server, quietly. Rejects when a listener fails or the port cannot be had. */
  listen(options?: RunOptions): Promise<RunningServer> {
    return startApp(this, options);
  }

  /**
   * Answers a web-standard request: for runtimes that bring their own server. The start listeners run before the first one.
   *
   * @example
   * ```ts
   * import { Spindash } from "spindash";
   *
   * const app = new Spindash("edge");
   * app.get("/", () => ({ hello: "edge" }));
   * const response = await app.fetch(new globalThis.Request("https://example.com/"));
   * console.assert(response.status === 200);
   * ```
   */
  readonly fetch: (request: globalThis.Request) => Promise<globalThis.Response> = async (request) => {
    await this.startForeign();
    return answerFetch(this, request, this.config.bodyLimit);
  };

  /**
   * A request listener for `node:http` and whatever takes one, such as an app of another framework. Start listeners are run
   * before the first request; deadlines and websockets are that server's.
   */
  toNodeListener(): RequestListener {
    const listener = createNodeListener(this, this.config.bodyLimit);
    return (incoming, outgoing) => {
      this.startForeign().then(
        () => listener(incoming, outgoing),
        (error: unknown) => {
          this.report(error, null);
          outgoing.writeHead(500).end();
        },
      );
    };
  }

  /** The seam: answers a request of any server. */
  handle(request: Request): Response | Promise<Response> {
    // Before the route: the host it is found by is the one that a proxy tells.
    if (this.forwardedPolicy !== null) request.forwardedPolicy = this.forwardedPolicy;
    // A request does not know which type its app's ctx has.
    request.app = this as unknown as RequestApp;
    const answer = this.keepsRequest
      ? withCurrentRequest(request, this.answerRequest)
      : this.answerRequest(request);
    return this.cookieKeys === null ? answer : withSealedCookies(answer, this.cookieKeys);
  }

  private readonly answerRequest = (request: Request): Response | Promise<Response> =>
    this.observed === null ? this.answer(request, this.routeOf(request)) : this.observed(request);

  private answer(request: Request, route: RouteRecord): Response | Promise<Response> {
    if (route.declaration !== null) request.route = route;
    if (request.hasBody) {
      request.formLimits = this.config;
      if (route.bodyLimit !== undefined) request.body.limit = route.bodyLimit;
    }
    const chain = route.chain ?? this.compose(route);
    return chain(request);
  }

  /** Runs the listeners of a moment of the server's life. */
  async runListeners(event: LifecycleEvent): Promise<void> {
    try {
      await this.pass(event);
    } catch (error) {
      // A start that fails here is followed by no stop.
      if (event === "beforeServerStart") await this.injector.dispose();
      throw error;
    }
  }

  private async pass(event: LifecycleEvent): Promise<void> {
    if (event === "beforeServerStart") this.injector.check();
    if (event === "beforeServerStart") await this.realtimeState.open();
    if (event === "beforeServerStop") this.signals.stop(new Error("The server stops"));
    // What was made of things that listeners opened goes before those.
    if (event === "afterServerStop") await this.injector.dispose();
    await this.lifecycle.run(event, this, (error, where) => this.logError(error, {}, where));
    // Whatever the listeners have added is there by now.
    if (event === "beforeServerStart") for (const route of this.routes) checkSkipped(route);
    const signal = LIFECYCLE_SIGNALS.get(event);
    if (signal !== undefined) await this.signals.emit(signal, {});
    if (event === "afterServerStop") await this.realtimeState.close();
  }

  /** Answers what never became a request, or whose handler was given up on. */
  refuse(error: HttpError, request: Request | null = null): Response {
    return this.errors.refuse(error, request);
  }

  /** Logs an error that no client is told about. */
  report(error: unknown, request: Request | null): void {
    // An error of a signal's handler that comes out of a request as well is one error.
    if (typeof error === "object" && error !== null && this.reportedBefore.delete(error)) return;
    const where = request === null ? "outside a request" : `in ${request.method} ${request.path}`;
    this.logError(error, request === null ? {} : { requestId: request.id }, `Error ${where}`, request);
  }

  /** @internal */
  connected(peer: Peer): (() => void) | null {
    return observeConnection(this.signals, peer);
  }

  /** @internal */
  reportSignal(error: unknown, event: string): void {
    if (error instanceof HttpError && error.status < 500) return;
    this.logError(error, { signal: event }, `Error in a handler of the signal ${event}`);
    if (typeof error === "object" && error !== null) this.reportedBefore.add(error);
  }

  /** @internal */
  trackSignal(name: string, work: () => unknown): void {
    this.tasks.track(name, work);
  }

  /** @internal */
  builtInChanged(): void {
    this.observed = observeRequests(this.signals, {
      routeOf: (request) => this.routeOf(request),
      answer: (request, route) => this.answer(request, route),
    });
    this.routeTable.forgetChains();
  }

  /** @internal Gets errors in place of the log, also those of mounted apps: the test client collects them. */
  get errorSink(): ErrorSink | null {
    return this.sink;
  }

  set errorSink(sink: ErrorSink | null) {
    this.sink = sink;
    this.mountedApps.report(sink);
  }

  /** @internal */
  contains(app: RunnableApp): boolean {
    return this.mountedApps.contains(app);
  }

  private logError(error: unknown, details: object, message: string, request: Request | null = null): void {
    if (this.sink !== null) this.sink(error, message);
    else this.log.error({ err: error, ...details }, message);
    // Whoever fails to take in a report is not told of that one.
    if (!message.endsWith(REPORT)) void this.signals.emit(REPORT, { error, request });
  }

  /** Under a server that is not ours, the first request is the start. */
  private startForeign(): Promise<void> {
    this.foreignStart ??= this.runListeners("beforeServerStart").then(() =>
      this.runListeners("afterServerStart"),
    );
    return this.foreignStart;
  }

  private routeOf(request: Request): RouteRecord {
    try {
      return this.routeTable.find(request);
    } catch (error) {
      return this.routeTable.unreadable(error, request);
    }
  }

  private compose(route: RouteRecord): NonNullable<RouteRecord["chain"]> {
    const chain = composeRoute(route, this.errors, this.signals);
    route.chain = route.injects ? this.injector.around(chain) : chain;
    return route.chain;
  }

  protected declare(declaration: Declaration): void {
    declaration(this.place);
  }

  protected declareRoute(route: RouteDeclaration): RouteRecord<never> {
    return this.place.addRoute(route);
  }

  protected scopeChanged(): void {
    this.routeTable.forgetChains();
  }

  private placeHost(): PlaceHost {
    return {
      name: this.name,
      config: this.config,
      routes: this.routeTable,
      realtime: this.realtimeState,
      signals: this.signals,
      injector: this.injector,
      report: (error, request) => this.report(error, request),
      claimName: (name) => this.claimName(name),
      addListener: (event, entry) => this.lifecycle.add(event, entry),
      joinApp: (app) => this.mountedApps.join(app, this, this.lifecycle),
    };
  }

  private claimName(name: string): void {
    if (this.blueprintNames.has(name)) {
      throw new SetupError(
        `A blueprint "${name}" is mounted in "${this.name}" already; give this one another name: blueprint(${name}, { name: "other", prefix: "/other" })`,
      );
    }
    this.blueprintNames.add(name);
  }
}
