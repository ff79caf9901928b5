import { Duplex } from "node:stream";

/**
 * Makes a connection in memory: what is written to one stream is read from the other, at the pace of the reader.
 *
 * Ending one side gives `end` on the other, which may still write. Destroying one side closes the other as soon as what
 * was delivered to it has been read.
 */
export function createDuplexPair(): [Duplex, Duplex] {
  const left = new PairedDuplex();
  const right = new PairedDuplex();
  left.connect(right);
  right.connect(left);
  return [left, right];
}

class PairedDuplex extends Duplex {
  #peer: PairedDuplex | null = null;
  /** Lets the peer's writing go on, which waits for this side to read. */
  #release: (() => void) | null = null;
  #hasAllInput = false;

  connect(peer: PairedDuplex): void {
    this.#peer = peer;
  }

  override _read(): void {
    const release = this.#release;
    this.#release = null;
    release?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // Never in the writer's own call: two sides that answer each other would fill the stack.
    // A copy, as of a socket: the writer may have given away bytes of its own, and the reader may change them in place.
    const copy = Buffer.from(chunk);
    process.nextTick(() => this.#peer?.accept(copy, done));
  }

  override _final(done: () => void): void {
    process.nextTick(() => {
      this.#peer?.acceptEnd();
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error);
    this._read();
    this.#peer?.lose();
  }

  private accept(chunk: Buffer, done: () => void): void {
    if (this.destroyed || this.#hasAllInput || this.push(chunk)) done();
    else this.#release = done;
  }

  private acceptEnd(): void {
    if (this.#hasAllInput) return;
    this.#hasAllInput = true;
    this.push(null);
  }

  /** The other side is gone. */
  private lose(): void {
    // Both sides ended in good order, so this one closes by itself once it has read everything.
    if (this.#hasAllInput && this.writableFinished) return;
    const isRead = this.readableFlowing === true || this.listenerCount("readable") > 0;
    this.acceptEnd();
    if (this.readableEnded || (!isRead && this.readableLength === 0)) this.destroy();
    else this.once("end", () => this.destroy());
  }
}
