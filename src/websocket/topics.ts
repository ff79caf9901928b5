import { Audience, type TopicReceiver } from "./audience.ts";
import { CatchUp } from "./catch-up.ts";
import { type HistoryFrom, isHistoryId } from "./history.ts";
import type { RelayLink } from "./relay-link.ts";
import { type Topic, topicName, topicSettings } from "./topic.ts";
import { TopicChannel } from "./topic-channel.ts";
import { LocalHistory, RelayedHistory, type TopicHistory, topicChannel } from "./topic-history.ts";
import { TopicMessage } from "./topic-message.ts";
import { formatTopicPayload } from "./topic-payload.ts";

/** Those who subscribe to a topic here, and its way to and from other processes. */
interface Subscribed {
  readonly audience: Audience;
  readonly channel: TopicChannel | undefined;
}

/** Whom a message is for. */
export interface PublishOptions {
  /** Only for subscribers of this process; not kept. @default false */
  local?: boolean;
}

const DONE: Promise<void> = Promise.resolve();

/** All topics of an app: who subscribes to them in this process, and the way of a message to all of them. */
export class Topics {
  readonly #subscribed = new Map<string, Subscribed>();
  readonly #link: RelayLink | undefined;
  readonly #relayed: RelayedHistory | undefined;
  readonly #history: TopicHistory;
  /** What receivers publish while they are told of a message: it comes behind that message for everybody. */
  readonly #behind: TopicMessage[] = [];
  #isDelivering = false;

  /** @param link the way to other processes; undefined when there are none. */
  constructor(link: RelayLink | undefined) {
    this.#link = link;
    this.#relayed = link === undefined ? undefined : new RelayedHistory(link);
    this.#history = this.#relayed ?? new LocalHistory((message) => this.#deliver(message));
  }

  /**
   * Sends a message to all subscribers but `sender`.
   *
   * @returns resolves when the message is with the subscribers here and on its way to others, or is kept.
   * @throws {TypeError} for data that has no JSON, {SetupError} for what is no topic.
   */
  publish(
    topic: Topic | string,
    data: unknown,
    { local = false }: PublishOptions = {},
    sender?: TopicReceiver,
  ): Promise<void> {
    const name = topicName(topic);
    const settings = topicSettings(topic);
    const message = TopicMessage.of(name, data, settings.slow === "drop");
    message.sender = sender;
    if (settings.history > 0 && !local) return this.#history.publish(message, settings);
    this.#deliver(message);
    if (!local) this.#link?.send(topicChannel(name), formatTopicPayload(message));
    return DONE;
  }

  /**
   * @param from which kept messages come first. @default none
   * @returns resolves when no message from now on is missed, and those that were kept have been received; rejects when they
   * cannot be read, and the receiver does not subscribe then.
   * @throws {SetupError} for what is no topic.
   */
  subscribe(topic: Topic | string, receiver: TopicReceiver, from?: HistoryFrom): Promise<void> {
    const name = topicName(topic);
    const subscribed = this.#subscribed.get(name) ?? this.#open(name, topicSettings(topic).history > 0);
    if (from?.after !== undefined || (from?.last ?? 0) > 0)
      return this.#resume(name, subscribed, receiver, from as HistoryFrom);
    subscribed.audience.add(receiver);
    return subscribed.channel?.ready ?? DONE;
  }

  unsubscribe(topic: Topic | string, receiver: TopicReceiver): void {
    const name = topicName(topic);
    const subscribed = this.#subscribed.get(name);
    if (!subscribed?.audience.delete(receiver) || subscribed.audience.size > 0) return;
    this.#subscribed.delete(name);
    subscribed.channel?.close();
  }

  /** How many subscribe to a topic in this process. */
  count(topic: Topic | string): number {
    return this.#subscribed.get(topicName(topic))?.audience.size ?? 0;
  }

  /** Messages a topic with history has kept. */
  async read(topic: Topic | string, from: HistoryFrom): Promise<TopicMessage[]> {
    const { entries } = await this.#history.read(topicName(topic), from);
    return entries.map(({ message }) => message);
  }

  #open(name: string, hasHistory: boolean): Subscribed {
    const audience = new Audience();
    const receiver: TopicReceiver = {
      receive: (message) => this.#deliver(message),
      missed: () => audience.missed(name),
    };
    const channel =
      this.#link === undefined || this.#relayed === undefined
        ? undefined
        : new TopicChannel(name, this.#link, this.#relayed, { audience: receiver, hasHistory });
    const subscribed = { audience, channel };
    this.#subscribed.set(name, subscribed);
    return subscribed;
  }

  /** Live messages wait in a stand-in until those that were kept have been received. */
  async #resume(
    name: string,
    { audience, channel }: Subscribed,
    receiver: TopicReceiver,
    from: HistoryFrom,
  ): Promise<void> {
    const { after } = from;
    const standIn: CatchUp = new CatchUp(name, receiver, {
      last: after !== undefined && isHistoryId(after) ? after : undefined,
      onSettled: () => audience.settle(receiver, standIn),
    });
    standIn.begin();
    audience.addNewcomer(receiver, standIn);
    try {
      if (channel !== undefined) await channel.ready;
      const page = await this.#history.read(name, from);
      if (audience.isNewcomer(receiver, standIn)) standIn.finish(page);
    } catch (error) {
      if (audience.isNewcomer(receiver, standIn)) this.unsubscribe(name, receiver);
      throw error;
    }
  }

  #deliver(message: TopicMessage): void {
    if (this.#isDelivering) {
      this.#behind.push(message);
      return;
    }
    this.#isDelivering = true;
    let next: TopicMessage | undefined = message;
    for (; next !== undefined; next = this.#behind.shift())
      this.#subscribed.get(next.topic)?.audience.deliver(next);
    this.#isDelivering = false;
  }
}
