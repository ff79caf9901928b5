import type { Request } from "../http/request.ts";
import type { BodyProducer, Response } from "../http/response.ts";
import { isBodiless } from "../http/status.ts";
import { takesTrailers } from "../http/trailers.ts";
import { BodyFraming, formatHead, formatPlainHead } from "../protocol/http1/response-writer.ts";
import type { Clock } from "./clock.ts";
import type { Output } from "./output.ts";
import { inPieces, StreamedBody } from "./streamed-body.ts";
import type { Transport } from "./transport.ts";

/** Bodies past this length are sent in pieces of it, the next one when the last has left. */
const LONG_BODY = 256 * 1024;

/** Who is told how the sending of a streamed answer goes on. */
export interface SendingOwner {
  /** The producer has to wait for the client. */
  onSlowReader(): void;
  /** The whole answer is out. */
  onStreamEnd(): void;
  /** The producer failed behind the head. */
  onStreamError(error: unknown): void;
}

/** The sending half of a connection: gives answers their framing and their way out, whole or piece by piece. */
export class ResponseSender {
  /** Whether the connection stays open behind the answer, which its head says. */
  persists = true;
  /** What the client speaks: 1 for HTTP/1.1, 0 for HTTP/1.0. */
  minorVersion = 1;
  private readonly output: Output;
  private readonly transport: Transport;
  private readonly clock: Clock;
  private readonly owner: SendingOwner;
  private streamed: StreamedBody | null = null;

  constructor(output: Output, transport: Transport, clock: Clock, owner: SendingOwner) {
    this.output = output;
    this.transport = transport;
    this.clock = clock;
    this.owner = owner;
  }

  /**
   * Sends an answer, or begins to.
   *
   * @param request what it answers, null where there is none.
   * @returns whether it is out; otherwise the owner is told when it is.
   */
  send(response: Response, request: Request | null): boolean {
    const { body } = response;
    if (typeof body === "function") return this.startStream(response, body, request);
    if (body !== null && body.length > LONG_BODY) return this.startLong(response, body, request);
    this.sendWhole(response, body, request);
    return true;
  }

  /** The peer has taken everything that was written. */
  onDrain(): void {
    this.streamed?.onDrain();
  }

  /** The client has left or must not get more. */
  abort(reason: Error): void {
    this.streamed?.abort(reason);
  }

  /** The server begins to stop: a body that would go on for ever hears of it. */
  stop(): void {
    this.streamed?.stop();
  }

  private sendWhole(response: Response, body: string | Uint8Array | null, request: Request | null): void {
    const length = body === null ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.length;
    const isAnnounced = response.announcedLength() !== undefined;
    // What GET would get, or has got, may be announced without being sent (RFC 9110 section 8.6).
    const isElsewhere = isAnnounced && body === null && (isHead(request) || response.status === 304);
    if (isAnnounced && !isElsewhere) response.headers.delete("content-length");
    const takesBody = this.writeHead(response, isElsewhere ? BodyFraming.None : length, request);
    if (!takesBody || body === null) return;
    if (typeof body === "string") this.output.addUtf8(body, length);
    else this.output.addBytes(body);
  }

  /** A long body goes out at the pace of its reader, so that it can be seen whether there is one. */
  private startLong(response: Response, body: string | Uint8Array, request: Request | null): boolean {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    response.headers.set("content-length", bytes.length);
    return this.startStream(response, inPieces(bytes, LONG_BODY), request);
  }

  private startStream(response: Response, producer: BodyProducer, request: Request | null): boolean {
    const announced = response.announcedLength();
    const length = announced === undefined ? undefined : Number(announced);
    const framing = this.framingOf(length);
    if (framing === BodyFraming.Close) this.persists = false;
    if (!this.writeHead(response, framing, request)) {
      producer.discard?.();
      return true;
    }
    const isChunked = framing === BodyFraming.Chunked;
    const takesFields = isChunked && response.trailers !== null && request !== null && takesTrailers(request);
    const trailers = takesFields ? response.trailers : null;
    const streamed = new StreamedBody(this.output, this.transport, { isChunked, length, trailers }, () =>
      this.owner.onSlowReader(),
    );
    this.streamed = streamed;
    streamed.run(producer).then(
      () => {
        this.streamed = null;
        this.owner.onStreamEnd();
      },
      (error: unknown) => {
        this.streamed = null;
        this.owner.onStreamError(error);
      },
    );
    return false;
  }

  private framingOf(announcedLength: number | undefined): number {
    if (announcedLength !== undefined) return BodyFraming.None;
    return this.minorVersion === 1 ? BodyFraming.Chunked : BodyFraming.Close;
  }

  /** @returns whether a body may follow. */
  private writeHead(response: Response, framing: number, request: Request | null): boolean {
    const { status } = response;
    const takesBody = !isBodiless(status);
    // A 204 never has a length (RFC 9110 section 8.6).
    if (status === 204 && response.announcedLength() !== undefined) response.headers.delete("content-length");
    const { dateLine } = this.clock;
    const onlyField =
      status === 200 && framing >= 0 && this.persists && this.minorVersion === 1 ? response.onlyField : null;
    const head =
      onlyField !== null
        ? formatPlainHead(onlyField, framing, dateLine)
        : formatHead(
            status,
            response.fieldLines(),
            takesBody ? framing : BodyFraming.None,
            this.persists,
            this.minorVersion,
            dateLine,
          );
    this.output.addLatin1(head);
    return takesBody && !isHead(request);
  }
}

function isHead(request: Request | null): boolean {
  return request !== null && request.method === "HEAD";
}
