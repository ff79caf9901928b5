import type { Socket } from "node:net";
import type { ProxyClient } from "../protocol/proxy/proxy-client.ts";
import { ProxyHeaderEvent, ProxyHeaderParser } from "../protocol/proxy/proxy-header-parser.ts";
import type { ConnectionHost } from "./connection-host.ts";
import type { ManagedConnection } from "./upgrade.ts";

/** Seconds that a proxy has which connected while the server began to stop. */
const LATE = 1;

/** Who is told how a proxy introduced a connection. */
export interface ProxiedConnectionOwner {
  /** The header is complete; `rest` came behind it. The socket is paused, and the next one's to listen to. */
  onHeader(client: ProxyClient | null, rest: Buffer): void;
  /** The bytes are no header; the connection is cut. */
  onBadHeader(problem: string): void;
}

/** A connection whose proxy has yet to say whom it speaks for. */
export class ProxiedConnection implements ManagedConnection {
  private readonly socket: Socket;
  private readonly host: ConnectionHost;
  private readonly owner: ProxiedConnectionOwner;
  private readonly parser = new ProxyHeaderParser();
  private readonly isLate: boolean;
  private deadline: number;
  private readonly onData = (bytes: Buffer): void => this.read(bytes);
  private readonly onEnd = (): void => void this.socket.destroy();
  private readonly onClose = (): void => void this.host.connections.delete(this);

  constructor(socket: Socket, host: ConnectionHost, owner: ProxiedConnectionOwner) {
    this.socket = socket;
    this.host = host;
    this.owner = owner;
    this.isLate = host.isStopping;
    this.deadline = host.clock.after(host.limits.headTimeout);
    // Stays when the socket is handed on: an error without a listener would end the process.
    socket.on("error", () => {});
    socket.on("data", this.onData).on("end", this.onEnd).on("close", this.onClose);
  }

  sweep(now: number): void {
    if (now >= this.deadline) this.socket.destroy();
  }

  stop(): void {
    // Taken out of the system's queue a moment ago: its header is on the way.
    if (this.isLate) this.deadline = this.host.clock.after(LATE);
    else this.socket.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private read(bytes: Buffer): void {
    const event = this.parser.feed(bytes, 0, bytes.length);
    if (event === ProxyHeaderEvent.NeedMore) return;
    const { socket, host, owner, parser } = this;
    socket.off("data", this.onData).off("end", this.onEnd).off("close", this.onClose);
    if (event === ProxyHeaderEvent.Failed) {
      socket.destroy();
      owner.onBadHeader(parser.problem);
    } else {
      socket.pause();
      owner.onHeader(parser.client, bytes.subarray(parser.position));
    }
    // Behind its successor's coming: there must never seem to be no connection left.
    host.connections.delete(this);
  }
}
