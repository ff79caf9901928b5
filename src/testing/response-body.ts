import { within } from "./deadline.ts";

/** Past this many bytes that the test has not read, the server is held back. */
const HIGH_WATER_MARK = 64 * 1024;

/** What a {@link ResponseBody} needs of its connection. */
export interface BodyConnection {
  /** Room for more has become free. */
  resume(): void;
  /** Nobody waits for the rest. */
  cut(reason: Error): void;
}

/** A response's body: read whole, or piece by piece as it arrives. Every wait for more has a time limit. */
export class ResponseBody implements AsyncIterable<Buffer> {
  private readonly connection: BodyConnection;
  private readonly label: string;
  private readonly timeout: number;
  private chunks: Buffer[] = [];
  private queuedBytes = 0;
  private isComplete = false;
  private failure: Error | null = null;
  private whole: Promise<Buffer> | null = null;
  private isTaken = false;
  /** The lines of the fields behind the body, once it has arrived. */
  trailers = "";
  private wake: (() => void) | null = null;

  /**
   * @param label names the request in errors.
   * @param timeout seconds to wait for each piece.
   */
  constructor(connection: BodyConnection, label: string, timeout: number) {
    this.connection = connection;
    this.label = label;
    this.timeout = timeout;
  }

  /** Whether the server should be held back until the test reads. */
  get isFull(): boolean {
    return this.queuedBytes > HIGH_WATER_MARK && this.whole === null;
  }

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.queuedBytes += chunk.length;
    this.wakeUp();
  }

  finish(trailers: string): void {
    this.trailers = trailers;
    this.isComplete = true;
    this.wakeUp();
  }

  /** The rest will not come: whoever reads on gets `error`. */
  fail(error: Error): void {
    if (this.isComplete) return;
    this.failure ??= error;
    this.wakeUp();
  }

  /** All of it; may be called again. */
  bytes(): Promise<Buffer> {
    this.whole ??= this.readWhole();
    return this.whole;
  }

  /** Pieces as they arrive. Leaving the loop early closes the connection, as a client that leaves does. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, undefined> {
    this.take();
    try {
      for (let chunk = await this.nextChunk(); chunk !== undefined; chunk = await this.nextChunk())
        yield chunk;
    } finally {
      if (!this.isComplete)
        this.connection.cut(new Error(`The test left before the body of ${this.label} was complete`));
    }
    return undefined;
  }

  private async readWhole(): Promise<Buffer> {
    this.take();
    const chunks: Buffer[] = [];
    this.connection.resume();
    for (let chunk = await this.nextChunk(); chunk !== undefined; chunk = await this.nextChunk())
      chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  private take(): void {
    if (this.isTaken)
      throw new Error(
        `The body of ${this.label} is being read already; read it once, either whole or piece by piece`,
      );
    this.isTaken = true;
  }

  private async nextChunk(): Promise<Buffer | undefined> {
    while (this.chunks.length === 0) {
      if (this.isComplete) return undefined;
      if (this.failure !== null) throw this.failure;
      await within(this.arrival(), this.timeout, () => this.stalled());
    }
    const chunk = this.chunks.shift();
    this.queuedBytes -= chunk?.length ?? 0;
    this.connection.resume();
    return chunk;
  }

  private arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private wakeUp(): void {
    this.wake?.();
    this.wake = null;
  }

  private stalled(): Error {
    const error = new Error(
      `${this.label}: the body is not complete and no piece of it came within ${this.timeout} s`,
    );
    this.connection.cut(error);
    return error;
  }
}
