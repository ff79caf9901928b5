import { createServer, type Server as NetServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { Clock } from "./clock.ts";
import type { ConnectionHost, ServerHandlers } from "./connection-host.ts";
import { Http1Connection } from "./http1-connection.ts";
import { defaultServerLimits, type ServerLimits } from "./limits.ts";
import { StreamTransport } from "./stream-transport.ts";
import type { ManagedConnection } from "./upgrade.ts";

/** Where to listen. */
export interface ListenOptions {
  /** @default "127.0.0.1" */
  host?: string;
  /** 0 takes any free port. @default 8000 */
  port?: number;
  /** Connections the system may hold ready to be accepted. @default 511 */
  backlog?: number;
}

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

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
  private listener: NetServer | null = null;
  private isStopping = false;

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

  /** Listens; rejects with the system's error (`EADDRINUSE`, `EACCES` …). */
  listen(options: ListenOptions = {}): Promise<ListenAddress> {
    const { host = "127.0.0.1", port = 8000, backlog = 511 } = options;
    // A client that has closed its sending side may still be waiting for an answer.
    const listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) =>
      this.attach(socket),
    );
    this.listener = listener;
    return new Promise((resolve, reject) => {
      listener.once("error", reject);
      listener.listen({ host, port, backlog }, () => {
        listener.off("error", reject);
        listener.on("error", (error) => this.report(error, null));
        const address = listener.address();
        const taken = typeof address === "object" && address !== null ? address.port : port;
        resolve({ host, port: taken });
      });
    });
  }

  /** Serves one connection: an accepted socket, or any stream that carries bytes both ways. */
  attach(stream: Duplex): void {
    if (this.isStopping) {
      stream.destroy();
      return;
    }
    this.connections.add(new Http1Connection(new StreamTransport(stream, this.reuseReadBuffer), this));
  }

  /**
   * Stops accepting, lets what is in flight end, then cuts the rest after `gracefulStopTimeout`. Resolves when no
   * connection is left.
   */
  async stop(): Promise<void> {
    this.isStopping = true;
    const closed = this.closeListener();
    for (const connection of this.connections) connection.stop();
    const deadline = Date.now() + this.limits.gracefulStopTimeout * 1000;
    await this.allGone(deadline);
    for (const connection of this.connections) connection.destroy();
    await this.allGone(Number.POSITIVE_INFINITY);
    await closed;
    this.clock.stop();
  }

  private closeListener(): Promise<void> {
    const { listener } = this;
    this.listener = null;
    if (listener === null) return Promise.resolve();
    return new Promise((resolve) => {
      listener.close(() => resolve());
    });
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
