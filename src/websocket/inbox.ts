import { Deferred } from "./deferred.ts";
import type { WebSocketClosed } from "./websocket-closed.ts";
import type { WebSocketMessage } from "./websocket-options.ts";

/** The inbox is full at this many messages or bytes, and has room again at half of both. */
const FULL_COUNT = 64;
const FULL_SIZE = 64 * 1024;
/** Taken places at the front of the queue are given back from this many on. */
const GIVE_BACK = 256;
/** In the place of a message that was taken, so that the queue does not keep it alive. */
const TAKEN = "";

type Next = IteratorResult<WebSocketMessage, undefined>;

/**
 * Messages between the wire and a handler that takes them one by one, as iterator or by `receive`.
 *
 * It never refuses a message: its owner stops reading while `isFull`, so that it holds a little more than one read.
 */
export class Inbox implements AsyncIterator<WebSocketMessage, undefined> {
  readonly #onRoom: () => void;
  /** The messages that wait are those from `#first` up to `#last`; the array itself is kept and filled anew. */
  #messages: WebSocketMessage[] = [];
  #first = 0;
  #last = 0;
  /** Characters and bytes of all messages that wait. */
  #size = 0;
  #isFull = false;
  #closedError: (() => WebSocketClosed) | undefined = undefined;
  #resolveNext: ((next: Next) => void) | undefined = undefined;
  #receiver: Deferred<WebSocketMessage> | undefined = undefined;
  #timer: NodeJS.Timeout | undefined = undefined;
  /** Made once: the loop waits for nearly every message. */
  readonly #waitForNext = (resolve: (next: Next) => void): void => {
    this.#resolveNext = resolve;
  };

  /** @param onRoom is told when a full inbox has room again. */
  constructor(onRoom: () => void) {
    this.#onRoom = onRoom;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  get count(): number {
    return this.#last - this.#first;
  }

  push(message: WebSocketMessage): void {
    const resolveNext = this.#resolveNext;
    if (resolveNext !== undefined) {
      this.#resolveNext = undefined;
      resolveNext({ done: false, value: message });
    } else if (this.#receiver !== undefined) this.#endReceive()?.resolve(message);
    else {
      this.#messages[this.#last++] = message;
      this.#size += message.length;
      if (this.count >= FULL_COUNT || this.#size >= FULL_SIZE) this.#isFull = true;
    }
  }

  /** The next message that waits; undefined when there is none. */
  take(): WebSocketMessage | undefined {
    if (this.#first === this.#last) return undefined;
    const message = this.#messages[this.#first] ?? TAKEN;
    this.#messages[this.#first++] = TAKEN;
    if (this.#first === this.#last || this.#first === GIVE_BACK) this.#giveBack();
    this.#size -= message.length;
    if (this.#isFull && this.count <= FULL_COUNT / 2 && this.#size <= FULL_SIZE / 2) {
      this.#isFull = false;
      this.#onRoom();
    }
    return message;
  }

  /** The next message of a loop, which ends when the websocket is closed and everything received is taken. */
  next(): Promise<Next> {
    const message = this.take();
    if (message !== undefined) return Promise.resolve({ done: false, value: message });
    if (this.#closedError !== undefined) return Promise.resolve({ done: true, value: undefined });
    if (this.#isAwaited()) return Promise.reject(awaitedTwice());
    return new Promise(this.#waitForNext);
  }

  /** The next message; rejects after `timeout` seconds and when the websocket is closed. */
  receive(timeout: number | undefined): Promise<WebSocketMessage> {
    const message = this.take();
    if (message !== undefined) return Promise.resolve(message);
    if (this.#closedError !== undefined) return Promise.reject(this.#closedError());
    if (this.#isAwaited()) return Promise.reject(awaitedTwice());
    if (timeout === 0) return Promise.reject(timedOut(timeout));
    const receiver = new Deferred<WebSocketMessage>();
    this.#receiver = receiver;
    if (timeout !== undefined) {
      this.#timer = setTimeout(() => this.#endReceive()?.reject(timedOut(timeout)), timeout * 1000);
    }
    return receiver.promise;
  }

  /** Forgets the messages that wait. */
  discard(): void {
    this.#messages = [];
    this.#first = 0;
    this.#last = 0;
    this.#size = 0;
    this.#isFull = false;
  }

  /** No more messages will come. What waits can still be taken; whoever waits is told. */
  end(closedError: () => WebSocketClosed): void {
    this.#closedError = closedError;
    this.#resolveNext?.({ done: true, value: undefined });
    this.#resolveNext = undefined;
    if (this.#receiver !== undefined) this.#endReceive()?.reject(closedError());
  }

  #giveBack(): void {
    // A short queue that is empty begins again in the array it has, which costs nothing.
    const isReused = this.#first === this.#last && this.#messages.length <= GIVE_BACK;
    if (!isReused) this.#messages = this.#messages.slice(this.#first, this.#last);
    this.#last -= this.#first;
    this.#first = 0;
  }

  #endReceive(): Deferred<WebSocketMessage> | undefined {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return receiver;
  }

  #isAwaited(): boolean {
    return this.#resolveNext !== undefined || this.#receiver !== undefined;
  }
}

function awaitedTwice(): Error {
  return new Error(
    "Another receive() or loop already waits for the next message of this websocket; let one place read and pass on what others need",
  );
}

function timedOut(timeout: number): DOMException {
  return new DOMException(`No message arrived within ${timeout} s`, "TimeoutError");
}
