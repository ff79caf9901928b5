import { BodyPieces } from "./body-pieces.ts";
import { BadRequest, type HttpError, PayloadTooLarge } from "./errors.ts";
import { SetupError } from "./setup-error.ts";

/** Who brings a body's bytes. */
export interface BodySource {
  /** Somebody waits for bytes: read on. */
  pull(): void;
}

/** Past this many bytes that nobody has read yet, the sender is held back. */
const HIGH_WATER_MARK = 64 * 1024;

/**
 * A request's body: read whole (`request.json()`, `text()`, `bytes()`, `form()`) or piece by piece with `for await`.
 *
 * Either way it may not be longer than the route's `bodyLimit`. Pieces arrive only as fast as they are read.
 */
export class RequestBody implements AsyncIterable<Buffer> {
  /** Bytes announced by Content-Length, or -1 when the body comes in chunks. */
  readonly declaredLength: number;
  /** Bytes this body may have; reading more fails with {@link PayloadTooLarge}. May be changed until reading begins. */
  limit: number;
  private readonly source: BodySource;
  private readonly pieces = new BodyPieces();
  private queuedBytes = 0;
  private receivedBytes = 0;
  private complete = false;
  private failure: HttpError | null = null;
  private use: "unread" | "whole" | "pieces" = "unread";
  private whole: Buffer | null = null;
  private isRead = false;
  private trailerLines = "";
  private wake: (() => void) | null = null;
  /** The first piece while it still lies in the transport's reused buffer. */
  private borrowed: Buffer | null = null;
  private borrowedStart = 0;
  private borrowedEnd = 0;

  constructor(source: BodySource, declaredLength: number, limit: number) {
    this.source = source;
    this.declaredLength = declaredLength;
    this.limit = limit;
  }

  /** Whether all of it has arrived. */
  get isComplete(): boolean {
    return this.complete;
  }

  /** Whether the sender should be held back until somebody reads. */
  get isFull(): boolean {
    return this.queuedBytes > HIGH_WATER_MARK && this.use !== "whole";
  }

  /** Whether somebody is waiting for bytes. */
  get isAwaited(): boolean {
    return this.wake !== null;
  }

  /** The fields that came behind the body, as their lines; `""` until it was read to its end. */
  get trailers(): string {
    return this.isRead ? this.trailerLines : "";
  }

  /** Takes bytes that arrived. `bytes` is borrowed until {@link RequestBody.own} is called. */
  push(bytes: Buffer, start: number, end: number): void {
    if (this.failure !== null) return;
    this.receivedBytes += end - start;
    // Until somebody reads, the limit may still change; so much that this would hurt never arrives before.
    if (this.use !== "unread" && this.receivedBytes > this.limit) {
      this.giveUp(this.tooLarge());
      return;
    }
    this.own();
    this.borrowed = bytes;
    this.borrowedStart = start;
    this.borrowedEnd = end;
    this.queuedBytes += end - start;
    if (this.wake !== null) this.own();
    if (this.use === "pieces") this.wakeUp();
  }

  /** Copies what is borrowed: its owner is about to reuse it. */
  own(): void {
    if (this.borrowed === null) return;
    this.pieces.add(this.borrowed, this.borrowedStart, this.borrowedEnd);
    this.borrowed = null;
  }

  /** All bytes have arrived, and behind them the lines of trailer fields. */
  finish(trailers = ""): void {
    this.complete = true;
    this.trailerLines = trailers;
    this.wakeUp();
  }

  /** The rest will not arrive; whoever reads gets `error`. */
  fail(error: HttpError): void {
    if (this.failure === null && !this.complete) this.giveUp(error);
  }

  /** The whole body; may be called again. Rejects with {@link PayloadTooLarge} past the limit. */
  async bytes(): Promise<Buffer> {
    this.claim("whole");
    while (!this.complete && this.failure === null) await this.moreBytes();
    if (this.failure !== null) throw this.failure;
    return this.assemble();
  }

  /** The whole body as UTF-8, or undefined while it is still arriving: spares a promise when everything is here. */
  textIfComplete(): string | undefined {
    if (!this.complete) return undefined;
    this.claim("whole");
    if (this.failure !== null) return undefined;
    this.isRead = true;
    if (this.borrowed !== null && this.pieces.count === 0 && this.whole === null) {
      return decodeText(this.borrowed, this.borrowedStart, this.borrowedEnd);
    }
    const bytes = this.assemble();
    return decodeText(bytes, 0, bytes.length);
  }

  async text(): Promise<string> {
    const bytes = await this.bytes();
    return decodeText(bytes, 0, bytes.length);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Buffer> {
    this.claim("pieces");
    for (;;) {
      this.own();
      const piece = this.pieces.shift();
      if (piece !== undefined) {
        this.queuedBytes -= piece.length;
        yield piece;
      } else if (this.failure !== null) throw this.failure;
      else if (this.complete) {
        this.isRead = true;
        return;
      } else await this.moreBytes();
    }
  }

  private claim(use: "whole" | "pieces"): void {
    const isRepeatedWhole = use === "whole" && this.use === "whole";
    if (this.use !== "unread" && !isRepeatedWhole) {
      const way = this.use === "whole" ? "whole" : "piece by piece";
      throw new SetupError(
        `The request's body has been read ${way} already; read it once, either whole or with for await`,
      );
    }
    this.use = use;
    // However much of it has arrived: a body past its limit is handed to nobody.
    const isTooLarge = Math.max(this.declaredLength, this.receivedBytes) > this.limit;
    if (isTooLarge && this.failure === null) this.giveUp(this.tooLarge());
  }

  private moreBytes(): Promise<void> {
    if (this.wake !== null)
      throw new SetupError(
        "The request's body is being read by two readers at once; read it once and share the result",
      );
    const arrival = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.source.pull();
    return arrival;
  }

  private wakeUp(): void {
    const { wake } = this;
    this.wake = null;
    if (wake !== null) wake();
  }

  private giveUp(error: HttpError): void {
    this.failure = error;
    this.pieces.clear();
    this.borrowed = null;
    this.queuedBytes = 0;
    this.wakeUp();
  }

  private assemble(): Buffer {
    this.isRead = true;
    if (this.whole === null) {
      this.own();
      this.whole = this.pieces.takeAll();
    }
    return this.whole;
  }

  private tooLarge(): PayloadTooLarge {
    return new PayloadTooLarge(`The body is larger than ${this.limit} bytes`, { code: "E_BODY_TOO_LARGE" });
  }
}

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8; a byte sequence that is none is a 400. */
function decodeText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString("utf8", start, end);
  // Lenient decoding marks mistakes with U+FFFD; only then is the strict decoder worth its price.
  if (!text.includes("\uFFFD")) return text;
  try {
    return strictDecoder.decode(bytes.subarray(start, end));
  } catch {
    throw new BadRequest("The body is not valid UTF-8", { code: "E_BODY_NOT_UTF8" });
  }
}
