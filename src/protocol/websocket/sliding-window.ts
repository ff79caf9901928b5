const SMALLEST = 1024;

/** The last bytes of a stream, as many as a compressor may refer to; it grows with what has come. */
export class SlidingWindow {
  readonly #size: number;
  #bytes: Buffer = Buffer.alloc(0);
  #used = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Borrowed until the next `push`. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  push(added: Uint8Array): void {
    const size = this.#size;
    const tail = added.length > size ? added.subarray(added.length - size) : added;
    const kept = Math.min(this.#used, size - tail.length);
    if (kept + tail.length > this.#bytes.length) this.#grow(kept + tail.length, kept);
    else this.#bytes.copyWithin(0, this.#used - kept, this.#used);
    this.#bytes.set(tail, kept);
    this.#used = kept + tail.length;
  }

  #grow(needed: number, kept: number): void {
    const doubled = Math.max(SMALLEST, this.#bytes.length * 2);
    const larger = Buffer.allocUnsafeSlow(Math.min(this.#size, Math.max(needed, doubled)));
    this.#bytes.copy(larger, 0, this.#used - kept, this.#used);
    this.#bytes = larger;
  }
}
