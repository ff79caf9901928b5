import { createServer, type Server as NetServer, type Socket } from "node:net";
import type { ProxyClient } from "../protocol/proxy/proxy-client.ts";
import type { ListenerHandlers } from "./listener.ts";
import { openTls } from "./tls/open-tls.ts";
import type { TlsOptions } from "./tls/tls-options.ts";

/** Makes a listener whose connections begin with the PROXY protocol's header, ahead of TLS where there is some. */
export async function createProxiedListener(
  tls: TlsOptions | undefined,
  handlers: ListenerHandlers,
): Promise<NetServer> {
  const pass = tls === undefined ? passOn(handlers) : await passToTls(tls, handlers);
  return createServer({ allowHalfOpen: tls === undefined, noDelay: true }, (socket) =>
    handlers.onProxied(socket, (client, rest) => pass(socket, client, rest)),
  ).once("close", () => pass.close?.());
}

interface Pass {
  (socket: Socket, client: ProxyClient | null, rest: Buffer): void;
  close?: () => void;
}

function passOn(handlers: ListenerHandlers): Pass {
  return (socket, client, rest) => handlers.onConnection(socket, { client, rest });
}

/** TLS begins behind the header. Which handshake belongs to which header is told by both ends of the connection. */
async function passToTls(tls: TlsOptions, handlers: ListenerHandlers): Promise<Pass> {
  const clients = new Map<string, ProxyClient | null>();
  const server = await openTls(tls, {
    ...handlers,
    onConnection: (stream) => {
      const client = clients.get(endsOf(stream as Socket));
      // Lost in the meantime: nobody knows any more whom it was for.
      if (client === undefined) stream.destroy();
      else handlers.onConnection(stream, { client, rest: Buffer.alloc(0) });
    },
  });
  const pass: Pass = (socket, client, rest) => {
    const ends = endsOf(socket);
    clients.set(ends, client);
    socket.once("close", () => clients.delete(ends));
    if (rest.length > 0) socket.unshift(rest);
    server.emit("connection", socket);
  };
  pass.close = () => void server.close();
  return pass;
}

function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
