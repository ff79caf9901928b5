import type { MessageReader, ReadMessage } from "./message-reader.ts";
import type { WebSocketMessage } from "./websocket-options.ts";

/** While so many messages wait for a reader, the socket is not read. */
const BUSY_FROM = 16;

/** Hands the messages of a websocket in event style to its reader, in order also where that takes time. */
export class ReadQueue {
  readonly #read: MessageReader;
  readonly #deliver: (value: never) => void;
  readonly #onError: (error: unknown) => void;
  readonly #onRoom: () => void;
  #waiting: WebSocketMessage[] = [];
  #isReading = false;

  /** @param onRoom is told when a queue that was busy is empty. */
  constructor(
    read: MessageReader,
    deliver: (value: never) => void,
    onError: (error: unknown) => void,
    onRoom: () => void,
  ) {
    this.#read = read;
    this.#deliver = deliver;
    this.#onError = onError;
    this.#onRoom = onRoom;
  }

  get isBusy(): boolean {
    return this.#waiting.length >= BUSY_FROM;
  }

  push(message: WebSocketMessage): void {
    if (this.#isReading) {
      this.#waiting.push(message);
      return;
    }
    const read = this.#read(message);
    if (!(read instanceof Promise)) this.#handOn(read);
    else {
      this.#isReading = true;
      void this.#readOn(read);
    }
  }

  async #readOn(first: Promise<ReadMessage<unknown>>): Promise<void> {
    try {
      this.#handOn(await first);
      while (this.#waiting.length > 0) {
        const messages = this.#waiting;
        this.#waiting = [];
        for (const message of messages) this.#handOn(await this.#read(message));
      }
    } catch (error) {
      this.#waiting = [];
      this.#onError(error);
    }
    this.#isReading = false;
    this.#onRoom();
  }

  #handOn(read: ReadMessage<unknown>): void {
    if (read !== undefined) this.#deliver(read.value as never);
  }
}
