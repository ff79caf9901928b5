import type { Member, PresenceChange } from "./presence-member.ts";
import {
  formatPresenceMessage,
  formatPresenceState,
  type PresenceMessage,
  parsePresenceMessage,
} from "./presence-message.ts";
import { PresenceShare } from "./presence-share.ts";
import type { ChannelListener, RelayLink } from "./relay-link.ts";
import type { RelayMessage } from "./relay-message.ts";

/** Is told of every change, one after the other. */
export type PresenceListener = (change: PresenceChange) => void;

/**
 * Who is present in one topic. Every process owns its members and tells the others of changes; each keeps what the others
 * told. What gets lost on the way is noticed at the next heartbeat at the latest and asked for again.
 */
export class PresenceTopic implements ChannelListener {
  readonly observers: Set<PresenceListener> = new Set();
  /** Resolves when the other processes have been asked. */
  readonly ready: Promise<void>;
  /** When somebody last asked who is here. */
  usedAt: number = performance.now();
  readonly #channel: string;
  readonly #link: RelayLink | undefined;
  readonly #report: (error: unknown) => void;
  readonly #own = new Map<string, Member>();
  readonly #shares = new Map<string, PresenceShare>();
  #version = 0;
  #isStateDue = false;

  constructor(topic: string, link: RelayLink | undefined, report: (error: unknown) => void) {
    this.#channel = `p:${topic}`;
    this.#link = link;
    this.#report = report;
    this.ready = Promise.resolve(link?.listen(this.#channel, this)).then(() =>
      this.#send({ type: "ask", node: null }),
    );
  }

  get count(): number {
    let count = this.#own.size;
    for (const share of this.#shares.values()) count += share.size;
    return count;
  }

  get members(): Member[] {
    return [...this.#own.values(), ...[...this.#shares.values()].flatMap((share) => [...share.members])];
  }

  /** Whether anybody here takes part or looks on. */
  get isUsed(): boolean {
    return this.#own.size > 0 || this.observers.size > 0;
  }

  /** A member of this process comes, or tells something new about itself. */
  put(member: Member): void {
    const type = this.#own.has(member.id) ? "update" : "join";
    this.#own.set(member.id, member);
    this.#send({ type, version: ++this.#version, member });
    this.#emit({ type, member });
  }

  remove(id: string): void {
    const member = this.#own.get(id);
    if (member === undefined) return;
    this.#own.delete(id);
    this.#send({ type: "leave", version: ++this.#version, id });
    this.#emit({ type: "leave", member });
  }

  receive({ node, payload }: RelayMessage): void {
    const message = parsePresenceMessage(payload);
    if (message === undefined) return;
    if (message.type === "ask") this.#answer(message.node);
    else if (message.type === "bye") this.#drop(node);
    else this.#follow(node, message);
  }

  interrupt(): void {}

  /** Others may have come and gone while the broker was away; they get some time to show that they are there. */
  recover(): void {
    for (const share of this.#shares.values()) share.heardAt = performance.now();
    this.#send({ type: "ask", node: null });
    this.#answer(null);
  }

  /** Tells the others that this process is there, with its members. */
  beat(): void {
    if (this.#own.size > 0) this.#send({ type: "beat", version: this.#version });
  }

  /** Takes processes for dead that have been silent since `since`. */
  dropSilent(since: number): void {
    if (this.#link?.state !== "connected") return;
    for (const [node, { heardAt }] of this.#shares) if (heardAt < since) this.#drop(node);
  }

  /** This process ends: the others need not wait for its silence. */
  leave(): void {
    if (this.#own.size > 0) this.#send({ type: "bye" });
  }

  close(): void {
    this.#link?.ignore(this.#channel);
  }

  #follow(node: string, message: Exclude<PresenceMessage, { type: "ask" | "bye" }>): void {
    let share = this.#shares.get(node);
    if (share === undefined) {
      share = new PresenceShare(performance.now());
      this.#shares.set(node, share);
    }
    share.heardAt = performance.now();
    if (message.type === "state") for (const change of share.take(message)) this.#emit(change);
    else if (message.type === "beat") this.#askUnless(share.isCurrent(message.version), node);
    else {
      const follows = share.isCurrent(message.version - 1);
      const change = share.apply(message);
      if (change !== undefined) this.#emit(change);
      this.#askUnless(follows, node);
    }
  }

  #askUnless(isCurrent: boolean, node: string): void {
    if (!isCurrent) this.#send({ type: "ask", node });
  }

  /** Many may ask at once; one answer serves them all. */
  #answer(node: string | null): void {
    if (this.#isStateDue || this.#version === 0 || (node !== null && node !== this.#link?.node)) return;
    this.#isStateDue = true;
    setImmediate(() => {
      this.#isStateDue = false;
      for (const message of formatPresenceState(this.#version, [...this.#own.values()]))
        this.#link?.send(this.#channel, message);
    });
  }

  #drop(node: string): void {
    const share = this.#shares.get(node);
    this.#shares.delete(node);
    for (const change of share?.empty() ?? []) this.#emit(change);
  }

  #send(message: PresenceMessage): void {
    this.#link?.send(this.#channel, formatPresenceMessage(message));
  }

  #emit(change: PresenceChange): void {
    for (const observer of this.observers) {
      try {
        observer(change);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}
