import type { SharedMessage } from "../protocol/websocket/shared-message.ts";
import type { TopicReceiver } from "./audience.ts";
import type { HistoryFrom } from "./history.ts";
import { type Topic, topicName } from "./topic.ts";
import type { TopicMessage } from "./topic-message.ts";
import type { Topics } from "./topics.ts";

/** What a websocket does for the topics it subscribes to. */
export interface TopicSocket {
  sendShared(message: SharedMessage, mayDrop: boolean): boolean;
}

/** One websocket's part in the topics: made when it takes part, ended with the socket. */
export class SocketTopics implements TopicReceiver {
  readonly #socket: TopicSocket;
  readonly #topics: Topics;
  readonly #subscribed = new Set<string>();

  constructor(socket: TopicSocket, topics: Topics) {
    this.#socket = socket;
    this.#topics = topics;
  }

  receive(message: TopicMessage): void {
    this.#socket.sendShared(message.bare, message.mayDrop);
  }

  subscribe(topic: Topic | string, from: HistoryFrom | undefined): Promise<void> {
    this.#subscribed.add(topicName(topic));
    const subscribed = this.#topics.subscribe(topic, this, from);
    // Whoever does not wait for it need not catch its failure.
    if (from !== undefined) subscribed.catch(() => undefined);
    return subscribed;
  }

  unsubscribe(topic: Topic | string): void {
    this.#subscribed.delete(topicName(topic));
    this.#topics.unsubscribe(topic, this);
  }

  publish(topic: Topic | string, data: unknown): Promise<void> {
    return this.#topics.publish(topic, data, undefined, this);
  }

  end(): void {
    for (const topic of this.#subscribed) this.#topics.unsubscribe(topic, this);
    this.#subscribed.clear();
  }
}
