import type { TopicReceiver } from "./audience.ts";
import { CatchUp } from "./catch-up.ts";
import { BEGINNING } from "./history.ts";
import type { ChannelListener, RelayLink } from "./relay-link.ts";
import type { RelayMessage } from "./relay-message.ts";
import { type RelayedHistory, topicChannel } from "./topic-history.ts";

/** One topic's messages from other processes, for as long as somebody in this one subscribes. */
export class TopicChannel implements ChannelListener {
  /** Resolves when nothing that is published from now on is missed. */
  readonly ready: Promise<void>;
  readonly #topic: string;
  readonly #link: RelayLink;
  readonly #history: RelayedHistory;
  readonly #feed: CatchUp;
  #isClosed = false;
  #isCatchingUp = false;

  /** @param audience gets the messages. */
  constructor(
    topic: string,
    link: RelayLink,
    history: RelayedHistory,
    { audience, hasHistory }: { audience: TopicReceiver; hasHistory: boolean },
  ) {
    this.#topic = topic;
    this.#link = link;
    this.#history = history;
    this.#feed = new CatchUp(topic, audience);
    this.ready = hasHistory ? this.#listenBehindHistory() : link.listen(topicChannel(topic), this);
  }

  receive(message: RelayMessage, id: string | undefined): void {
    const parsed = this.#history.parse(this.#topic, message, id);
    if (parsed !== undefined) this.#feed.receive(parsed);
  }

  /** The first message when the broker is back must not hide those before it. */
  interrupt(): void {
    if (this.#feed.last !== undefined) this.#feed.begin();
  }

  /** What came while the broker was away is read from where it was kept. */
  recover(): void {
    const { last } = this.#feed;
    if (last !== undefined && !this.#isCatchingUp) void this.#catchUp(last);
  }

  close(): void {
    this.#isClosed = true;
    this.#link.ignore(topicChannel(this.#topic));
  }

  /** The place is found first: a message that comes between is behind it, and read if the broker is lost before the next. */
  async #listenBehindHistory(): Promise<void> {
    try {
      const { entries } = await this.#history.read(this.#topic, { last: 1 });
      this.#feed.startBehind(entries.at(-1)?.id ?? BEGINNING);
    } catch {
      // The broker is not there yet: the first message will tell the place.
    }
    if (!this.#isClosed) await this.#link.listen(topicChannel(this.#topic), this);
  }

  async #catchUp(after: string): Promise<void> {
    this.#isCatchingUp = true;
    try {
      this.#feed.finish(await this.#history.read(this.#topic, { after }));
    } catch (error) {
      this.#feed.giveUp();
      if (!this.#isClosed) this.#link.report(error as Error);
    }
    this.#isCatchingUp = false;
  }
}
