import type { RelayAuthor } from "./relay.ts";

/** A message between processes, with its author. */
export interface RelayMessage extends RelayAuthor {
  readonly payload: Buffer;
}

const SPACE = 0x20;
const LONGEST_HEAD = 64;

/** Author and payload as bytes: `<node> <sequence> <payload>`. */
export function formatRelayMessage({ node, sequence }: RelayAuthor, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${node} ${sequence} `, "latin1"), payload]);
}

/** Undefined for bytes of any other form: others may write to a broker too. */
export function parseRelayMessage(message: Buffer): RelayMessage | undefined {
  const nodeEnd = message.subarray(0, LONGEST_HEAD).indexOf(SPACE);
  const headEnd = message.subarray(0, LONGEST_HEAD).indexOf(SPACE, nodeEnd + 1);
  if (nodeEnd < 1 || headEnd < 0) return undefined;
  const digits = message.toString("latin1", nodeEnd + 1, headEnd);
  if (!/^[1-9]\d{0,15}$/.test(digits)) return undefined;
  return {
    node: message.toString("latin1", 0, nodeEnd),
    sequence: Number(digits),
    payload: message.subarray(headEnd + 1),
  };
}
