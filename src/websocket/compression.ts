import { MessageDeflater, MessageInflater } from "../protocol/websocket/deflate.ts";
import type { DeflateAgreement } from "../protocol/websocket/deflate-negotiation.ts";
import type { WebSocketRole } from "../protocol/websocket/opcode.ts";

/** How one websocket compresses: what was agreed on with its peer, and from how many bytes on it pays. */
export interface WebSocketCompression {
  readonly agreement: DeflateAgreement;
  /** Shorter messages are sent as they are. */
  readonly threshold: number;
}

/** Both directions of a websocket, seen from `role`; neither where messages are not compressed. */
export function createCompressors(
  compression: WebSocketCompression | undefined,
  role: WebSocketRole,
): { deflater: MessageDeflater | undefined; inflater: MessageInflater | undefined } {
  if (compression === undefined) return { deflater: undefined, inflater: undefined };
  const { agreement, threshold } = compression;
  const server = { windowBits: agreement.serverWindowBits, takeover: agreement.serverTakeover };
  const client = { windowBits: agreement.clientWindowBits, takeover: agreement.clientTakeover };
  const [own, peers] = role === "server" ? [server, client] : [client, server];
  return { deflater: new MessageDeflater(own, threshold), inflater: new MessageInflater(peers) };
}

/** The most bytes that the contexts of a websocket come to; 0 where messages stand for themselves. */
export function contextSize(agreement: DeflateAgreement): number {
  const server = agreement.serverTakeover ? 2 ** agreement.serverWindowBits : 0;
  return server + (agreement.clientTakeover ? 2 ** agreement.clientWindowBits : 0);
}
