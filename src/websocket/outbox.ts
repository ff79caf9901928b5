import type { Frame } from "../protocol/websocket/frame-writer.ts";
import type { Transport } from "../server/transport.ts";
import { Deferred } from "./deferred.ts";
import type { WebSocketClosed } from "./websocket-closed.ts";

/** So many bytes leave at once instead of waiting for company: joining more would only cost memory. */
const FLUSH_FROM = 64 * 1024;

/**
 * Frames on their way to the transport, collected so that many leave in one write.
 *
 * Between `hold` and `release` they wait for `release`; else for the end of the present turn of the event loop, when all
 * handlers that a read woke have run (`process.nextTick` comes behind the microtasks).
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #limit: number;
  readonly #onDrained: () => void;
  /** Frames as latin1, behind those in `#parts`. */
  #text = "";
  #parts: Frame[] = [];
  #size = 0;
  #isHeld = false;
  #isScheduled = false;
  #isEnding = false;
  #isSlow = false;
  #drained: Deferred<void> | undefined = undefined;
  #lastBuffered = 0;

  /**
   * @param limit how many bytes may wait before the peer counts as slow.
   * @param onDrained is told when a slow peer has taken everything.
   */
  constructor(transport: Transport, limit: number, onDrained: () => void) {
    this.#transport = transport;
    this.#limit = limit;
    this.#onDrained = onDrained;
  }

  /** Bytes that have not left the process. */
  get buffered(): number {
    return this.#size + this.#transport.bufferedBytes;
  }

  /** Whether more than the limit waited, and has not been taken since. */
  get isSlow(): boolean {
    return this.#isSlow;
  }

  /** Whether the transport got rid of bytes since the last call: a sign of life. */
  hasProgressed(): boolean {
    const last = this.#lastBuffered;
    this.#lastBuffered = this.#transport.bufferedBytes;
    return this.#lastBuffered < last;
  }

  push(frame: Frame): void {
    if (typeof frame === "string") this.#text += frame;
    else this.#pushBytes(frame);
    this.#size += frame.length;
    if (this.#size >= FLUSH_FROM) this.flush();
    else if (!this.#isHeld && !this.#isScheduled) this.#schedule();
    if (!this.#isSlow && this.buffered > this.#limit) this.#isSlow = true;
  }

  /** Collects frames until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.flush();
    if (this.#isEnding && !this.#transport.destroyed) this.#transport.end();
  }

  flush(): void {
    if (this.#size === 0) return;
    const isFast = this.#parts.length === 0 ? this.#transport.write(this.#text) : this.#writeParts();
    this.#text = "";
    this.#size = 0;
    if (isFast) this.drain();
  }

  /** The transport has got rid of everything. */
  drain(): void {
    if (!this.#isSlow) return;
    this.#isSlow = false;
    this.#drained?.resolve();
    this.#drained = undefined;
    this.#onDrained();
  }

  /** Resolves when a slow peer has taken everything. One promise for all who wait. */
  whenDrained(): Promise<void> {
    this.#drained ??= Deferred.quiet();
    return this.#drained.promise;
  }

  /** Sends what is left, then ends the transport; whoever waits is told that the websocket is closed. */
  end(error: WebSocketClosed): void {
    this.#isEnding = true;
    this.#drained?.reject(error);
    this.#drained = undefined;
    if (!this.#isHeld) this.release();
  }

  #pushBytes(frame: Buffer): void {
    if (this.#text !== "") this.#parts.push(this.#text);
    this.#text = "";
    this.#parts.push(frame);
  }

  #schedule(): void {
    this.#isScheduled = true;
    process.nextTick(Outbox.#flushScheduled, this);
  }

  static #flushScheduled(outbox: Outbox): void {
    outbox.#isScheduled = false;
    if (!outbox.#isHeld) outbox.flush();
  }

  #writeParts(): boolean {
    if (this.#text !== "") this.#parts.push(this.#text);
    let isFast = true;
    this.#transport.cork();
    for (const part of this.#parts) isFast = this.#transport.write(part);
    this.#transport.uncork();
    this.#parts = [];
    return isFast;
  }
}
