import { addErrorHandler, type ErrorClass, type ErrorScope } from "./error-handlers.ts";
import type {
  AroundMiddleware,
  ErrorHandler,
  MiddlewareOptions,
  RequestMiddleware,
  ResponseMiddleware,
} from "./handler.ts";
import {
  type LifecycleEvent,
  type LifecycleListener,
  type ListenerOptions,
  listenerEntry,
} from "./lifecycle.ts";
import type { Mountable, MountOptions } from "./mountable.ts";
import type { Place } from "./place.ts";
import { Scope } from "./scope.ts";

/** Something that is declared once and takes effect wherever its declarer is placed. */
export type Declaration = (place: Place) => void;

/** What an app, a blueprint and a group have in common: middleware, error handlers, listeners, and blueprints inside. */
export abstract class ScopeOwner<App> {
  /** The middleware and error handlers of what is declared here. */
  protected readonly scope: Scope = new Scope();

  /**
   * Mounts a blueprint, a group, or several. Throws a SetupError when a name is taken, or for what the app refuses.
   *
   * @example
   * ```ts
   * import { Blueprint, Spindash } from "spindash";
   *
   * const users = new Blueprint("users", { prefix: "/users" });
   * users.get("/<id:int>", (_req, { id }) => ({ id }));
   * new Spindash("shop").blueprint(users).blueprint(users, { name: "members", prefix: "/members" });
   * ```
   */
  blueprint(blueprint: Mountable | readonly Mountable[], options?: MountOptions & { name?: string }): this {
    for (const each of [blueprint].flat()) this.declare((place) => each.mounts.mountIn(place, options));
    return this;
  }

  /** Runs before every handler, also before 404 and 405; answering by returning something skips the rest. */
  onRequest(middleware: RequestMiddleware, options?: MiddlewareOptions): this {
    this.scope.middleware.onRequest.add(middleware, options);
    this.scopeChanged();
    return this;
  }

  /** Runs on every response, also those of errors; not on websockets. */
  onResponse(middleware: ResponseMiddleware, options?: MiddlewareOptions): this {
    this.scope.middleware.onResponse.add(middleware, options);
    this.scopeChanged();
    return this;
  }

  /** Runs around every handler: call `next()` for the rest, return the answer. */
  use(middleware: AroundMiddleware, options?: MiddlewareOptions): this {
    this.scope.middleware.use.add(middleware, options);
    this.scopeChanged();
    return this;
  }

  /**
   * Answers errors of a class and its subclasses, of all routes in here or of those in `routes`; the nearest class wins.
   * Throws a SetupError if that class has a handler there.
   */
  onError<Failure extends Error>(errorClass: ErrorClass<Failure>, handler: ErrorHandler<Failure>): this;
  onError<Failure extends Error>(
    errorClass: ErrorClass<Failure>,
    scope: ErrorScope,
    handler: ErrorHandler<Failure>,
  ): this;
  onError(errorClass: ErrorClass, ...rest: readonly unknown[]): this {
    addErrorHandler(this.scope.errors, errorClass, rest);
    this.scopeChanged();
    return this;
  }

  /** Runs once, before anything else: before workers and sockets are there. */
  mainProcessStart(listener: LifecycleListener<App>, options?: ListenerOptions): this {
    return this.addListener("mainProcessStart", listener, options);
  }

  /** Runs once, when the main process is ready to start the server. */
  mainProcessReady(listener: LifecycleListener<App>, options?: ListenerOptions): this {
    return this.addListener("mainProcessReady", listener, options);
  }

  /** Runs before the server listens: open what handlers need. */
  beforeServerStart(listener: LifecycleListener<App>, options?: ListenerOptions): this {
    return this.addListener("beforeServerStart", listener, options);
  }

  /** Runs once the server listens. */
  afterServerStart(listener: LifecycleListener<App>, options?: ListenerOptions): this {
    return this.addListener("afterServerStart", listener, options);
  }

  /** Runs when the server is told to stop, while it still answers. */
  beforeServerStop(listener: LifecycleListener<App>, options?: ListenerOptions): this {
    return this.addListener("beforeServerStop", listener, options);
  }

  /** Runs when every connection is closed: close what handlers needed. */
  afterServerStop(listener: LifecycleListener<App>, options?: ListenerOptions): this {
    return this.addListener("afterServerStop", listener, options);
  }

  /** Runs once, after everything else. */
  mainProcessStop(listener: LifecycleListener<App>, options?: ListenerOptions): this {
    return this.addListener("mainProcessStop", listener, options);
  }

  /** The blueprint's name, `""` for the app and for groups. */
  protected abstract readonly blueprintName: string;

  /** Makes a declaration take effect in every place this has, now and later. */
  protected abstract declare(declaration: Declaration): void;

  /** Middleware has changed: chains must be composed again. */
  protected abstract scopeChanged(): void;

  private addListener(
    event: LifecycleEvent,
    listener: LifecycleListener<App>,
    options: ListenerOptions = {},
  ): this {
    const entry = listenerEntry(event, listener, options, this.blueprintName);
    this.declare((place) => place.host.addListener(event, entry));
    return this;
  }
}
