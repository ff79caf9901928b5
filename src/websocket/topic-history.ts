import type { TopicReceiver } from "./audience.ts";
import { type HistoryFrom, type HistoryLimits, type HistoryPage, MemoryHistory } from "./history.ts";
import type { RelayLink } from "./relay-link.ts";
import type { RelayMessage } from "./relay-message.ts";
import type { TopicMessage } from "./topic-message.ts";
import { formatTopicPayload, parseTopicPayload } from "./topic-payload.ts";

/** More own messages than this are not remembered to be on their way. */
const MOST_UNDERWAY = 10_000;

/** The channel of a topic's messages. */
export function topicChannel(topic: string): string {
  return `t:${topic}`;
}

/** Where the messages of topics with history are kept; messages get their ids there, and are delivered afterwards. */
export interface TopicHistory {
  /** Resolves when it is kept. */
  publish(message: TopicMessage, limits: HistoryLimits): Promise<void>;
  read(topic: string, from: HistoryFrom): HistoryPage<TopicMessage> | Promise<HistoryPage<TopicMessage>>;
}

/** Kept in the memory of this process, for topics that nobody else has. */
export class LocalHistory implements TopicHistory {
  readonly #history = new MemoryHistory<TopicMessage>();
  readonly #deliver: (message: TopicMessage) => void;

  constructor(deliver: (message: TopicMessage) => void) {
    this.#deliver = deliver;
  }

  publish(message: TopicMessage, limits: HistoryLimits): Promise<void> {
    this.#deliver(message.withId(this.#history.append(message.topic, message, limits)));
    return Promise.resolve();
  }

  read(topic: string, from: HistoryFrom): HistoryPage<TopicMessage> {
    const { entries, isComplete } = this.#history.read(topic, from);
    return { entries: entries.map(({ id, message }) => ({ id, message: message.withId(id) })), isComplete };
  }
}

/** Kept by the relay, which also brings this process its own messages, in the order that all processes see. */
export class RelayedHistory implements TopicHistory {
  readonly #link: RelayLink;
  /** Who published this process's messages that have not come back yet, by their sequence numbers. */
  readonly #underway = new Map<number, unknown>();

  constructor(link: RelayLink) {
    this.#link = link;
  }

  publish(message: TopicMessage, limits: HistoryLimits): Promise<void> {
    const { author, done } = this.#link.append(
      topicChannel(message.topic),
      formatTopicPayload(message),
      limits,
    );
    if (message.sender !== undefined) this.#remember(author.sequence, message.sender);
    // Whoever does not wait for it need not catch its failure.
    done.catch(() => undefined);
    return done;
  }

  async read(topic: string, from: HistoryFrom): Promise<HistoryPage<TopicMessage>> {
    const { entries, isComplete } = await this.#link.read(topicChannel(topic), from);
    const read = entries.flatMap(({ id, message }) => {
      const parsed = this.parse(topic, message, id);
      return parsed === undefined ? [] : [{ id, message: parsed }];
    });
    return { entries: read, isComplete };
  }

  /** A message as it came from the relay, with the receiver that published it, where that is one of this process. */
  parse(
    topic: string,
    { node, sequence, payload }: RelayMessage,
    id: string | undefined,
  ): TopicMessage | undefined {
    const message = parseTopicPayload(topic, payload, id);
    if (message !== undefined && node === this.#link.node) message.sender = this.#underway.get(sequence);
    return message;
  }

  #remember(sequence: number, sender: TopicReceiver | unknown): void {
    this.#underway.set(sequence, sender);
    if (this.#underway.size > MOST_UNDERWAY)
      this.#underway.delete(this.#underway.keys().next().value as number);
  }
}
