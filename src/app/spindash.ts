import type { RequestListener } from "node:http";
import { BadRequest, type HttpError } from "../http/errors.ts";
import type { ForwardedPolicy, Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { SetupError } from "../http/setup-error.ts";
import { createDefaultLogger, type Logger } from "../logging/logger.ts";
import type { PathParameters } from "../routing/path-parameters.ts";
import { answerFetch } from "../server/fetch-adapter.ts";
import { createNodeListener } from "../server/node-adapter.ts";
import { createForwardedPolicy } from "../server/proxy-trust.ts";
import { composeChain } from "./chain.ts";
import { type Config, type ConfigOptions, resolveConfig } from "./config.ts";
import { ErrorAnswers } from "./error-answers.ts";
import { addErrorHandler, type ErrorClass, type ErrorHandlers, type ErrorScope } from "./error-handlers.ts";
import type {
  AroundMiddleware,
  ErrorHandler,
  Handler,
  MiddlewareOptions,
  RequestMiddleware,
  ResponseMiddleware,
  RouteOptions,
} from "./handler.ts";
import { Lifecycle, type LifecycleEvent, type LifecycleListener } from "./lifecycle.ts";
import { MiddlewareList } from "./middleware.ts";
import type { RouteRecord } from "./route.ts";
import { Routes, unreadablePath } from "./routes.ts";
import { runApp } from "./run-program.ts";
import {
  type ErrorSink,
  type RunnableApp,
  type RunningServer,
  type RunOptions,
  startApp,
} from "./running-server.ts";
import { type Task, type TaskOptions, Tasks } from "./tasks.ts";
import { type WebSocketHandler, type WebSocketRouteOptions, websocketHandler } from "./websocket-route.ts";

/** Registers a handler for one method. */
export interface Register {
  <const Path extends string>(path: Path, handler: Handler<Path>): RouteRecord;
  <const Path extends string>(path: Path, options: RouteOptions, handler: Handler<Path>): RouteRecord;
}

/** Registers a websocket handler. */
export interface RegisterWebSocket {
  <const Path extends string>(path: Path, handler: WebSocketHandler<Path>): RouteRecord;
  <const Path extends string>(
    path: Path,
    options: WebSocketRouteOptions,
    handler: WebSocketHandler<Path>,
  ): RouteRecord;
}

/** What an app is made with. */
export interface SpindashOptions<Context extends object> {
  /** Settings; they win over the environment. */
  config?: ConfigOptions;
  /** Any logger with pino's call forms. @default pino, JSON lines on standard output */
  logger?: Logger;
  /** What `app.ctx` is from the start. @default {} */
  ctx?: Context;
}

const NAME = /^[A-Za-z_][\w-]*$/;

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
export class Spindash<Context extends object = Record<string, unknown>> implements RunnableApp {
  readonly name: string;
  readonly config: Config;
  readonly log: Logger;
  /** A place for what listeners set up: connections, pools, caches. */
  readonly ctx: Context;
  readonly get: Register = this.registrar("GET");
  readonly post: Register = this.registrar("POST");
  readonly put: Register = this.registrar("PUT");
  readonly patch: Register = this.registrar("PATCH");
  readonly delete: Register = this.registrar("DELETE");
  readonly head: Register = this.registrar("HEAD");
  readonly options: Register = this.registrar("OPTIONS");
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
  readonly websocket: RegisterWebSocket = (path: string, ...rest: readonly unknown[]) =>
    this.addWebSocket(path, rest);

  /** @internal */
  readonly tasks: Tasks = new Tasks((error, name) =>
    this.logError(error, { task: name }, `The task ${name} failed`),
  );
  /** @internal Gets errors in place of the log: the test client collects them. */
  errorSink: ErrorSink | null = null;
  private readonly lifecycle = new Lifecycle<Spindash<Context>>();
  private readonly routes = new Routes();
  private readonly middleware = new MiddlewareList();
  private readonly errors: ErrorAnswers;
  private readonly errorHandlers: ErrorHandlers = new Map();
  private readonly forwardedPolicy: ForwardedPolicy | null;
  private foreignStart: Promise<void> | null = null;

  /** Throws a SetupError for a bad name or setting. */
  constructor(name: string, options: SpindashOptions<Context> = {}) {
    if (typeof name !== "string" || !NAME.test(name)) {
      throw new SetupError(
        `${JSON.stringify(name)} cannot name an app; expected a letter or underscore, then letters, digits, underscores and hyphens`,
      );
    }
    this.name = name;
    this.config = resolveConfig(options.config, process.env);
    this.log = options.logger ?? createDefaultLogger(name);
    this.forwardedPolicy = createForwardedPolicy(this.config);
    this.ctx = options.ctx ?? ({} as Context);
    this.errors = new ErrorAnswers({
      debug: this.config.debug,
      report: (error, request) => this.report(error, request),
    });
  }

  /** Answers several methods at a path. Throws a SetupError for a bad path or method, or when they are taken. */
  route<const Path extends string>(
    methods: readonly string[],
    path: Path,
    handler: Handler<Path>,
  ): RouteRecord;
  route<const Path extends string>(
    methods: readonly string[],
    path: Path,
    options: RouteOptions,
    handler: Handler<Path>,
  ): RouteRecord;
  route(methods: readonly string[], path: string, ...rest: readonly unknown[]): RouteRecord {
    const { options, handler } = readRegistration<RouteOptions>(path, rest);
    if (typeof handler !== "function")
      throw new SetupError(`The route ${path} has no handler; expected a function as the last argument`);
    const handle = handler as Handler;
    return this.routes.add(methods, path, options, (request) =>
      handle(request, request.params as PathParameters<string>),
    );
  }

  /** Runs before every handler, also before 404 and 405; answering by returning something skips the rest. */
  onRequest(middleware: RequestMiddleware, options?: MiddlewareOptions): this {
    this.middleware.addRequest(middleware, options);
    this.routes.forgetChains();
    return this;
  }

  /** Runs on every response, also those of errors; not on websockets. */
  onResponse(middleware: ResponseMiddleware, options?: MiddlewareOptions): this {
    this.middleware.addResponse(middleware, options);
    this.routes.forgetChains();
    return this;
  }

  /** Runs around every handler: call `next()` for the rest, return the answer. */
  use(middleware: AroundMiddleware): this {
    this.middleware.addAround(middleware);
    this.routes.forgetChains();
    return this;
  }

  /**
   * Answers errors of a class and its subclasses, of all routes or of those in `routes`; the nearest class wins. Throws a
   * SetupError if that class has a handler there.
   */
  onError<Failure extends Error>(errorClass: ErrorClass<Failure>, handler: ErrorHandler<Failure>): this;
  onError<Failure extends Error>(
    errorClass: ErrorClass<Failure>,
    scope: ErrorScope,
    handler: ErrorHandler<Failure>,
  ): this;
  onError(errorClass: ErrorClass, ...rest: readonly unknown[]): this {
    addErrorHandler(this.errorHandlers, errorClass, rest);
    this.routes.forgetChains();
    return this;
  }

  /** Runs before the server listens: open what handlers need. */
  beforeServerStart(listener: LifecycleListener<Spindash<Context>>): this {
    this.lifecycle.add("beforeServerStart", listener);
    return this;
  }

  /** Runs once the server listens. */
  afterServerStart(listener: LifecycleListener<Spindash<Context>>): this {
    this.lifecycle.add("afterServerStart", listener);
    return this;
  }

  /** Runs when the server is told to stop, while it still answers. */
  beforeServerStop(listener: LifecycleListener<Spindash<Context>>): this {
    this.lifecycle.add("beforeServerStop", listener);
    return this;
  }

  /** Runs when every connection is closed: close what handlers needed. */
  afterServerStop(listener: LifecycleListener<Spindash<Context>>): this {
    this.lifecycle.add("afterServerStop", listener);
    return this;
  }

  /** Runs beside the requests until it returns or its signal aborts; starts with the server, or now when that runs. */
  addTask(task: Task, options?: TaskOptions): this {
    this.tasks.add(task, options);
    return this;
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
    const route = this.routeOf(request);
    if (this.forwardedPolicy !== null) request.forwardedPolicy = this.forwardedPolicy;
    if (request.hasBody) {
      request.formLimits = this.config;
      if (route.bodyLimit !== undefined) request.body.limit = route.bodyLimit;
    }
    const chain = route.chain ?? this.compose(route);
    return chain(request);
  }

  /** Runs the listeners of a moment of the server's life. */
  runListeners(event: LifecycleEvent): Promise<void> {
    return this.lifecycle.run(event, this, (error) => this.report(error, null));
  }

  /** Answers what never became a request, or whose handler was given up on. */
  refuse(error: HttpError): Response {
    return this.errors.render(error);
  }

  /** Logs an error that no client is told about. */
  report(error: unknown, request: Request | null): void {
    const where = request === null ? "outside a request" : `in ${request.method} ${request.path}`;
    this.logError(error, request === null ? {} : { requestId: request.id }, `Error ${where}`);
  }

  private logError(error: unknown, details: object, message: string): void {
    if (this.errorSink !== null) this.errorSink(error, message);
    else this.log.error({ err: error, ...details }, message);
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
      return this.routes.find(request);
    } catch (error) {
      if (error instanceof BadRequest) return unreadablePath(error);
      throw error;
    }
  }

  private compose(route: RouteRecord): NonNullable<RouteRecord["chain"]> {
    const { errorHandlers } = this;
    const scopes = route.errorHandlers === null ? [errorHandlers] : [route.errorHandlers, errorHandlers];
    route.chain = composeChain({
      route: route.name,
      onRequest: this.middleware.onRequest,
      around: this.middleware.around,
      handler: route.handler,
      onError: (request, error) => this.errors.answer(request, error, scopes),
      onResponse: this.middleware.onResponse,
    });
    return route.chain;
  }

  private registrar(method: string): Register {
    return (path: string, ...rest: readonly unknown[]) =>
      this.route([method], path, ...(rest as [RouteOptions, Handler]));
  }

  private addWebSocket(path: string, rest: readonly unknown[]): RouteRecord {
    const { options, handler } = readRegistration<WebSocketRouteOptions>(path, rest);
    const { origins, subprotocols, messageLimit, ...routeOptions } = options;
    const route = websocketHandler(
      this,
      path,
      { origins, subprotocols, messageLimit },
      handler as WebSocketHandler<string>,
    );
    return this.routes.add(["GET"], path, { name: `websocket ${path}`, ...routeOptions }, route);
  }
}

function readRegistration<Options extends object>(
  path: string,
  rest: readonly unknown[],
): { options: Options; handler: unknown } {
  const handler = rest.at(-1);
  const options = rest.length > 1 ? rest[0] : {};
  if (rest.length > 2 || typeof options !== "object" || options === null) {
    throw new SetupError(
      `The route ${path} was given the wrong arguments; expected a path, perhaps options, then a handler`,
    );
  }
  return { options: options as Options, handler };
}
