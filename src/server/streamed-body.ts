import type { BodyProducer, BodyWriter } from "../http/response.ts";
import { checkTrailers, type TrailerProducer } from "../http/trailers.ts";
import { formatChunkSize, formatLastChunk } from "../protocol/http1/response-writer.ts";
import type { Output } from "./output.ts";
import type { Transport } from "./transport.ts";

/** Where a streamed body ends. */
export interface StreamFraming {
  readonly isChunked: boolean;
  /** The announced length, undefined where none was announced. */
  readonly length: number | undefined;
  /** Gives the fields behind a body in chunks; null where there are none or the client takes none. */
  readonly trailers: TrailerProducer | null;
}

/** A response body on its way out, piece by piece, at the pace of its reader. */
export class StreamedBody implements BodyWriter {
  private readonly output: Output;
  private readonly transport: Transport;
  private readonly isChunked: boolean;
  private readonly trailers: TrailerProducer | null;
  private readonly onSlowReader: () => void;
  /** Bytes still to come by the announced length, undefined where none was announced. */
  private remaining: number | undefined;
  private readonly abortion = new AbortController();
  /** Made for those who ask. */
  private stopper: AbortController | null = null;
  private isStopping = false;
  private drain: { promise: Promise<void>; resolve: () => void; reject: (reason: Error) => void } | null =
    null;
  private isFlushPlanned = false;
  private isEnded = false;

  /** @param onSlowReader is told when the producer has to wait for the client. */
  constructor(output: Output, transport: Transport, framing: StreamFraming, onSlowReader: () => void) {
    this.output = output;
    this.transport = transport;
    this.isChunked = framing.isChunked;
    this.remaining = framing.length;
    this.trailers = framing.trailers;
    this.onSlowReader = onSlowReader;
  }

  get signal(): AbortSignal {
    return this.abortion.signal;
  }

  get stopping(): AbortSignal {
    this.stopper ??= new AbortController();
    if (this.isStopping) this.stopper.abort();
    return this.stopper.signal;
  }

  /** Lets the producer write, then ends the body. Rejects with the producer's error, or when the announced length was missed. */
  async run(producer: BodyProducer): Promise<void> {
    try {
      await producer(this);
    } finally {
      this.isEnded = true;
    }
    if (this.remaining !== undefined && this.remaining > 0) {
      throw new Error(`The streamed body ended ${this.remaining} bytes before its announced content-length`);
    }
    if (this.isChunked) await this.endChunks();
  }

  write(chunk: string | Uint8Array): Promise<void> | undefined {
    if (this.isEnded)
      throw new Error(
        "write() after the end of the streamed body: await what the producer starts before it returns",
      );
    this.signal.throwIfAborted();
    const length = typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk.length;
    // An empty chunk would end a chunked body.
    if (length === 0) return undefined;
    this.count(length);
    if (this.isChunked) this.output.addLatin1(formatChunkSize(length));
    if (typeof chunk === "string") this.output.addUtf8(chunk, length);
    else this.output.addBytes(chunk);
    if (this.isChunked) this.output.addLatin1("\r\n");
    return this.send();
  }

  /** The client has left or must not get more: the producer hears of it at its next write. */
  abort(reason: Error): void {
    this.abortion.abort(reason);
    this.drain?.reject(reason);
    this.drain = null;
  }

  /** The server begins to stop. */
  stop(): void {
    this.isStopping = true;
    this.stopper?.abort();
  }

  onDrain(): void {
    this.drain?.resolve();
    this.drain = null;
  }

  private async endChunks(): Promise<void> {
    const lines = this.trailers === null ? "" : checkTrailers(await this.trailers()).toLines();
    this.output.addLatin1(formatLastChunk(lines));
  }

  private count(length: number): void {
    if (this.remaining === undefined) return;
    if (length > this.remaining)
      throw new Error(
        `The streamed body is ${length - this.remaining} bytes longer than its announced content-length`,
      );
    this.remaining -= length;
  }

  /** Pieces written in one turn leave together; a slow reader is waited for. */
  private send(): Promise<void> | undefined {
    if (this.output.isLarge || this.transport.bufferedBytes > 0)
      return this.output.flush() ? undefined : this.drained();
    if (!this.isFlushPlanned) {
      this.isFlushPlanned = true;
      process.nextTick(() => {
        this.isFlushPlanned = false;
        this.output.flush();
      });
    }
    return undefined;
  }

  private drained(): Promise<void> {
    if (this.drain === null) {
      this.onSlowReader();
      let resolve = (): void => {};
      let reject = (_reason: Error): void => {};
      const promise = new Promise<void>((onDrain, onAbort) => {
        resolve = onDrain;
        reject = onAbort;
      });
      // A producer that does not await its last write must not bring the process down.
      promise.catch(() => {});
      this.drain = { promise, resolve, reject };
    }
    return this.drain.promise;
  }
}

/** Writes `bytes` in pieces of `size`, each when the client can take it. */
export function inPieces(bytes: Uint8Array, size: number): BodyProducer {
  return async (out) => {
    for (let start = 0; start < bytes.length; start += size)
      await out.write(bytes.subarray(start, start + size));
  };
}
