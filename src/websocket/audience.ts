import type { TopicMessage } from "./topic-message.ts";

/** Who gets the messages of topics: a socket, a client that shares one for many topics, a function. */
export interface TopicReceiver {
  /** Must not throw, and must not wait: a receiver that is behind is let go, or misses messages that may be dropped. */
  receive(message: TopicMessage): void;
  /** Messages that the topic kept once are kept no longer: what comes next does not follow what came last. */
  missed?(topic: string): void;
}

/** Those in this process who get the messages of one topic. */
export class Audience {
  readonly #receivers = new Set<TopicReceiver>();
  /** Those who are being told what came before them, by whom they stand for. */
  readonly #newcomers = new Map<TopicReceiver, TopicReceiver>();

  get size(): number {
    return this.#receivers.size + this.#newcomers.size;
  }

  add(receiver: TopicReceiver): void {
    if (!this.#newcomers.has(receiver)) this.#receivers.add(receiver);
  }

  /** Hands messages for a receiver to another one, until `settle`. */
  addNewcomer(receiver: TopicReceiver, standIn: TopicReceiver): void {
    this.#receivers.delete(receiver);
    this.#newcomers.set(receiver, standIn);
  }

  /** Unless the receiver has left meanwhile, or come anew. */
  settle(receiver: TopicReceiver, standIn: TopicReceiver): void {
    if (this.#newcomers.get(receiver) !== standIn) return;
    this.#newcomers.delete(receiver);
    this.#receivers.add(receiver);
  }

  isNewcomer(receiver: TopicReceiver, standIn: TopicReceiver): boolean {
    return this.#newcomers.get(receiver) === standIn;
  }

  delete(receiver: TopicReceiver): boolean {
    return this.#newcomers.delete(receiver) || this.#receivers.delete(receiver);
  }

  deliver(message: TopicMessage): void {
    const { sender } = message;
    for (const receiver of this.#receivers) if (receiver !== sender) receiver.receive(message);
    for (const [receiver, standIn] of this.#newcomers) if (receiver !== sender) standIn.receive(message);
  }

  missed(topic: string): void {
    for (const receiver of this.#receivers) receiver.missed?.(topic);
    for (const standIn of this.#newcomers.values()) standIn.missed?.(topic);
  }
}
