import { Presence } from "./presence.ts";
import { Presences } from "./presences.ts";
import type { Relay } from "./relay.ts";
import { RelayLink, type RelayStatus } from "./relay-link.ts";
import { type Topic, topicName } from "./topic.ts";
import { Topics } from "./topics.ts";

export interface RealtimeOptions {
  /** The app's name: processes of the same name meet. */
  readonly app: string;
  readonly relay: Relay | undefined;
  /** How often processes tell each other that they live, in seconds. */
  readonly heartbeat: number;
  /** Is told what goes wrong outside of any request. */
  readonly report: (error: unknown) => void;
}

/** What a relay of no other process looks like. */
const ALONE: RelayStatus = {
  name: "none",
  state: "connected",
  waiting: 0,
  dropped: 0,
  onChange: () => () => {},
};

/** An app's part in what happens in real time: topics and presence, and the relay that brings them to other processes. */
export class Realtime {
  readonly topics: Topics;
  readonly presences: Presences;
  readonly report: (error: unknown) => void;
  readonly #link: RelayLink | undefined;

  constructor({ app, relay, heartbeat, report }: RealtimeOptions) {
    this.#link = relay === undefined ? undefined : new RelayLink(relay, app, report);
    this.report = report;
    this.topics = new Topics(this.#link);
    this.presences = new Presences(this.#link, heartbeat, report);
  }

  /** @throws {SetupError} for what is no topic. */
  presence<Data>(topic: Topic | string): Presence<Data> {
    return new Presence(topicName(topic), this.presences);
  }

  get relay(): RelayStatus {
    return this.#link ?? ALONE;
  }

  /** Resolves when the broker is reached, or has not been for some time. Rejects when the relay cannot work. */
  async open(): Promise<void> {
    await this.#link?.open();
  }

  async close(): Promise<void> {
    this.presences.close();
    await this.#link?.close();
  }
}
