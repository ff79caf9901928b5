import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { CloseCode } from "./close-code.ts";
import { SlidingWindow } from "./sliding-window.ts";

/** An empty stored block, which ends what is flushed: senders leave it out, receivers add it (RFC 7692 section 7.2). */
const FLUSH_TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** Behind it an empty last block, so that zlib reports a message that breaks off as an error. */
const MESSAGE_TAIL = Buffer.from([...FLUSH_TAIL, 0x03, 0x00]);

const NARROWEST_WINDOW = 9;
const SMALLEST_MEMORY_LEVEL = 5;
const LARGEST_MEMORY_LEVEL = 8;
/** From this size on speed counts more than the last percent: the event loop waits. */
const LARGE = 128 * 1024;
const LARGE_LEVEL = 1;
const USUAL_LEVEL = 6;
const SMALLEST_PIECE = 1024;
const LARGEST_PIECE = 64 * 1024;

/** How one direction of a websocket is compressed. */
export interface DeflateDirection {
  /** 9 to 15 for a sender, 8 to 15 for a receiver. */
  readonly windowBits: number;
  /** Whether messages may refer to those before them. */
  readonly takeover: boolean;
}

/**
 * Compresses the messages of one direction (RFC 7692 section 7.2.1).
 *
 * One call of zlib per message, without a thread: a message of 1 kB takes 13 µs, against 108 µs by way of the thread pool.
 * The context of earlier messages is kept as their last bytes, not as a zlib state: 2^`windowBits` bytes at most instead
 * of 256 KiB.
 */
export class MessageDeflater {
  readonly windowBits: number;
  /** Shorter messages are not worth it. */
  readonly threshold: number;
  readonly #history: SlidingWindow | undefined;

  constructor({ windowBits, takeover }: DeflateDirection, threshold: number) {
    this.windowBits = windowBits;
    this.threshold = windowBits < NARROWEST_WINDOW ? Number.POSITIVE_INFINITY : threshold;
    this.#history = takeover ? new SlidingWindow(2 ** windowBits) : undefined;
  }

  /**
   * @returns undefined when the message does not get smaller and is better sent as it is; where later messages refer to it,
   * it is compressed all the same.
   */
  deflate(message: Uint8Array): Buffer | undefined {
    const history = this.#history;
    const compressed = deflateMessage(message, this.windowBits, history?.bytes);
    history?.push(message);
    return history === undefined && compressed.length >= message.length ? undefined : compressed;
  }

  /** Takes note of a message that was compressed elsewhere, without reference to former ones. */
  remember(message: Uint8Array): void {
    this.#history?.push(message);
  }
}

/** Compresses a message that refers to `history`, or stands for itself. */
export function deflateMessage(message: Uint8Array, windowBits: number, history: Buffer | undefined): Buffer {
  const hasHistory = history !== undefined && history.length > 0;
  const bits = hasHistory ? windowBits : Math.min(windowBits, windowFor(message.length));
  const flushed = deflateRawSync(message, {
    windowBits: bits,
    memLevel: Math.min(LARGEST_MEMORY_LEVEL, Math.max(SMALLEST_MEMORY_LEVEL, bits - 7)),
    level: message.length < LARGE ? USUAL_LEVEL : LARGE_LEVEL,
    chunkSize: pieceFor(message.length),
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(hasHistory ? { dictionary: history } : {}),
  });
  return flushed.subarray(0, flushed.length - FLUSH_TAIL.length);
}

/** Restores the messages of one direction (RFC 7692 section 7.2.2). */
export class MessageInflater {
  /** Why the last message could not be restored: 1009 where it had more bytes than allowed, else 1007. */
  failure: number = CloseCode.InvalidPayload;
  readonly #history: SlidingWindow | undefined;

  constructor({ windowBits, takeover }: DeflateDirection) {
    this.#history = takeover ? new SlidingWindow(2 ** windowBits) : undefined;
  }

  /**
   * Restores a message from bytes `start` to `end`; it stops as soon as there are more than `limit` bytes of it.
   * @returns bytes of its own, undefined when it fails.
   */
  inflate(bytes: Buffer, start: number, end: number, limit: number): Buffer | undefined {
    const size = end - start;
    const input = Buffer.allocUnsafe(size + MESSAGE_TAIL.length);
    bytes.copy(input, 0, start, end);
    MESSAGE_TAIL.copy(input, size);
    const message = this.#run(input, limit);
    if (message !== undefined) this.#history?.push(message);
    return message;
  }

  #run(input: Buffer, limit: number): Buffer | undefined {
    const history = this.#history?.bytes;
    this.failure = CloseCode.MessageTooBig;
    try {
      const message = inflateRawSync(input, {
        chunkSize: pieceFor(Math.min(input.length * 4, limit)),
        maxOutputLength: Math.max(1, limit),
        ...(history === undefined || history.length === 0 ? {} : { dictionary: history }),
      });
      return message.length <= limit ? message : undefined;
    } catch (error) {
      const isTooLong = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
      if (!isTooLong) this.failure = CloseCode.InvalidPayload;
      return undefined;
    }
  }
}

/** The narrowest window that a message fills: a wider one would only cost time. */
function windowFor(size: number): number {
  return Math.max(NARROWEST_WINDOW, 32 - Math.clz32(size));
}

function pieceFor(size: number): number {
  return Math.min(LARGEST_PIECE, Math.max(SMALLEST_PIECE, size + 64));
}
