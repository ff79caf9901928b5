import { deflateMessage } from "./deflate.ts";
import { type Frame, FrameWriter } from "./frame-writer.ts";
import { Opcode } from "./opcode.ts";

const serverWriter = new FrameWriter();

/**
 * A message for many sockets of a server, encoded when first sent and once for all of them; compressed once for all that
 * have agreed on the same window, without reference to what any of them got before.
 *
 * Bytes are copied; text is kept as it is.
 */
export class SharedMessage {
  readonly data: string | Buffer;
  #bytes: Buffer | undefined = undefined;
  #frame: Frame | undefined = undefined;
  /** By window bits; null where compression does not make it smaller. */
  #compressed: Map<number, Frame | null> | undefined = undefined;

  constructor(data: string | Uint8Array) {
    this.data = typeof data === "string" ? data : Buffer.from(data);
  }

  get bytes(): Buffer {
    this.#bytes ??= typeof this.data === "string" ? Buffer.from(this.data) : this.data;
    return this.#bytes;
  }

  /** In bytes, as sent without compression. */
  get size(): number {
    return this.bytes.length;
  }

  /** The message as an unmasked frame. */
  get frame(): Frame {
    this.#frame ??=
      typeof this.data === "string" ? serverWriter.text(this.data) : serverWriter.binary(this.data);
    return this.#frame;
  }

  /** The message as a compressed frame; undefined where that is not smaller. */
  compressed(windowBits: number): Frame | undefined {
    this.#compressed ??= new Map();
    let frame = this.#compressed.get(windowBits);
    if (frame === undefined) {
      frame = this.#compress(windowBits);
      this.#compressed.set(windowBits, frame);
    }
    return frame ?? undefined;
  }

  #compress(windowBits: number): Frame | null {
    const payload = deflateMessage(this.bytes, windowBits, undefined);
    const opcode = typeof this.data === "string" ? Opcode.Text : Opcode.Binary;
    return payload.length < this.size ? serverWriter.deflated(opcode, payload) : null;
  }
}
