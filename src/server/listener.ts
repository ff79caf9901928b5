import { createServer, type Server as NetServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { SetupError } from "../http/setup-error.ts";
import type { ProxyClient } from "../protocol/proxy/proxy-client.ts";
import type { TlsOptions } from "./tls/tls-options.ts";
import { claimUnixSocket, type UnixSocketClaim } from "./unix-socket.ts";

/** Where to listen, and how. */
export interface ListenOptions {
  /** An address or name of this machine; `"0.0.0.0"` and `"::"` are all of them. @default "127.0.0.1" */
  host?: string;
  /** 0 takes any free port. @default 8000 */
  port?: number;
  /** A unix socket's path, in place of host and port. One that is there already is replaced without a gap. */
  unix?: string;
  /** An open listening socket that this process inherited, such as 3 from systemd; in place of host and port. */
  fd?: number;
  /** Serve https. @default none: http */
  tls?: TlsOptions;
  /**
   * Every connection begins with the PROXY protocol's header, version 1 or 2, which tells the client's address; others are
   * cut. Only for listeners that nobody but the proxy can reach. @default the setting `proxyProtocol`
   */
  proxyProtocol?: boolean;
  /**
   * Let several processes listen on the same port; the system spreads connections over them. Needs a runtime and system
   * that can (Node 23.1 or later on Linux); elsewhere a SetupError. @default false
   */
  reusePort?: boolean;
  /** Connections the system may hold ready to be accepted. @default 511 */
  backlog?: number;
}

/** Where a server listens. */
export interface ListenAddress {
  /** `""` for a unix socket. */
  readonly host: string;
  /** 0 for a unix socket. */
  readonly port: number;
  /** The unix socket's path, `""` for none. */
  readonly unix: string;
  readonly isEncrypted: boolean;
}

/** How a proxy has introduced a connection. */
export interface Introduction {
  /** Whom it is for, null where the connection's own ends count. */
  readonly client: ProxyClient | null;
  /** What came behind the introduction. */
  readonly rest: Buffer;
}

/** What a listener tells its server. */
export interface ListenerHandlers {
  onConnection(stream: Duplex, introduction?: Introduction): void;
  /** A connection that its proxy has yet to introduce; `proceed` then goes on with it. */
  onProxied(socket: Socket, proceed: (client: ProxyClient | null, rest: Buffer) => void): void;
  onError(error: unknown): void;
  /** Seconds a TLS handshake may take. */
  readonly handshakeTimeout: number;
  /** Sockets under TLS at once, handshakes among them; 0 for any number. */
  readonly maxConnections: number;
}

/** A place where connections come in. */
export class Listener {
  readonly address: ListenAddress;
  private readonly server: NetServer;
  private readonly unix: UnixSocketClaim | null;
  /** Sockets under TLS, also those still in their handshake, which no connection knows of. */
  private readonly sockets = new Set<Socket>();

  private constructor(
    server: NetServer,
    address: ListenAddress,
    unix: UnixSocketClaim | null,
    maxConnections: number,
  ) {
    this.server = server;
    this.address = address;
    this.unix = unix;
    if (address.isEncrypted) server.on("connection", (socket: Socket) => this.track(socket, maxConnections));
  }

  /** Listens; rejects with the system's error (`EADDRINUSE`, `EACCES` …) or a SetupError. */
  static async open(options: ListenOptions, handlers: ListenerHandlers): Promise<Listener> {
    if (options.reusePort === true) await checkReusePort(options);
    const server = await createListener(options, handlers);
    const unix = options.unix === undefined ? null : claimUnixSocket(options.unix);
    await listen(server, options, unix);
    unix?.take();
    server.on("error", (error) => handlers.onError(error));
    return new Listener(server, addressOf(server, options), unix, handlers.maxConnections);
  }

  /** Accepts no more connections; those that are open go on. Resolves when they have ended too. */
  close(): Promise<void> {
    this.unix?.release();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }

  /** Cuts handshakes that are still going on. */
  abandon(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private track(socket: Socket, maxConnections: number): void {
    this.sockets.add(socket);
    // A handshake is dear: past the limit nobody gets one, while without TLS there is an answer.
    if (maxConnections !== 0 && this.sockets.size > maxConnections) socket.destroy();
    socket.once("close", () => this.sockets.delete(socket));
  }
}

/** URL of a listener, as a browser takes it; a unix socket's path where it has none. */
export function formatAddress({ host, port, unix, isEncrypted }: ListenAddress): string {
  if (unix !== "") return `unix:${unix}`;
  return `${isEncrypted ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function createListener(options: ListenOptions, handlers: ListenerHandlers): Promise<NetServer> {
  const { tls } = options;
  if (options.proxyProtocol === true) {
    if (tls !== undefined && options.unix !== undefined)
      throw new SetupError(
        "A unix socket cannot have both proxyProtocol and tls; leave TLS to the proxy there",
        { code: "E_BAD_LISTENER" },
      );
    const { createProxiedListener } = await import("./proxied-listener.ts");
    return createProxiedListener(tls, handlers);
  }
  if (tls === undefined) {
    // A client that has closed its sending side may still be waiting for an answer.
    return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => handlers.onConnection(socket));
  }
  // Loaded only where it is used: it doubles the time a small server takes to start.
  const { openTls } = await import("./tls/open-tls.ts");
  return openTls(tls, handlers);
}

async function checkReusePort({ unix, fd }: ListenOptions): Promise<void> {
  if (unix !== undefined || fd !== undefined)
    throw new SetupError("reusePort is for a host and port; leave it out beside unix and fd", {
      code: "E_BAD_LISTENER",
    });
  const { assertReusePort } = await import("./reuse-port.ts");
  await assertReusePort();
}

function listen(server: NetServer, options: ListenOptions, unix: UnixSocketClaim | null): Promise<void> {
  const { host = "127.0.0.1", port = 8000, backlog = 511, fd, reusePort = false } = options;
  const place =
    unix !== null ? { path: unix.temporaryPath } : fd !== undefined ? { fd } : { host, port, reusePort };
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...place, backlog }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function addressOf(server: NetServer, options: ListenOptions): ListenAddress {
  const isEncrypted = options.tls !== undefined;
  const bound = server.address();
  if (typeof bound !== "object" || bound === null)
    return { host: "", port: 0, unix: options.unix ?? String(bound ?? ""), isEncrypted };
  const host = options.fd === undefined ? (options.host ?? "127.0.0.1") : bound.address;
  return { host, port: bound.port, unix: "", isEncrypted };
}
