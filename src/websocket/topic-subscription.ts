import type { TopicReceiver } from "./audience.ts";
import { Deferred } from "./deferred.ts";
import type { TopicMessage } from "./topic-message.ts";

/** Messages that may wait for a loop that is behind. */
const MOST_WAITING = 1000;

/** A function that gets the messages of a topic; a message does not wait for the promise the former one returned. */
export type TopicHandler<Value = unknown> = (data: Value, message: TopicMessage<Value>) => unknown;

/** Calls a function for each message and catches its errors, thrown or rejected. */
export class HandlerSubscription implements TopicReceiver {
  readonly #handler: TopicHandler;
  readonly #report: (error: unknown) => void;

  constructor(handler: TopicHandler, report: (error: unknown) => void) {
    this.#handler = handler;
    this.#report = report;
  }

  receive(message: TopicMessage): void {
    try {
      const result = this.#handler(message.data, message);
      if (result instanceof Promise) result.catch(this.#report);
    } catch (error) {
      this.#report(error);
    }
  }
}

/** Messages for one loop. */
export class LoopSubscription implements TopicReceiver, AsyncIterator<TopicMessage, undefined> {
  readonly #onEnd: () => void;
  readonly #waiting: TopicMessage[] = [];
  #next: Deferred<void> | undefined = undefined;
  #isEnded = false;
  #error: Error | undefined = undefined;

  /** @param onEnd is told once when the loop is left, by whatever way. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  receive(message: TopicMessage, mayDrop: boolean): void {
    if (this.#isEnded) return;
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(message);
    else if (!mayDrop) this.#fail();
    this.#wake();
  }

  async next(): Promise<IteratorResult<TopicMessage, undefined>> {
    while (this.#waiting.length === 0 && !this.#isEnded) {
      this.#next ??= new Deferred();
      await this.#next.promise;
    }
    const message = this.#waiting.shift();
    if (message !== undefined) return { done: false, value: message };
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<TopicMessage, undefined>> {
    this.#waiting.length = 0;
    this.end();
    return { done: true, value: undefined };
  }

  /** No more messages: the loop ends once it has those that wait. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd();
    this.#wake();
  }

  /** The loop gets what waits, then an error: one that reads a topic with history can begin again where it was. */
  #fail(): void {
    this.#error = new Error(
      `A loop over a topic is too slow: more than ${MOST_WAITING} messages wait for it. Let it do less for each, or let the topic drop what is too much: topic(name, { slow: "drop" })`,
    );
    this.end();
  }

  #wake(): void {
    this.#next?.resolve();
    this.#next = undefined;
  }
}
