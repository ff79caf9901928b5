import type { Transport, TransportOwner } from "../../src/server/transport.ts";

const NOBODY: TransportOwner = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };

/** A transport without a network: what is written is kept, what the peer does is called. */
export class MemoryTransport implements Transport {
  owner: TransportOwner = NOBODY;
  readonly remoteAddress = "";
  readonly remotePort = 0;
  readonly encrypted = false;
  destroyed = false;
  /** What left, an entry for each system call: writes between `cork` and `uncork` are one. */
  readonly writes: Buffer[] = [];
  isPaused = false;
  isEnded = false;
  /** How often reading was paused. */
  pauses = 0;
  /** Whether the peer reads nothing, so that bytes stay in the process. */
  isStalled = false;
  /** The other end, which gets what is written. */
  #peer: MemoryTransport | undefined = undefined;
  #corked: Buffer[] | undefined = undefined;
  #buffered: Buffer[] = [];
  #unread: Buffer[] = [];

  get bufferedBytes(): number {
    return this.#buffered.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  get sentBytes(): number {
    return this.written.length - this.bufferedBytes;
  }

  /** All bytes that left. */
  get written(): Buffer {
    return Buffer.concat(this.writes);
  }

  write(data: string | Uint8Array): boolean {
    if (this.destroyed || this.isEnded) return true;
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : Buffer.from(data);
    if (this.#corked !== undefined) this.#corked.push(bytes);
    else this.#leave(bytes);
    return !this.isStalled;
  }

  cork(): void {
    this.#corked ??= [];
  }

  uncork(): void {
    const corked = this.#corked;
    this.#corked = undefined;
    if (corked !== undefined) this.#leave(Buffer.concat(corked));
  }

  pause(): void {
    this.isPaused = true;
    this.pauses++;
  }

  resume(): void {
    this.isPaused = false;
    const unread = this.#unread;
    this.#unread = [];
    // As with sockets, what waited arrives later, not inside the call.
    if (unread.length > 0) setImmediate(() => this.receive(...unread));
  }

  end(): void {
    if (this.isEnded || this.destroyed) return;
    this.isEnded = true;
    const peer = this.#peer;
    if (peer !== undefined) {
      setImmediate(() => {
        peer.owner.onEnd();
        if (peer.isEnded) for (const side of [peer, this]) side.#close();
      });
    }
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    setImmediate(() => this.owner.onClose(undefined));
  }

  /** The peer's bytes arrive, each chunk a read; they lie in one buffer that is used again. */
  receive(...chunks: Uint8Array[]): void {
    const shared = Buffer.alloc(Math.max(0, ...chunks.map((chunk) => chunk.length)) + 3);
    for (const chunk of chunks) {
      if (this.isPaused) this.#unread.push(Buffer.from(chunk));
      else {
        shared.set(chunk, 3);
        this.owner.onData(shared, 3, 3 + chunk.length);
        shared.fill(0xaa);
      }
    }
  }

  /** The slow peer reads everything. */
  drain(): void {
    this.isStalled = false;
    const buffered = this.#buffered;
    this.#buffered = [];
    for (const bytes of buffered) this.#leave(bytes);
    this.owner.onDrain();
  }

  /** The slow peer reads some bytes and goes on being slow. */
  drip(): void {
    const first = this.#buffered.shift();
    if (first === undefined) return;
    this.writes.push(first);
    if (this.#buffered.length === 0) this.owner.onDrain();
  }

  /** The connection breaks. */
  lose(error?: Error): void {
    this.destroyed = true;
    this.owner.onClose(error);
  }

  /** Joins two transports: what one writes the other receives in a later turn. */
  static connect(one: MemoryTransport, other: MemoryTransport): void {
    one.#peer = other;
    other.#peer = one;
  }

  #leave(bytes: Buffer): void {
    if (this.isStalled) {
      this.#buffered.push(bytes);
      return;
    }
    this.writes.push(bytes);
    const peer = this.#peer;
    if (peer !== undefined) setImmediate(() => peer.receive(bytes));
  }

  #close(): void {
    this.destroyed = true;
    this.owner.onClose(undefined);
  }
}
