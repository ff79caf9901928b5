import { randomBytes } from "node:crypto";
import { decodeLatin1 } from "../latin1.ts";
import { formatClosePayload } from "./close-payload.ts";
import type { MessageDeflater } from "./deflate.ts";
import { FINAL, frameHeadSize, RSV1, writeFrameHead } from "./frame-head.ts";
import { applyMask } from "./masking.ts";
import { CONTROL_PAYLOAD_LIMIT, Opcode, type WebSocketRole } from "./opcode.ts";
import type { SharedMessage } from "./shared-message.ts";

/**
 * An encoded frame: small ones are a string of one character per byte (latin1), so that several can be joined and leave
 * in one write; larger ones are bytes. Its `length` is its number of bytes either way.
 */
export type Frame = string | Buffer;

export interface FrameWriterOptions {
  /** Our side: a client masks its frames, a server does not. @default "server" */
  role?: WebSocketRole;
  /** Makes masking keys, 32-bit numbers. They must not be predictable (RFC 6455 section 5.3). @default random */
  maskingKey?: () => number;
  /** Compresses messages. @default none */
  deflater?: MessageDeflater | undefined;
}

/** ASCII text up to this size stays the string it is: encoding 16 kB of it costs 2.8 µs, joining it to a head nothing. */
const LONGEST_ASCII = 16 * 1024;

/** Other frames up to this size become strings, so that they can be joined; larger ones are cheaper as bytes. */
const LONGEST_JOINED = 1024;

/** The heads of short texts, by length. */
const SHORT_TEXT_HEADS: readonly string[] = Array.from({ length: CONTROL_PAYLOAD_LIMIT + 1 }, (_, length) =>
  String.fromCharCode(0x80 | Opcode.Text, length),
);

/** Encoding is synchronous, so all writers share the place where small frames are put together. */
const scratch = Buffer.allocUnsafeSlow(LONGEST_JOINED);

/** Encodes frames of one side of a websocket (RFC 6455 section 5.2): messages in one frame each, unless they are streamed. */
export class FrameWriter {
  readonly #isMasked: boolean;
  readonly #maskingKey: () => number;
  readonly #deflater: MessageDeflater | undefined;

  constructor(options: FrameWriterOptions = {}) {
    this.#deflater = options.deflater;
    this.#isMasked = options.role === "client";
    this.#maskingKey = options.maskingKey ?? randomKey;
  }

  /** A text message. Surrogates without a partner become U+FFFD, since they have no UTF-8. */
  text(message: string): Frame {
    const size = Buffer.byteLength(message);
    if (this.#deflater !== undefined && size >= this.#deflater.threshold) {
      return this.#compressed(this.#deflater, Opcode.Text, Buffer.from(message));
    }
    // As many bytes as characters: all of it is ASCII, and its own encoding.
    if (size !== message.length || size > LONGEST_ASCII || this.#isMasked) {
      return this.#frame(FINAL | Opcode.Text, message, size);
    }
    return size <= CONTROL_PAYLOAD_LIMIT ? SHORT_TEXT_HEADS[size]! + message : longTextHead(size) + message;
  }

  /** A binary message; the bytes are copied. */
  binary(payload: Uint8Array): Frame {
    if (this.#deflater !== undefined && payload.length >= this.#deflater.threshold) {
      return this.#compressed(this.#deflater, Opcode.Binary, payload);
    }
    return this.#frame(FINAL | Opcode.Binary, payload, payload.length);
  }

  /** A message that others get too; masked frames cannot be shared. */
  shared(message: SharedMessage): Frame {
    if (this.#isMasked) {
      return typeof message.data === "string" ? this.text(message.data) : this.binary(message.data);
    }
    const deflater = this.#deflater;
    if (deflater === undefined || message.size < deflater.threshold) return message.frame;
    const compressed = message.compressed(deflater.windowBits);
    if (compressed === undefined) return message.frame;
    deflater.remember(message.bytes);
    return compressed;
  }

  /** A message that is compressed already. */
  deflated(opcode: Opcode, payload: Uint8Array): Frame {
    return this.#frame(FINAL | RSV1 | opcode, payload, payload.length);
  }

  /** A part of a message, never compressed; those behind the first are continuations. */
  fragment(opcode: Opcode, payload: Uint8Array, isLast: boolean): Frame {
    return this.#frame(isLast ? FINAL | opcode : opcode, payload, payload.length);
  }

  /** @throws {RangeError} when the payload has more than 125 bytes. */
  ping(payload: Uint8Array): Frame {
    return this.#frame(FINAL | Opcode.Ping, payload, checkedControlSize(payload));
  }

  /** @throws {RangeError} when the payload has more than 125 bytes. */
  pong(payload: Uint8Array): Frame {
    return this.#frame(FINAL | Opcode.Pong, payload, checkedControlSize(payload));
  }

  /**
   * The beginning or the answer of the closing handshake (RFC 6455 section 5.5.1); without a code it is empty.
   * @throws {RangeError} for codes that may not be sent, for reasons without a code or over 123 bytes of UTF-8.
   */
  close(code?: number, reason = ""): Frame {
    const payload = formatClosePayload(code, reason);
    return this.#frame(FINAL | Opcode.Close, payload, payload.length);
  }

  #compressed(deflater: MessageDeflater, opcode: Opcode, message: Uint8Array): Frame {
    const payload = deflater.deflate(message);
    return payload === undefined
      ? this.#frame(FINAL | opcode, message, message.length)
      : this.deflated(opcode, payload);
  }

  #frame(first: number, payload: string | Uint8Array, size: number): Frame {
    const headSize = frameHeadSize(size, this.#isMasked);
    const total = headSize + size;
    const isSmall = total <= LONGEST_JOINED;
    const bytes = isSmall ? scratch : Buffer.allocUnsafe(total);
    writeFrameHead(bytes, first, size, this.#isMasked);
    // As many bytes as characters: ASCII, which latin1 writes twice as fast.
    if (typeof payload === "string")
      bytes.write(payload, headSize, size === payload.length ? "latin1" : "utf8");
    else bytes.set(payload, headSize);
    if (this.#isMasked) {
      const key = this.#maskingKey();
      bytes.writeInt32LE(key, headSize - 4);
      applyMask(bytes, headSize, total, key, 0);
    }
    return isSmall ? decodeLatin1(bytes, 0, total) : bytes;
  }
}

function longTextHead(size: number): string {
  writeFrameHead(scratch, FINAL | Opcode.Text, size, false);
  return decodeLatin1(scratch, 0, frameHeadSize(size, false));
}

function checkedControlSize(payload: Uint8Array): number {
  if (payload.length <= CONTROL_PAYLOAD_LIMIT) return payload.length;
  throw new RangeError(
    `A ping or pong has at most ${CONTROL_PAYLOAD_LIMIT} bytes of payload, this one has ${payload.length}; send a message instead`,
  );
}

function randomKey(): number {
  return randomBytes(4).readInt32LE(0);
}
