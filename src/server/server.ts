import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type HttpError, ServiceUnavailable } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { ProxyClient } from "../protocol/proxy/proxy-client.ts";
import { Clock } from "./clock.ts";
import type { ConnectionHost, ServerHandlers } from "./connection-host.ts";
import { Connections } from "./connections.ts";
import { Http1Connection } from "./http1-connection.ts";
import { defaultServerLimits, type ServerLimits } from "./limits.ts";
import { type Introduction, type ListenAddress, Listener, type ListenOptions } from "./listener.ts";
import { ProxiedConnection } from "./proxied-connection.ts";
import { StreamTransport } from "./stream-transport.ts";
import { turnAway } from "./turn-away.ts";

/** How a server behaves besides its limits. */
export interface ServerOptions {
  limits?: Partial<ServerLimits>;
  /** Read all sockets into one buffer where the runtime allows it. @default true */
  reuseReadBuffer?: boolean;
  /** Whether listeners that do not say expect the PROXY protocol. @default false */
  proxyProtocol?: boolean;
}

/** Accepts connections, lets each speak its protocol, and ends them in good order. Knows no app: see {@link ServerHandlers}. */
export class Server implements ConnectionHost {
  private readonly handlers: ServerHandlers;
  readonly limits: ServerLimits;
  readonly clock: Clock;
  readonly connections: Connections = new Connections();
  private readonly reuseReadBuffer: boolean;
  private readonly proxyProtocol: boolean;
  private hasReportedHeader = false;
  private readonly listeners: Listener[] = [];
  isStopping = false;
  private isOpen = true;

  constructor(handlers: ServerHandlers, options: ServerOptions = {}) {
    this.handlers = handlers;
    this.limits = { ...defaultServerLimits, ...options.limits };
    this.reuseReadBuffer = options.reuseReadBuffer ?? true;
    this.proxyProtocol = options.proxyProtocol ?? false;
    const { headTimeout, bodyTimeout, sendTimeout, handlerTimeout, keepAliveTimeout } = this.limits;
    const shortest = Math.min(headTimeout, bodyTimeout, sendTimeout, handlerTimeout, keepAliveTimeout);
    this.clock = new Clock(shortest * 1000);
  }

  handle(request: Request): Response | Promise<Response> {
    return this.handlers.handle(request);
  }

  refuse(error: HttpError, request: Request | null = null): Response {
    return this.handlers.refuse(error, request);
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
    const listener = await Listener.open(
      { proxyProtocol: this.proxyProtocol, ...options },
      {
        onConnection: (stream, introduction) => this.attach(stream, introduction),
        onProxied: (socket, proceed) => this.expectIntroduction(socket, proceed),
        onError: (error) => this.report(error, null),
        handshakeTimeout: this.limits.headTimeout,
        maxConnections: this.limits.maxConnections,
      },
    );
    this.listeners.push(listener);
    return listener.address;
  }

  /** Serves one connection: an accepted socket, or any stream that carries bytes both ways. */
  attach(stream: Duplex, introduction?: Introduction): void {
    // Who was introduced has had its room since it connected.
    if (introduction === undefined ? !this.lets(stream) : stream.destroyed) return;
    const transport = new StreamTransport(stream, this.reuseReadBuffer, introduction?.client);
    const onEnd = this.handlers.connected?.(transport) ?? null;
    if (onEnd !== null) stream.once("close", onEnd);
    this.connections.add(new Http1Connection(transport, this));
    if (introduction === undefined || introduction.rest.length === 0) return;
    transport.owner.onData(introduction.rest, 0, introduction.rest.length);
  }

  /** Whether there is room for a connection; else it is closed. */
  private lets(stream: Duplex): boolean {
    // A stream that is gone already would never say so.
    if (!this.isOpen || stream.destroyed) {
      stream.destroy();
      return false;
    }
    const { maxConnections } = this.limits;
    if (maxConnections === 0 || this.connections.size < maxConnections) return true;
    turnAway(
      stream,
      this.refuse(new ServiceUnavailable("Too many connections", { code: "E_TOO_MANY_CONNECTIONS" })),
      this.clock,
    );
    return false;
  }

  private expectIntroduction(
    socket: Socket,
    proceed: (client: ProxyClient | null, rest: Buffer) => void,
  ): void {
    if (!this.lets(socket)) return;
    const onBadHeader = (problem: string): void => {
      // Once: whoever scans ports would fill the log, and whoever set up the proxy wrongly needs one line of it.
      if (!this.hasReportedHeader) this.report(new Error(`${problem}. Further ones are not reported`), null);
      this.hasReportedHeader = true;
    };
    this.connections.add(new ProxiedConnection(socket, this, { onHeader: proceed, onBadHeader }));
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
    this.connections.stop();
    await this.connections.gone(this.limits.gracefulStopTimeout);
    for (const connection of [...this.connections]) connection.destroy();
    await this.connections.gone();
    for (const listener of this.listeners) listener.abandon();
    await closed;
    this.clock.stop();
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
