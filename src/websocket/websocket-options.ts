import { type Duration, parseDuration, parseSize, type Size } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import type { WebSocketRole } from "../protocol/websocket/opcode.ts";
import type { WebSocketCompression } from "./compression.ts";

/** A message: text as a string, bytes as a Buffer of its own. */
export type WebSocketMessage = string | Buffer;

/** How a {@link WebSocket} behaves. */
export interface WebSocketOptions {
  /** Our side of the connection. @default "server" */
  role?: WebSocketRole;
  /** The subprotocol both sides agreed on. @default none */
  subprotocol?: string | undefined;
  /** The request that opened it. @default none */
  request?: Request | undefined;
  /** Messages are read while they arrive, by `ws.messages()`, whatever their size. @default false */
  isStreaming?: boolean;
  /** How messages are compressed, as the handshake agreed on. @default not at all */
  compression?: WebSocketCompression | undefined;
  /** The most bytes of a message. Past it: close 1009. @default 1 MiB */
  messageLimit?: Size;
  /** How long the peer may be silent before it is pinged; 0 for never. @default 20 s */
  pingInterval?: Duration;
  /** How long it may stay silent after that. Past it: close 1011. @default 20 s */
  pongTimeout?: Duration;
  /** How many bytes may wait for a slow reader before `send` waits too. @default 1 MiB */
  bufferLimit?: Size;
  /** How many bytes may wait although nobody awaits `send`. Past it: close 1013. @default 16 times `bufferLimit` */
  bufferHardLimit?: Size;
  /** How long the peer may take to answer a close frame before the connection is cut. @default 10 s */
  closeTimeout?: Duration;
}

/** {@link WebSocketOptions} with all defaults, sizes in bytes and durations in milliseconds. */
export interface WebSocketSettings {
  readonly role: WebSocketRole;
  readonly subprotocol: string | undefined;
  readonly request: Request | undefined;
  readonly compression: WebSocketCompression | undefined;
  readonly isStreaming: boolean;
  readonly messageLimit: number;
  readonly pingInterval: number;
  readonly pongTimeout: number;
  readonly bufferLimit: number;
  readonly bufferHardLimit: number;
  readonly closeTimeout: number;
}

const MEBIBYTE = 1024 * 1024;
const HARD_LIMIT_FACTOR = 16;

/** @throws {SetupError} when a size or duration is none. */
export function readWebSocketOptions(options: WebSocketOptions): WebSocketSettings {
  const bufferLimit = parseSize(options.bufferLimit ?? MEBIBYTE);
  return {
    role: options.role ?? "server",
    subprotocol: options.subprotocol,
    request: options.request,
    compression: options.compression,
    isStreaming: options.isStreaming ?? false,
    messageLimit: parseSize(options.messageLimit ?? MEBIBYTE),
    pingInterval: milliseconds(options.pingInterval ?? 20),
    pongTimeout: milliseconds(options.pongTimeout ?? 20),
    bufferLimit,
    bufferHardLimit: parseSize(options.bufferHardLimit ?? bufferLimit * HARD_LIMIT_FACTOR),
    closeTimeout: milliseconds(options.closeTimeout ?? 10),
  };
}

function milliseconds(duration: Duration): number {
  return parseDuration(duration) * 1000;
}
