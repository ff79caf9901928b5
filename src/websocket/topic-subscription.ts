import type { TopicReceiver } from "./audience.ts";
import { Deferred } from "./deferred.ts";
import type { HistoryFrom } from "./history.ts";
import type { Topic } from "./topic.ts";
import type { TopicMessage } from "./topic-message.ts";
import type { Topics } from "./topics.ts";

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
export class LoopSubscription implements TopicReceiver, AsyncIterableIterator<TopicMessage, undefined> {
  readonly #onEnd: () => void;
  readonly #onMissed: (() => void) | undefined;
  readonly #waiting: TopicMessage[] = [];
  #next: Deferred<void> | undefined = undefined;
  #isEnded = false;
  #error: Error | undefined = undefined;

  /** @param onEnd is told once when the loop is left, by whatever way. */
  constructor(onEnd: () => void, onMissed?: () => void) {
    this.#onEnd = onEnd;
    this.#onMissed = onMissed;
  }

  receive(message: TopicMessage): void {
    if (this.#isEnded) return;
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(message);
    else if (!message.mayDrop) this.fail(tooSlow());
    this.#wake();
  }

  [Symbol.asyncIterator](): this {
    return this;
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

  missed(): void {
    this.#onMissed?.();
  }

  /** The loop gets what waits, then the error. */
  fail(error: Error): void {
    if (this.#isEnded) return;
    this.#error = error;
    this.end();
  }

  #wake(): void {
    this.#next?.resolve();
    this.#next = undefined;
  }
}

/** A loop that reads a topic with history can begin again where it was. */
function tooSlow(): Error {
  return new Error(
    `A loop over a topic is too slow: more than ${MOST_WAITING} messages wait for it. Let it do less for each, or let the topic drop what is too much: topic(name, { slow: "drop" })`,
  );
}

/** What a loop over a topic begins with, and what ends it. */
export interface MessagesOptions extends HistoryFrom {
  /** Ends the loop. */
  signal?: AbortSignal | undefined;
  /** Is told when more was missed than the topic kept. */
  onMissed?: () => void;
}

/** A loop over a topic's messages. */
export type TopicMessages<Value> = AsyncIterableIterator<TopicMessage<Value>, undefined>;

/**
 * Calls a function for each message of a topic.
 *
 * @param report is told what the function throws.
 * @returns ends that.
 */
export function listenTo<Value>(
  topics: Topics,
  topic: Topic<Value> | string,
  handler: TopicHandler<Value>,
  report: (error: unknown) => void,
): () => void {
  const subscription = new HandlerSubscription(handler as TopicHandler, report);
  topics.subscribe(topic, subscription).catch(report);
  return () => topics.unsubscribe(topic, subscription);
}

/** Messages of a topic for one loop. */
export function messagesOf<Value>(
  topics: Topics,
  topic: Topic<Value> | string,
  { signal, onMissed, ...from }: MessagesOptions = {},
): TopicMessages<Value> {
  const subscription = new LoopSubscription(() => {
    topics.unsubscribe(topic, subscription);
    signal?.removeEventListener("abort", end);
  }, onMissed);
  const end = (): void => subscription.end();
  topics.subscribe(topic, subscription, from).catch((error: Error) => subscription.fail(error));
  if (signal?.aborted) end();
  else signal?.addEventListener("abort", end, { once: true });
  return subscription as TopicReceiver as LoopSubscription & TopicMessages<Value>;
}
