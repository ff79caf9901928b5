import type { Member, PresenceChange } from "./presence-member.ts";
import type { PresenceMessage } from "./presence-message.ts";

type StateMessage = Extract<PresenceMessage, { type: "state" }>;
type ChangeMessage = Extract<PresenceMessage, { type: "join" | "update" | "leave" }>;

/** The members that another process has in a topic, as far as it told. */
export class PresenceShare {
  /** Milliseconds, of the clock that only goes forward. */
  heardAt: number;
  #members = new Map<string, Member>();
  #version = -1;
  /** A state that has not come completely. */
  #arriving: Map<string, Member> | undefined = undefined;

  constructor(now: number) {
    this.heardAt = now;
  }

  get size(): number {
    return this.#members.size;
  }

  get members(): IterableIterator<Member> {
    return this.#members.values();
  }

  /** Whether nothing was missed before what has this version. */
  isCurrent(version: number): boolean {
    return this.#version === version;
  }

  /** @returns what that changes; undefined when something was missed before. */
  apply(message: ChangeMessage): PresenceChange | undefined {
    if (!this.isCurrent(message.version - 1)) return undefined;
    this.#version = message.version;
    if (message.type !== "leave") return this.#put(this.#members, message.member);
    const member = this.#members.get(message.id);
    this.#members.delete(message.id);
    return member === undefined ? undefined : { type: "leave", member };
  }

  /** Takes a piece of all members. @returns what the last piece changes. */
  take({ version, members, isFirst, isLast }: StateMessage): PresenceChange[] {
    if (isFirst) this.#arriving = new Map();
    const arriving = this.#arriving;
    if (arriving === undefined) return [];
    for (const member of members) arriving.set(member.id, member);
    if (!isLast) return [];
    const changes = this.#difference(arriving);
    this.#members = arriving;
    this.#version = version;
    this.#arriving = undefined;
    return changes;
  }

  /** Everybody leaves. */
  empty(): PresenceChange[] {
    const changes = this.#difference(new Map());
    this.#members.clear();
    return changes;
  }

  #put(members: Map<string, Member>, member: Member): PresenceChange {
    const type = members.has(member.id) ? "update" : "join";
    members.set(member.id, member);
    return { type, member };
  }

  #difference(next: ReadonlyMap<string, Member>): PresenceChange[] {
    const changes: PresenceChange[] = [];
    for (const member of this.#members.values())
      if (!next.has(member.id)) changes.push({ type: "leave", member });
    for (const member of next.values()) {
      const known = this.#members.get(member.id);
      if (known === undefined) changes.push({ type: "join", member });
      else if (JSON.stringify(known.data) !== JSON.stringify(member.data))
        changes.push({ type: "update", member });
    }
    return changes;
  }
}
