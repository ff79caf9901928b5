import type { Member } from "./presence-member.ts";

/**
 * What processes tell each other about who is present in a topic. `version` counts the changes of the sender's members, so
 * that whoever missed one notices and asks.
 */
export type PresenceMessage =
  | { readonly type: "join" | "update"; readonly version: number; readonly member: Member }
  | { readonly type: "leave"; readonly version: number; readonly id: string }
  /** The sender is alive. */
  | { readonly type: "beat"; readonly version: number }
  /** Asks one process, or all, for their members. */
  | { readonly type: "ask"; readonly node: string | null }
  /** All members of the sender, in pieces. */
  | {
      readonly type: "state";
      readonly version: number;
      readonly members: readonly Member[];
      readonly isFirst: boolean;
      readonly isLast: boolean;
    }
  /** The sender has ended in order. */
  | { readonly type: "bye" };

const TYPES: readonly unknown[] = [
  "join",
  "update",
  "leave",
  "beat",
  "ask",
  "state",
  "bye",
] satisfies readonly PresenceMessage["type"][];

/** Members in one message: with the largest data they fit into what every broker takes. */
const PIECE = 200;

export function formatPresenceMessage(message: PresenceMessage): Buffer {
  return Buffer.from(JSON.stringify(message));
}

/** Undefined for what no process of this version sends. */
export function parsePresenceMessage(payload: Buffer): PresenceMessage | undefined {
  try {
    const message = JSON.parse(payload.toString()) as PresenceMessage;
    return TYPES.includes(message.type) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** All members in as many messages as they need, at least one. */
export function formatPresenceState(version: number, members: readonly Member[]): Buffer[] {
  const messages: Buffer[] = [];
  for (let start = 0; start === 0 || start < members.length; start += PIECE) {
    const piece = members.slice(start, start + PIECE);
    const isLast = start + PIECE >= members.length;
    messages.push(
      formatPresenceMessage({ type: "state", version, members: piece, isFirst: start === 0, isLast }),
    );
  }
  return messages;
}
