import type { TopicReceiver } from "./audience.ts";
import { compareHistoryIds, type HistoryPage } from "./history.ts";
import type { TopicMessage } from "./topic-message.ts";

/** More messages than this do not wait for the past. */
const MOST_WAITING = 10_000;

export interface CatchUpOptions {
  /** The last message the receiver has. */
  last?: string | undefined;
  /** Is told when everything kept has been passed on, and what comes now comes behind it. */
  onSettled?: () => void;
}

/**
 * Joins what a topic kept with what comes now, so that nothing is missing between, nothing comes twice, and all of it comes in
 * order: messages that come while the past is read wait for it, and those the past held already are left out.
 */
export class CatchUp implements TopicReceiver {
  readonly #topic: string;
  readonly #receiver: TopicReceiver;
  readonly #onSettled: (() => void) | undefined;
  #waiting: TopicMessage[] | undefined = undefined;
  #last: string | undefined;

  constructor(topic: string, receiver: TopicReceiver, { last, onSettled }: CatchUpOptions = {}) {
    this.#topic = topic;
    this.#receiver = receiver;
    this.#last = last;
    this.#onSettled = onSettled;
  }

  /** The last message the receiver has, where that is known. */
  get last(): string | undefined {
    return this.#last;
  }

  receive(message: TopicMessage): void {
    if (this.#waiting === undefined) {
      if (this.#pass(message)) this.#onSettled?.();
    } else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(message);
  }

  missed(topic: string): void {
    this.#receiver.missed?.(topic);
  }

  /** Takes `last` for behind, unless messages have come already. */
  startBehind(last: string): void {
    this.#last ??= last;
  }

  /** Messages that come from now on wait for `finish` or `giveUp`. */
  begin(): void {
    this.#waiting ??= [];
  }

  /** @param page what came behind the last message the receiver has. */
  finish(page: HistoryPage<TopicMessage>): void {
    if (!page.isComplete) {
      this.#last = undefined;
      this.missed(this.#topic);
    }
    for (const { message } of page.entries) this.#pass(message);
    this.giveUp();
  }

  /** Goes on with what came meanwhile: the past cannot be read. */
  giveUp(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    if (waiting.length === MOST_WAITING) this.missed(this.#topic);
    for (const message of waiting) this.#pass(message);
  }

  #pass(message: TopicMessage): boolean {
    const { id } = message;
    if (id !== undefined) {
      if (this.#last !== undefined && compareHistoryIds(id, this.#last) <= 0) return false;
      this.#last = id;
    }
    this.#receiver.receive(message);
    return true;
  }
}
