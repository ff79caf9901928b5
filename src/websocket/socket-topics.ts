import type { SharedMessage } from "../protocol/websocket/shared-message.ts";
import type { TopicReceiver } from "./audience.ts";
import type { HistoryFrom } from "./history.ts";
import type { OwnMember, Presences } from "./presences.ts";
import type { Realtime } from "./realtime.ts";
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
  readonly #presences: Presences;
  readonly #subscribed = new Set<string>();
  readonly #present = new Map<string, OwnMember>();

  constructor(socket: TopicSocket, { topics, presences }: Realtime) {
    this.#socket = socket;
    this.#topics = topics;
    this.#presences = presences;
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

  join(topic: Topic | string, data: unknown): void {
    const name = topicName(topic);
    const member = this.#present.get(name);
    if (member === undefined) this.#present.set(name, this.#presences.join(name, data));
    else member.update(data);
  }

  leave(topic: Topic | string): void {
    const name = topicName(topic);
    this.#present.get(name)?.leave();
    this.#present.delete(name);
  }

  end(): void {
    for (const topic of [...this.#present.keys()]) this.leave(topic);
    for (const topic of this.#subscribed) this.#topics.unsubscribe(topic, this);
    this.#subscribed.clear();
  }
}
