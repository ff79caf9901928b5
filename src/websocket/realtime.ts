import type { Relay } from "./relay.ts";
import { RelayLink, type RelayStatus } from "./relay-link.ts";
import { Topics } from "./topics.ts";

/** What a relay of no other process looks like. */
const ALONE: RelayStatus = {
  name: "none",
  state: "connected",
  waiting: 0,
  dropped: 0,
  onChange: () => () => {},
};

/** An app's part in what happens in real time: topics, and the relay that brings them to other processes. */
export class Realtime {
  readonly topics: Topics;
  readonly #link: RelayLink | undefined;

  /** @param report is told what goes wrong outside of any request. */
  constructor(app: string, relay: Relay | undefined, report: (error: unknown) => void) {
    this.#link = relay === undefined ? undefined : new RelayLink(relay, app, report);
    this.topics = new Topics(this.#link);
  }

  get relay(): RelayStatus {
    return this.#link ?? ALONE;
  }

  /** Resolves when the broker is reached, or has not been for some time. Rejects when the relay cannot work. */
  async open(): Promise<void> {
    await this.#link?.open();
  }

  async close(): Promise<void> {
    await this.#link?.close();
  }
}
