import { type Frame, FrameWriter } from "./frame-writer.ts";

const serverWriter = new FrameWriter();

/**
 * A message for many sockets of a server, encoded when first sent and once for all of them.
 *
 * Bytes are copied; text is kept as it is.
 */
export class SharedMessage {
  readonly data: string | Buffer;
  #frame: Frame | undefined = undefined;

  constructor(data: string | Uint8Array) {
    this.data = typeof data === "string" ? data : Buffer.from(data);
  }

  /** The message as an unmasked frame. */
  get frame(): Frame {
    this.#frame ??=
      typeof this.data === "string" ? serverWriter.text(this.data) : serverWriter.binary(this.data);
    return this.#frame;
  }
}
