import type { DeflateDirection } from "../../../src/protocol/websocket/deflate.ts";
import type { FrameParserOptions } from "../../../src/protocol/websocket/frame-parser.ts";

/** What a parser must say: messages, control frames with their payload as text, closes, failures with their code. */
export type Verdict =
  | readonly ["text", string]
  | readonly ["binary", string]
  | readonly ["ping", string]
  | readonly ["pong", string]
  | readonly ["close", number, string]
  | readonly ["failed", number];

/** Bytes of a peer and the verdict on them. */
export interface FrameCase {
  title: string;
  /** Of RFC 6455, where there is compression of RFC 7692. */
  section: string;
  bytes: readonly Buffer[];
  verdict: readonly Verdict[];
  options?: FrameParserOptions;
  /** How the peer compresses. @default not at all */
  compression?: DeflateDirection;
}
