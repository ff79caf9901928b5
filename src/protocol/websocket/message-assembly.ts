import { decodeText } from "./text.ts";

const NOTHING = Buffer.alloc(0);
const SMALLEST = 1024;
/** A buffer up to this size is kept for the next message. */
const KEPT = 16 * 1024;

/**
 * Collects the payload of a message that does not arrive in one piece.
 *
 * It grows with what has arrived, never with what a header announces: fourteen bytes must not make the server set a
 * megabyte aside. Doubling keeps messages that drip in linear, and small fragments cost their bytes alone.
 */
export class MessageAssembly {
  #bytes: Buffer = NOTHING;
  #size = 0;

  /** Bytes collected. */
  get size(): number {
    return this.#size;
  }

  /** Bytes set aside. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /**
   * Adds bytes `start` to `end`.
   * @param ceiling the most bytes the whole message can come to: the buffer does not grow past them.
   */
  append(bytes: Buffer, start: number, end: number, ceiling: number): void {
    const needed = this.#size + (end - start);
    if (needed > this.#bytes.length) this.#grow(needed, ceiling);
    bytes.copy(this.#bytes, this.#size, start, end);
    this.#size = needed;
  }

  /** Hands the message over as text, which must have been checked to be UTF-8, and begins anew. */
  takeText(): string {
    const text = decodeText(this.#bytes, 0, this.#size);
    this.#begin();
    return text;
  }

  /** Hands the message over as bytes of their own and begins anew. */
  takeBytes(): Buffer {
    const isExact = this.#size === this.#bytes.length;
    const bytes = isExact ? this.#bytes : Buffer.from(this.#bytes.subarray(0, this.#size));
    if (isExact) this.#bytes = NOTHING;
    this.#begin();
    return bytes;
  }

  /** Forgets everything and gives the memory back. */
  release(): void {
    this.#size = 0;
    this.#bytes = NOTHING;
  }

  #begin(): void {
    this.#size = 0;
    if (this.#bytes.length > KEPT) this.#bytes = NOTHING;
  }

  #grow(needed: number, ceiling: number): void {
    // Twice of what has come, at most: so a message that came by half needs no third buffer.
    const doubled = Math.max(SMALLEST, this.#bytes.length * 2, needed * 2);
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(doubled, ceiling)));
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }
}
