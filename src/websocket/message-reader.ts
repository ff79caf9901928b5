import type { Inbox } from "./inbox.ts";
import type { WebSocketMessage } from "./websocket-options.ts";

/** A message as its handler gets it; undefined where it is not handed on. */
export type ReadMessage<Message> = { readonly value: Message } | undefined;

/**
 * Makes of a message what the handler gets, for instance a checked value of its JSON. It has dealt with those it hands on
 * to nobody: closed the websocket, or told a hook.
 */
export type MessageReader<Message = unknown> = (
  message: WebSocketMessage,
) => ReadMessage<Message> | Promise<ReadMessage<Message>>;

/** The messages of an inbox as a reader hands them on, one after the other. */
export class ReadMessages<Message> implements AsyncIterator<Message, undefined> {
  readonly #inbox: Inbox;
  readonly #read: MessageReader<Message>;

  constructor(inbox: Inbox, read: MessageReader<Message>) {
    this.#inbox = inbox;
    this.#read = read;
  }

  async next(): Promise<IteratorResult<Message, undefined>> {
    for (;;) {
      const next = await this.#inbox.next();
      if (next.done === true) return { done: true, value: undefined };
      const read = await this.#read(next.value);
      if (read !== undefined) return { done: false, value: read.value };
    }
  }

  /** The next message that is handed on, as {@link Inbox.receive} does. */
  async receive(timeout: number | undefined): Promise<Message> {
    const end = timeout === undefined ? 0 : performance.now() + timeout * 1000;
    let left = timeout;
    for (;;) {
      const read = await this.#read(await this.#inbox.receive(left));
      if (read !== undefined) return read.value;
      if (timeout !== undefined) left = Math.max(0, (end - performance.now()) / 1000);
    }
  }
}
