import { checkMemberData, type Member, type PresenceChange } from "./presence-member.ts";
import { PresenceTopic } from "./presence-topic.ts";
import type { RelayLink } from "./relay-link.ts";

/** A topic that nobody here takes part in is followed this long after the last look at it, in heartbeats. */
const FOLLOWED = 12;
/** Heartbeats are looked for twice in each, and a process without one for this many is gone. */
const LONGEST_SILENCE = 2.4;

/** Somebody of this process who is present, until it leaves. */
export interface OwnMember extends Member {
  /** @throws {TypeError} when the data has no JSON, {RangeError} when it is too large. */
  update(data: unknown): void;
  leave(): void;
}

/** Who is present in which topic, in all processes. */
export class Presences {
  readonly #link: RelayLink | undefined;
  readonly #heartbeat: number;
  readonly #report: (error: unknown) => void;
  readonly #topics = new Map<string, PresenceTopic>();
  readonly #prefix: string;
  #timer: NodeJS.Timeout | undefined = undefined;
  #ticks = 0;
  #count = 0;

  /** @param heartbeat how often processes tell each other that they live, in seconds. */
  constructor(link: RelayLink | undefined, heartbeat: number, report: (error: unknown) => void) {
    this.#link = link;
    this.#heartbeat = heartbeat * 1000;
    this.#report = report;
    this.#prefix = link?.node ?? "";
  }

  /** @throws {TypeError} when the data has no JSON, {RangeError} when it is too large. */
  join(topic: string, data: unknown): OwnMember {
    const id = `${this.#prefix}.${(++this.#count).toString(36)}`;
    let member: Member = { id, data: checkMemberData(data) };
    let isPresent = true;
    this.use(topic).put(member);
    return {
      id,
      get data() {
        return member.data;
      },
      update: (data) => {
        member = { id, data: checkMemberData(data) };
        if (isPresent) this.use(topic).put(member);
      },
      leave: () => {
        isPresent = false;
        this.#topics.get(topic)?.remove(id);
        this.#forgetUnused(topic);
      },
    };
  }

  count(topic: string): number {
    return this.#look(topic)?.count ?? 0;
  }

  members(topic: string): Member[] {
    return this.#look(topic)?.members ?? [];
  }

  /** Resolves when the other processes have been asked who is there. */
  ready(topic: string): Promise<void> {
    return this.#look(topic)?.ready ?? Promise.resolve();
  }

  /** Calls a function at every change. @returns ends that. */
  observe(topic: string, listener: (change: PresenceChange) => void): () => void {
    const { observers } = this.use(topic);
    observers.add(listener);
    return () => {
      observers.delete(listener);
      this.#forgetUnused(topic);
    };
  }

  /** Tells the others that this process ends, and asks nothing more of them. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const topic of this.#topics.values()) topic.leave();
    for (const topic of [...this.#topics.keys()]) this.#forgetUnused(topic);
  }

  /** The presence of a topic, which is followed from now on. */
  use(topic: string): PresenceTopic {
    let found = this.#topics.get(topic);
    if (found === undefined) {
      found = new PresenceTopic(topic, this.#link, this.#report);
      this.#topics.set(topic, found);
    }
    if (this.#link !== undefined)
      this.#timer ??= setInterval(() => this.#tick(), this.#heartbeat / 2).unref();
    return found;
  }

  /** With other processes, whoever looks wants to know of them too. */
  #look(topic: string): PresenceTopic | undefined {
    if (this.#link === undefined) return this.#topics.get(topic);
    const found = this.use(topic);
    found.usedAt = performance.now();
    return found;
  }

  #tick(): void {
    const isBeat = ++this.#ticks % 2 === 0;
    if (isBeat) for (const topic of this.#topics.values()) topic.beat();
    // Only after sockets were read: what waits there while this process was busy is a sign of life too.
    setImmediate(() => this.#sweep(performance.now()));
  }

  #sweep(now: number): void {
    for (const [name, topic] of this.#topics) {
      topic.dropSilent(now - LONGEST_SILENCE * this.#heartbeat);
      if (now - topic.usedAt > FOLLOWED * this.#heartbeat) this.#forgetUnused(name);
    }
    if (this.#topics.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #forgetUnused(topic: string): void {
    const found = this.#topics.get(topic);
    if (found === undefined || found.isUsed) return;
    this.#topics.delete(topic);
    found.close();
  }
}
