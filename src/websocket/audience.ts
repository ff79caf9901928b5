import type { TopicMessage } from "./topic-message.ts";

/** Who gets the messages of topics: a socket, a client that shares one for many topics, a function. */
export interface TopicReceiver {
  /**
   * Must not throw, and must not wait.
   * @param mayDrop whether a receiver that is behind may miss the message; else it must be let go.
   */
  receive(message: TopicMessage, mayDrop: boolean): void;
}

/** Those in this process who get the messages of one topic. */
export class Audience {
  readonly receivers: Set<TopicReceiver> = new Set();

  get size(): number {
    return this.receivers.size;
  }

  deliver(message: TopicMessage, mayDrop: boolean, except: TopicReceiver | undefined): void {
    for (const receiver of this.receivers) if (receiver !== except) receiver.receive(message, mayDrop);
  }
}
