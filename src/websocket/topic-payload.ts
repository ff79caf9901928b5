import { type MessageKind, TopicMessage } from "./topic-message.ts";

/** The first byte of a payload: the kind of message, in capitals when it may be dropped. */
const LETTERS: readonly (readonly [string, MessageKind])[] = [
  ["t", "text"],
  ["j", "json"],
  ["b", "bytes"],
];

/** A message as it travels between processes. */
export function formatTopicPayload({ kind, payload, mayDrop }: TopicMessage): Buffer {
  const [letter = ""] = LETTERS.find(([, each]) => each === kind) ?? [];
  const first = Buffer.from(mayDrop ? letter.toUpperCase() : letter);
  return Buffer.concat([first, typeof payload === "string" ? Buffer.from(payload) : payload]);
}

/** Undefined for bytes that no process of this version sends. */
export function parseTopicPayload(
  topic: string,
  bytes: Buffer,
  id: string | undefined,
): TopicMessage | undefined {
  const letter = bytes.toString("latin1", 0, 1);
  const small = letter.toLowerCase();
  const [, kind] = LETTERS.find(([each]) => each === small) ?? [];
  if (kind === undefined) return undefined;
  const payload = kind === "bytes" ? Buffer.from(bytes.subarray(1)) : bytes.toString("utf8", 1);
  const message = new TopicMessage(topic, kind, payload, { id, mayDrop: letter !== small });
  return kind !== "json" || isReadable(message) ? message : undefined;
}

/** Its text goes to clients as a part of other JSON, so it must be JSON. */
function isReadable(message: TopicMessage): boolean {
  try {
    void message.data;
    return true;
  } catch {
    return false;
  }
}
