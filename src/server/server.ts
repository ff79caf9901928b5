import type { Duplex } from "node:stream";
import type { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { Clock } from "./clock.ts";
import type { ConnectionHost, ServerHandlers } from "./connection-host.ts";
import { Http1Connection } from "./http1-connection.ts";
import { defaultServerLimits, type ServerLimits } from "./limits.ts";
import { type ListenAddress, Listener, type ListenOptions } from "./listener.ts";
import { StreamTransport } from "./stream-transport.ts";
import type { ManagedConnection } from "./upgrade.ts";

/** How a server behaves besides its limits. */
export interface ServerOptions {
  limits?: Partial<ServerLimits>;
  /** Read all sockets into one buffer where the runtime allows it. @default true */
  reuseReadBuffer?: boolean;
}

/** Accepts connections, lets each speak its protocol, and ends them in good order. Knows no app: see {@link ServerHandlers}. */
export class Server implements ConnectionHost {
  private readonly handlers: ServerHandlers;
  readonly limits: ServerLimits;
  readonly clock: Clock;
  readonly connections: Set<ManagedConnection> = new Set();
  private readonly reuseReadBuffer: boolean;
  private readonly listeners: Listener[] = [];
  isStopping = false;
  private isOpen = true;

  constructor(handlers: ServerHandlers, options: ServerOptions = {}) {
    this.handlers = handlers;
    this.limits = { ...defaultServerLimits, ...options.limits };
    this.reuseReadBuffer = options.reuseReadBuffer ?? true;
    const { headTimeout, bodyTimeout, handlerTimeout, keepAliveTimeout } = this.limits;
    this.clock = new Clock(Math.min(headTimeout, bodyTimeout, handlerTimeout, keepAliveTimeout) * 1000);
  }

  handle(request: Request): Response | Promise<Response> {
    return this.handlers.handle(request);
  }

  refuse(error: HttpError): Response {
    return this.handlers.refuse(error);
  }

  report(error: unknown, request: Request | null): void {
    this.handlers.report(error, request);
  }

  /** Starts the clock; connections can be attached from now on. */
  start(): void {
    this.clock.start((now) => this.sweep(now));
  }

  /** Opens a listener; may be called more than once. Rejects with the system's error (`EADDRINUSE` …) or a SetupError. */
  async listen(options: ListenOptions = {}): Promise<ListenAddress> {
    const listener = await Listener.open(options, {
      onConnection: (stream) => this.attach(stream),
      onError: (error) => this.report(error, null),
      handshakeTimeout: this.limits.headTimeout,
    });
    this.listeners.push(listener);
    return listener.address;
  }

  /** Serves one connection: an accepted socket, or any stream that carries bytes both ways. */
  attach(stream: Duplex): void {
    // A stream that is gone already would never say so.
    if (!this.isOpen || stream.destroyed) {
      stream.destroy();
      return;
    }
    const transport = new StreamTransport(stream, this.reuseReadBuffer);
    const onEnd = this.handlers.connected?.(transport) ?? null;
    if (onEnd !== null) stream.once("close", onEnd);
    this.connections.add(new Http1Connection(transport, this));
  }

  /**
   * Stops accepting, lets what is in flight end, then cuts the rest after `gracefulStopTimeout`. Resolves when no
   * connection is left.
   */
  async stop(): Promise<void> {
    this.isStopping = true;
    // Who is in the system's queue of accepted connections is let in: closing the listener would reset them.
    await nextPoll();
    this.isOpen = false;
    const closed = Promise.all(this.listeners.map((listener) => listener.close()));
    for (const connection of this.connections) connection.stop();
    const deadline = Date.now() + this.limits.gracefulStopTimeout * 1000;
    await this.allGone(deadline);
    for (const connection of this.connections) connection.destroy();
    await this.allGone(Number.POSITIVE_INFINITY);
    for (const listener of this.listeners) listener.abandon();
    await closed;
    this.clock.stop();
  }

  private allGone(deadline: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.connections.size === 0 || Date.now() >= deadline) resolve();
        else setTimeout(look, 10);
      };
      look();
    });
  }

  private sweep(now: number): void {
    for (const connection of this.connections) connection.sweep(now);
  }
}

/** Resolves when the event loop has taken in what is waiting: between two turns of immediates there is a poll. */
function nextPoll(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
