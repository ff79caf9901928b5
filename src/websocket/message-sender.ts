import type { FrameWriter } from "../protocol/websocket/frame-writer.ts";
import { Opcode } from "../protocol/websocket/opcode.ts";
import type { Outbox } from "./outbox.ts";

/** What a message can be made of while it is sent: strings alone, or bytes alone. */
export type MessagePieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

const HIGH_SURROGATE = /[\ud800-\udbff]$/;

/** Sends one message in fragments, as fast as the peer takes them. */
export class MessageSender {
  readonly #outbox: Outbox;
  readonly #writer: FrameWriter;
  /** Throws when the websocket is no longer open. */
  readonly #assertOpen: () => void;
  #kind: "text" | "binary" | undefined = undefined;
  /** Half a character at the end of a piece: it is sent with the next one. */
  #carried = "";

  constructor(outbox: Outbox, writer: FrameWriter, assertOpen: () => void) {
    this.#outbox = outbox;
    this.#writer = writer;
    this.#assertOpen = assertOpen;
  }

  /** Whether the peer has got a part of the message. */
  get hasBegun(): boolean {
    return this.#kind !== undefined;
  }

  /** @throws {TypeError} for pieces that are neither strings nor bytes, or not all of one kind. */
  async send(pieces: MessagePieces): Promise<void> {
    if (typeof pieces === "string" || pieces instanceof Uint8Array) {
      throw new TypeError(
        "ws.sendStream() takes an iterable of strings or bytes; use ws.send() for a whole message",
      );
    }
    for await (const piece of pieces) {
      this.#assertOpen();
      await this.#sendFragment(piece);
    }
    this.#assertOpen();
    const rest = Buffer.from(this.#carried);
    await this.#push(this.#kind === undefined ? Opcode.Text : Opcode.Continuation, rest, true);
  }

  async #sendFragment(piece: string | Uint8Array): Promise<void> {
    const kind = kindOf(piece);
    if (this.#kind !== undefined && this.#kind !== kind) {
      throw new TypeError(
        `A streamed message is text or binary; it began as ${this.#kind} and went on as ${kind}`,
      );
    }
    const bytes = typeof piece === "string" ? this.#encode(piece) : piece;
    const first = kind === "text" ? Opcode.Text : Opcode.Binary;
    const opcode = this.#kind === undefined ? first : Opcode.Continuation;
    this.#kind = kind;
    await this.#push(opcode, bytes, false);
  }

  async #push(opcode: Opcode, bytes: Uint8Array, isLast: boolean): Promise<void> {
    this.#outbox.pushAtOnce(this.#writer.fragment(opcode, bytes, isLast));
    if (this.#outbox.isSlow) await this.#outbox.whenDrained();
  }

  #encode(piece: string): Buffer {
    const text = this.#carried + piece;
    this.#carried = HIGH_SURROGATE.exec(text)?.[0] ?? "";
    return Buffer.from(text.slice(0, text.length - this.#carried.length));
  }
}

function kindOf(piece: unknown): "text" | "binary" {
  if (typeof piece === "string") return "text";
  if (piece instanceof Uint8Array) return "binary";
  throw new TypeError(
    `ws.sendStream() takes strings or bytes (Uint8Array), not ${piece === null ? "null" : typeof piece}`,
  );
}
