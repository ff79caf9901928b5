import { Audience, type TopicReceiver } from "./audience.ts";
import { type Topic, topicName, topicSettings } from "./topic.ts";
import { TopicMessage } from "./topic-message.ts";
import { HandlerSubscription, LoopSubscription, type TopicHandler } from "./topic-subscription.ts";

/** For loops over a topic's messages. */
export interface MessagesOptions {
  /** Ends the loop. */
  signal?: AbortSignal;
}

/** A loop over a topic's messages. */
export type TopicMessages<Value> = AsyncIterableIterator<TopicMessage<Value>, undefined>;

/** A message on its way to those in this process. */
interface Delivery {
  readonly message: TopicMessage;
  readonly mayDrop: boolean;
  readonly except: TopicReceiver | undefined;
}

const DONE: Promise<void> = Promise.resolve();

/** All topics of an app: who subscribes to them in this process, and the way a message takes to all of them. */
export class Topics {
  readonly #audiences = new Map<string, Audience>();
  /** What receivers publish while they are told of a message: it comes behind that message for everybody. */
  readonly #behind: Delivery[] = [];
  #isDelivering = false;
  readonly #report: (error: unknown) => void;

  /** @param report is told what functions that get messages throw. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /**
   * Sends a message to all subscribers but one.
   *
   * @throws {TypeError} for data that has no JSON, {SetupError} for what is no topic.
   */
  publish(topic: Topic | string, data: unknown, except?: TopicReceiver): Promise<void> {
    const name = topicName(topic);
    const { slow } = topicSettings(topic);
    this.#deliver({ message: TopicMessage.of(name, data), mayDrop: slow === "drop", except });
    return DONE;
  }

  /** @throws {SetupError} for what is no topic. */
  subscribe(topic: Topic | string, receiver: TopicReceiver): Promise<void> {
    const name = topicName(topic);
    let audience = this.#audiences.get(name);
    if (audience === undefined) {
      audience = new Audience();
      this.#audiences.set(name, audience);
    }
    audience.receivers.add(receiver);
    return DONE;
  }

  unsubscribe(topic: Topic | string, receiver: TopicReceiver): void {
    const name = topicName(topic);
    const audience = this.#audiences.get(name);
    if (audience?.receivers.delete(receiver) && audience.size === 0) this.#audiences.delete(name);
  }

  /** Calls a function for each message. @returns ends that. */
  listen<Value>(topic: Topic<Value> | string, handler: TopicHandler<Value>): () => void {
    const subscription = new HandlerSubscription(handler as TopicHandler, this.#report);
    void this.subscribe(topic, subscription);
    return () => this.unsubscribe(topic, subscription);
  }

  /** Messages for one loop, from now on, until the loop is left or the signal aborts. */
  messages<Value>(topic: Topic<Value> | string, options: MessagesOptions = {}): TopicMessages<Value> {
    const { signal } = options;
    const subscription = new LoopSubscription(() => {
      this.unsubscribe(topic, subscription);
      signal?.removeEventListener("abort", end);
    });
    const end = (): void => subscription.end();
    void this.subscribe(topic, subscription);
    if (signal?.aborted) subscription.end();
    else signal?.addEventListener("abort", end, { once: true });
    return {
      next: () => subscription.next(),
      return: () => subscription.return(),
      [Symbol.asyncIterator]() {
        return this;
      },
    } as TopicMessages<Value>;
  }

  /** How many subscribe to a topic in this process. */
  count(topic: Topic | string): number {
    return this.#audiences.get(topicName(topic))?.size ?? 0;
  }

  #deliver(delivery: Delivery): void {
    if (this.#isDelivering) {
      this.#behind.push(delivery);
      return;
    }
    this.#isDelivering = true;
    let next: Delivery | undefined = delivery;
    for (; next !== undefined; next = this.#behind.shift()) {
      const { message, mayDrop, except } = next;
      this.#audiences.get(message.topic)?.deliver(message, mayDrop, except);
    }
    this.#isDelivering = false;
  }
}
