import { StringDecoder } from "node:string_decoder";
import { Deferred } from "./deferred.ts";
import type { WebSocketClosed } from "./websocket-closed.ts";

/** So many bytes of pieces may wait for their reader before the socket is not read. */
const FULL_SIZE = 64 * 1024;

/**
 * A message as it arrives: iterate its pieces, strings of a text or buffers of a binary message. Their bounds mean
 * nothing. The rest of a message that is left early is dropped when the next one is asked for.
 */
export interface MessageStream extends AsyncIterable<string | Buffer> {
  readonly type: "text" | "binary";
}

/** One piece of a message on its way from the wire. */
interface Piece {
  readonly bytes: Buffer;
  readonly isText: boolean;
  readonly isLast: boolean;
}

/** Pieces between the wire and a handler that reads messages while they arrive. */
export class MessageStreams implements AsyncIterator<MessageStream, undefined> {
  readonly #onRoom: () => void;
  #pieces: Piece[] = [];
  #size = 0;
  #wake: Deferred<void> | undefined = undefined;
  #closedError: (() => WebSocketClosed) | undefined = undefined;
  #current: IncomingStream | undefined = undefined;

  /** @param onRoom is told when pieces were taken. */
  constructor(onRoom: () => void) {
    this.#onRoom = onRoom;
  }

  get isFull(): boolean {
    return this.#size >= FULL_SIZE;
  }

  push(bytes: Buffer, isText: boolean, isLast: boolean): void {
    this.#pieces.push({ bytes, isText, isLast });
    // Pieces without bytes count, too: a peer may send millions of them.
    this.#size += bytes.length + 64;
    this.#notify();
  }

  /** No more pieces will come; those that wait can still be read. */
  end(closedError: () => WebSocketClosed): void {
    this.#closedError = closedError;
    this.#notify();
  }

  /** The next message, as soon as it begins. */
  async next(): Promise<IteratorResult<MessageStream, undefined>> {
    if (this.#current !== undefined) await this.#current.drop();
    const first = await this.#look();
    if (first === undefined) return { done: true, value: undefined };
    this.#current = new IncomingStream(this, first.isText);
    return { done: false, value: this.#current };
  }

  /** The next piece; undefined when the websocket closed before it came. */
  async take(): Promise<Piece | undefined> {
    const piece = await this.#look();
    if (piece === undefined) return undefined;
    this.#pieces.shift();
    const wasFull = this.isFull;
    this.#size -= piece.bytes.length + 64;
    if (wasFull && !this.isFull) this.#onRoom();
    return piece;
  }

  /** Why there are no more pieces. */
  closedError(): Error {
    return this.#closedError?.() ?? new Error("The websocket is open");
  }

  async #look(): Promise<Piece | undefined> {
    while (this.#pieces.length === 0) {
      if (this.#closedError !== undefined) return undefined;
      if (this.#wake !== undefined) {
        throw new Error("Another loop already waits for this websocket; let one place read its messages");
      }
      this.#wake = new Deferred();
      await this.#wake.promise;
    }
    return this.#pieces[0];
  }

  #notify(): void {
    this.#wake?.resolve();
    this.#wake = undefined;
  }
}

/** One message of {@link MessageStreams}. */
class IncomingStream implements MessageStream {
  readonly type: "text" | "binary";
  readonly #source: MessageStreams;
  /** Characters may be cut by the bounds of pieces. */
  readonly #decoder: StringDecoder | undefined;
  #isOver = false;

  constructor(source: MessageStreams, isText: boolean) {
    this.#source = source;
    this.type = isText ? "text" : "binary";
    this.#decoder = isText ? new StringDecoder("utf8") : undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string | Buffer, undefined> {
    while (!this.#isOver) {
      const bytes = await this.#take();
      const piece = this.#decoder === undefined ? bytes : this.#decoder.write(bytes);
      if (piece.length > 0) yield piece;
    }
    return undefined;
  }

  /** Reads past what nobody wants; a message that the close cuts off ends there. */
  async drop(): Promise<void> {
    while (!this.#isOver) {
      const piece = await this.#source.take();
      this.#isOver = piece === undefined || piece.isLast;
    }
  }

  async #take(): Promise<Buffer> {
    const piece = await this.#source.take();
    this.#isOver = piece === undefined || piece.isLast;
    if (piece === undefined) throw this.#source.closedError();
    return piece.bytes;
  }
}
