import type { Member, PresenceChange } from "./presence-member.ts";
import { isTopicName } from "./topic.ts";

/** What a client sends: one JSON text each. `ref` is repeated in the answer. */
export type ClientMessage =
  | {
      readonly type: "subscribe";
      readonly ref: number;
      readonly topic: string;
      /** The last message the client has. */
      readonly after?: string;
      /** How many kept messages it wants where it has none. */
      readonly last?: number;
    }
  | {
      readonly type: "publish" | "join";
      readonly ref: number;
      readonly topic: string;
      readonly data?: unknown;
    }
  | { readonly type: "watch"; readonly ref: number; readonly topic: string }
  | { readonly type: "unsubscribe" | "leave" | "unwatch"; readonly topic: string }
  /** Answered at once: says that the connection lives. */
  | { readonly type: "ping" };

/** What a server sends besides the messages of topics, which are `{ type: "message", topic, id, data }`. */
export type ServerMessage =
  | { readonly type: "ok"; readonly ref: number }
  | { readonly type: "error"; readonly ref: number; readonly message: string }
  | { readonly type: "pong" }
  /** Messages of a topic are missing between the last one and the next. */
  | { readonly type: "missed"; readonly topic: string }
  /** Everybody who is present in a topic that is watched, then each change. */
  | { readonly type: "members"; readonly topic: string; readonly members: readonly Member[] }
  | { readonly type: PresenceChange["type"]; readonly topic: string; readonly member: Member };

const WITH_REF: readonly unknown[] = ["subscribe", "publish", "join", "watch"];
const WITHOUT_REF: readonly unknown[] = ["unsubscribe", "leave", "unwatch"];
const LONGEST_TOPIC = 200;

/** Undefined for what is no message of a client. */
export function parseClientMessage(text: string | Uint8Array): ClientMessage | undefined {
  if (typeof text !== "string") return undefined;
  let message: ClientMessage & { readonly [Key in "ref" | "topic" | "after" | "last"]?: unknown };
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  if (message.type === "ping") return message;
  const { type, topic, ref, after, last } = message;
  if (!isTopicName(topic) || topic.length > LONGEST_TOPIC) return undefined;
  if (WITHOUT_REF.includes(type)) return message;
  if (!WITH_REF.includes(type) || !Number.isSafeInteger(ref)) return undefined;
  if (after !== undefined && typeof after !== "string") return undefined;
  return last === undefined || (Number.isSafeInteger(last) && (last as number) >= 0) ? message : undefined;
}
