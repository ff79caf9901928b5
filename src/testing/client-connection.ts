import type { Duplex } from "node:stream";
import { RequestHeaders } from "../http/request-headers.ts";
import { ResponseEvent, ResponseParser } from "../protocol/http1/response-parser.ts";
import { formatChunkSize, LAST_CHUNK } from "../protocol/http1/response-writer.ts";
import { StreamTransport } from "../server/stream-transport.ts";
import type { Transport, TransportOwner } from "../server/transport.ts";
import { Deferred } from "../websocket/deferred.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { type BodyConnection, ResponseBody } from "./response-body.ts";
import { TestResponse } from "./test-response.ts";

/** The client's end of one HTTP/1.1 connection: sends one request at a time and reads its answer. */
export class ClientConnection implements TransportOwner, BodyConnection {
  /** Resolves when the connection is gone, or has another owner. */
  readonly closed: Promise<void>;
  private readonly transport: Transport;
  private readonly parser = new ResponseParser();
  private readonly gone = new Deferred<void>();
  private drained: Deferred<void> | null = null;
  private request: OutgoingRequest | null = null;
  private timeout = 0;
  private answer: Deferred<TestResponse> | null = null;
  private body: ResponseBody | null = null;
  private earlyHints: string[] = [];
  private isSending = false;
  private isPaused = false;
  private isClosed = false;
  private peerEnded = false;

  constructor(stream: Duplex) {
    this.closed = this.gone.promise;
    this.transport = new StreamTransport(stream);
    this.transport.owner = this;
  }

  /** Whether it can carry a request now. */
  get isIdle(): boolean {
    const isFree = this.request === null && !this.isSending && this.parser.persists;
    return isFree && !this.peerEnded && !this.transport.destroyed;
  }

  /** Whether an answer has begun and is not complete. */
  get isReceiving(): boolean {
    return this.body !== null;
  }

  /**
   * Sends a request; resolves when the head of its answer is there, rejects when the connection ends before.
   *
   * @param timeout seconds each piece of the answer's body may take.
   */
  send(request: OutgoingRequest, timeout: number): Promise<TestResponse> {
    const answer = Deferred.quiet<TestResponse>();
    this.request = request;
    this.timeout = timeout;
    this.answer = answer;
    this.earlyHints = [];
    this.parser.expect(request.method);
    this.transport.write(request.head);
    if (request.body instanceof Uint8Array) {
      if (request.body.length > 0) this.transport.write(request.body);
    } else if (request.body !== null) void this.sendPieces(request.body);
    return answer.promise;
  }

  /** Hands the connection to another protocol after the answer 101. */
  takeOver<Owner extends TransportOwner>(makeOwner: (transport: Transport) => Owner): Owner {
    const owner = makeOwner(this.transport);
    this.transport.owner = owner;
    this.body = null;
    this.gone.resolve();
    const rest = this.parser.takeRest();
    if (rest.length > 0) owner.onData(rest, 0, rest.length);
    if (this.peerEnded) owner.onEnd();
    return owner;
  }

  /** Cuts the connection; whoever waits for something of it gets `reason`. */
  cut(reason: Error): void {
    this.failWith(reason);
    this.transport.destroy();
  }

  /** Cuts the connection if it still carries `request`. */
  leave(request: OutgoingRequest, reason: Error): void {
    if (this.request === request) this.cut(reason);
  }

  resume(): void {
    this.regulate();
  }

  onData(bytes: Buffer, start: number, end: number): void {
    this.parser.feed(bytes, start, end);
    this.readOn();
    this.parser.retain();
    this.regulate();
  }

  onDrain(): void {
    this.drained?.resolve();
    this.drained = null;
  }

  onEnd(): void {
    this.peerEnded = true;
    this.take(this.parser.finish());
    this.transport.end();
  }

  onClose(error: Error | undefined): void {
    this.isClosed = true;
    if (!this.peerEnded) this.take(this.parser.finish());
    this.peerEnded = true;
    this.onDrain();
    if (error !== undefined) this.failWith(error);
    this.gone.resolve();
  }

  private readOn(): void {
    while (this.take(this.parser.next()));
  }

  /** @returns whether more may follow at once. */
  private take(event: ResponseEvent): boolean {
    const { parser } = this;
    if (event === ResponseEvent.Head) this.startAnswer();
    else if (event === ResponseEvent.Interim) this.takeInterim();
    else if (event === ResponseEvent.Body)
      this.body?.push(Buffer.from(parser.bytes.subarray(parser.bodyStart, parser.bodyEnd)));
    else if (event === ResponseEvent.End) this.endAnswer();
    else if (event === ResponseEvent.Failed) {
      this.cut(new Error(`${this.request?.label ?? "Between two requests"}: ${parser.problem}`));
      return false;
    }
    return event !== ResponseEvent.NeedMore;
  }

  private takeInterim(): void {
    const { parser } = this;
    if (parser.status === 103)
      this.earlyHints.push(...new RequestHeaders(parser.text, parser.fieldsStart).getAll("link"));
  }

  private startAnswer(): void {
    const { parser, request, earlyHints } = this;
    if (request === null) return;
    this.body = new ResponseBody(this, request.label, this.timeout);
    const headers = new RequestHeaders(parser.text, parser.fieldsStart);
    this.answer?.resolve(
      new TestResponse({ status: parser.status, headers, earlyHints }, this.body, request.label),
    );
  }

  private endAnswer(): void {
    this.body?.finish(this.parser.trailers);
    this.body = null;
    this.request = null;
    this.answer = null;
  }

  private failWith(error: Error): void {
    this.answer?.reject(error);
    this.body?.fail(error);
    this.answer = null;
    this.body = null;
    this.request = null;
  }

  private async sendPieces(pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
    this.isSending = true;
    try {
      for await (const piece of pieces) {
        if (this.transport.destroyed) break;
        await this.sendPiece(Buffer.from(piece));
      }
      this.transport.write(LAST_CHUNK);
    } catch (error) {
      this.cut(new Error(`${this.request?.label}: its body could not be sent`, { cause: error }));
    }
    this.isSending = false;
  }

  private async sendPiece(piece: Buffer): Promise<void> {
    // An empty chunk would end the body.
    if (piece.length === 0) return;
    this.transport.write(formatChunkSize(piece.length));
    this.transport.write(piece);
    if (this.transport.write("\r\n") || this.isClosed) return;
    this.drained ??= new Deferred();
    await this.drained.promise;
  }

  private regulate(): void {
    const shouldPause = this.body?.isFull === true;
    if (shouldPause === this.isPaused) return;
    this.isPaused = shouldPause;
    if (shouldPause) this.transport.pause();
    else this.transport.resume();
  }
}
