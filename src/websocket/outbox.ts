import type { Frame } from "../protocol/websocket/frame-writer.ts";
import type { Transport } from "../server/transport.ts";
import { Deferred } from "./deferred.ts";
import type { WebSocketClosed } from "./websocket-closed.ts";

/** So many bytes leave at once instead of waiting for company: joining more would only cost memory. */
const FLUSH_FROM = 64 * 1024;

/** Outboxes with frames for the end of this turn: one callback for all, since a broadcast fills thousands of them. */
let scheduled: Outbox[] = [];

/**
 * Frames on their way to the transport, collected so that many leave in one write.
 *
 * Between `hold` and `release` they wait for `release`; else for the end of the present turn of the event loop, when all
 * handlers that a read woke have run (`process.nextTick` comes behind the microtasks). While the transport is full they
 * wait here, unjoined: a message sent to many slow peers is then kept once.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #limit: number;
  readonly #onDrained: () => void;
  /** Frames as latin1, behind those in `#parts`. */
  #text = "";
  #parts: Frame[] = [];
  #size = 0;
  /** Messages that wait until the streamed one before them is complete. */
  #behind: Frame[] | undefined = undefined;
  #isHeld = false;
  #behindSize = 0;
  #isScheduled = false;
  /** Whether the transport asked to wait for its drain. */
  #isFull = false;
  #isEnding = false;
  #isSlow = false;
  #drained: Deferred<void> | undefined = undefined;
  #lastBuffered = 0;
  #hasResumed = false;

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
    return this.#size + this.#behindSize + this.#transport.bufferedBytes;
  }

  /** Whether everything that may leave has left. */
  get isDrained(): boolean {
    return this.#size === 0 && this.#transport.bufferedBytes === 0;
  }

  /** Whether more than the limit waited, and has not been taken since. */
  get isSlow(): boolean {
    return this.#isSlow;
  }

  /** Whether the transport got rid of bytes since the last call: a sign of life. */
  hasProgressed(): boolean {
    const last = this.#lastBuffered;
    const hasResumed = this.#hasResumed;
    this.#lastBuffered = this.#transport.bufferedBytes;
    this.#hasResumed = false;
    return hasResumed || this.#lastBuffered < last;
  }

  /** Sends a message. */
  push(frame: Frame): void {
    if (this.#behind === undefined) this.pushAtOnce(frame);
    else {
      this.#behind.push(frame);
      this.#behindSize += frame.length;
      if (!this.#isSlow && this.buffered > this.#limit) this.#isSlow = true;
    }
  }

  /** Messages wait from now on; what goes out at once is the streamed one, in fragments. */
  beginStream(): void {
    this.#behind = [];
  }

  /** @param isOpen whether messages may still be sent: nothing may follow a close frame. */
  endStream(isOpen: boolean): void {
    const behind = this.#behind ?? [];
    this.#behind = undefined;
    this.#behindSize = 0;
    if (isOpen) for (const frame of behind) this.pushAtOnce(frame);
  }

  /** Sends a control frame or a fragment, which no other message may delay. */
  pushAtOnce(frame: Frame): void {
    if (this.#isFull) this.#parts.push(frame);
    else if (typeof frame === "string") this.#text += frame;
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
    if (this.#isEnding) this.#writeAll();
    else this.flush();
  }

  /** Writes what has collected, unless the transport is full. */
  flush(): void {
    if (this.#size === 0 || this.#isFull) return;
    if (this.#parts.length > 0) this.#writeParts();
    else {
      const text = this.#text;
      this.#text = "";
      this.#size = 0;
      this.#isFull = !this.#transport.write(text);
    }
    if (!this.#isFull) this.drain();
  }

  /** The transport takes bytes again. */
  resume(): void {
    this.#isFull = false;
    this.#hasResumed = true;
    this.flush();
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

  /** Forgets what has not been handed to the transport. */
  discard(): void {
    this.#text = "";
    this.#parts = [];
    this.#size = 0;
    this.#behindSize = 0;
    if (this.#behind !== undefined) this.#behind = [];
  }

  /** Sends what is left, then ends the transport; whoever waits is told that the websocket is closed. */
  end(error: WebSocketClosed): void {
    this.#isEnding = true;
    this.#drained?.reject(error);
    this.#drained = undefined;
    if (!this.#isHeld) this.release();
  }

  #writeAll(): void {
    while (this.#size > 0) this.resume();
    if (!this.#transport.destroyed) this.#transport.end();
  }

  #pushBytes(frame: Buffer): void {
    if (this.#text !== "") this.#parts.push(this.#text);
    this.#text = "";
    this.#parts.push(frame);
  }

  #schedule(): void {
    this.#isScheduled = true;
    if (scheduled.length === 0) process.nextTick(Outbox.#flushScheduled);
    scheduled.push(this);
  }

  static #flushScheduled(): void {
    const outboxes = scheduled;
    scheduled = [];
    for (const outbox of outboxes) {
      outbox.#isScheduled = false;
      if (!outbox.#isHeld) outbox.flush();
    }
  }

  /** Writes until everything has left or the transport is full. Strings in a row are joined. */
  #writeParts(): void {
    if (this.#text !== "") this.#parts.push(this.#text);
    this.#text = "";
    const parts = this.#parts;
    const transport = this.#transport;
    let next = 0;
    transport.cork();
    while (next < parts.length && !this.#isFull) {
      let part = parts[next++]!;
      while (typeof part === "string" && part.length < FLUSH_FROM && typeof parts[next] === "string") {
        part += parts[next++] as string;
      }
      this.#size -= part.length;
      this.#isFull = !transport.write(part);
    }
    transport.uncork();
    this.#parts = next === parts.length ? [] : parts.slice(next);
  }
}
