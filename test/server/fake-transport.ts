import type { Transport, TransportOwner } from "../../src/server/transport.ts";

const NOBODY: TransportOwner = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };

/** A connection in the test's hands: it says what arrives, and sees what is asked of it. */
export class FakeTransport implements Transport {
  owner: TransportOwner = NOBODY;
  readonly remoteAddress = "192.0.2.1";
  readonly remotePort = 1;
  readonly encrypted = false;
  readonly tls = undefined;
  /** Each write as latin1 text. */
  readonly writes: string[] = [];
  /** What the peer has not taken: set it, and writes say that the peer is slow. */
  bufferedBytes = 0;
  /** What the peer has taken: set it, and the peer is slow but moving. */
  sentBytes = 0;
  isPaused = false;
  private corks = 0;
  hasEnded = false;
  destroyed = false;

  get isCorked(): boolean {
    return this.corks > 0;
  }

  get written(): string {
    return this.writes.join("");
  }

  /** Bytes arrive, in a buffer that is overwritten afterwards. */
  receive(text: string): void {
    const shared = Buffer.from(text, "latin1");
    this.owner.onData(shared, 0, shared.length);
    shared.fill("!");
  }

  /** The peer has taken everything. */
  drain(): void {
    this.sentBytes += this.bufferedBytes;
    this.bufferedBytes = 0;
    this.owner.onDrain();
  }

  write(data: string | Uint8Array): boolean {
    this.writes.push(typeof data === "string" ? data : Buffer.from(data).toString("latin1"));
    return this.bufferedBytes === 0;
  }

  cork(): void {
    this.corks++;
  }

  uncork(): void {
    if (this.corks-- === 0) throw new Error("uncork() without cork()");
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    this.hasEnded = true;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.owner.onClose(undefined);
  }
}
