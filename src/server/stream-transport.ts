import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { TlsDetails } from "../http/request.ts";
import type { ProxyClient } from "../protocol/proxy/proxy-client.ts";
import { readInto } from "./reused-read-buffer.ts";
import { tlsDetails } from "./tls/tls-details.ts";
import type { Transport, TransportOwner } from "./transport.ts";

/** How much of the write that is being worked off the operating system has not taken; not every runtime tells. */
interface WriteQueue {
  readonly writeQueueSize?: number;
  /** What TLS writes to. */
  readonly _parent?: WriteQueue;
}

/** What a socket knows beyond a stream; in memory there is no such thing. */
interface SocketDetails {
  remoteAddress?: string | undefined;
  remotePort?: number | undefined;
  encrypted?: boolean;
  _handle?: WriteQueue | null;
}

/** Nobody yet: events before somebody takes the connection over are lost, so the owner is set in the same turn. */
const NOBODY: TransportOwner = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };

/** A {@link Transport} over a Node stream: a TCP, TLS or unix socket, or a pair in memory. */
export class StreamTransport implements Transport {
  owner: TransportOwner = NOBODY;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly encrypted: boolean;
  private readonly stream: Duplex;
  private error: Error | undefined = undefined;
  private writtenBytes = 0;
  /** Bytes of all writes that were worked off, and the longest queue seen in the one behind them. */
  private finishedBytes = 0;
  private longestQueue = 0;

  /**
   * @param reuseReadBuffer read into one buffer shared by all sockets where the runtime lets us.
   * @param client whom the peer is a proxy for, null where it speaks for itself.
   */
  constructor(stream: Duplex, reuseReadBuffer = false, client: ProxyClient | null = null) {
    const details = stream as SocketDetails;
    this.stream = stream;
    this.remoteAddress = client?.address ?? details.remoteAddress ?? "";
    this.remotePort = client?.port ?? details.remotePort ?? 0;
    this.encrypted = details.encrypted ?? false;
    this.listen(reuseReadBuffer);
  }

  get tls(): TlsDetails | undefined {
    return this.encrypted ? tlsDetails(this.stream as TLSSocket) : undefined;
  }

  get bufferedBytes(): number {
    return this.stream.writableLength;
  }

  get sentBytes(): number {
    const finished = this.writtenBytes - this.stream.writableLength;
    const handle = (this.stream as SocketDetails)._handle;
    const queue = (handle?._parent ?? handle)?.writeQueueSize ?? 0;
    this.longestQueue = finished === this.finishedBytes ? Math.max(this.longestQueue, queue) : queue;
    this.finishedBytes = finished;
    // TLS makes more bytes of them than were written.
    return Math.min(this.writtenBytes, finished + this.longestQueue - queue);
  }

  get destroyed(): boolean {
    return this.stream.destroyed || this.stream.writableEnded;
  }

  write(data: string | Uint8Array): boolean {
    const { stream } = this;
    if (stream.destroyed || stream.writableEnded) return true;
    this.writtenBytes += data.length;
    return typeof data === "string" ? stream.write(data, "latin1") : stream.write(data);
  }

  cork(): void {
    this.stream.cork();
  }

  uncork(): void {
    this.stream.uncork();
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  end(): void {
    if (!this.stream.writableEnded) this.stream.end();
  }

  destroy(): void {
    this.stream.destroy();
  }

  private listen(reuseReadBuffer: boolean): void {
    const { stream } = this;
    const isReused =
      reuseReadBuffer && readInto(stream, (length, buffer) => this.owner.onData(buffer, 0, length));
    if (!isReused) stream.on("data", (chunk: Buffer) => this.owner.onData(chunk, 0, chunk.length));
    stream.resume();
    stream.on("drain", () => this.owner.onDrain());
    stream.on("end", () => this.owner.onEnd());
    stream.on("error", (error: Error) => {
      this.error = error;
    });
    stream.on("close", () => this.owner.onClose(this.error));
  }
}
