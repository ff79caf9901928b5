import {
  BadRequest,
  type HttpError,
  RequestTimeout,
  ServerError,
  ServiceUnavailable,
} from "../http/errors.ts";
import { Request } from "../http/request.ts";
import { type BodySource, RequestBody } from "../http/request-body.ts";
import { type BodyProducer, Response } from "../http/response.ts";
import { isBodiless } from "../http/status.ts";
import { ParserEvent, RequestParser } from "../protocol/http1/request-parser.ts";
import { BodyFraming, formatHead } from "../protocol/http1/response-writer.ts";
import type { ConnectionHost } from "./connection-host.ts";
import { Output } from "./output.ts";
import { StreamedBody } from "./streamed-body.ts";
import type { Transport, TransportOwner } from "./transport.ts";
import { type ManagedConnection, Upgrade } from "./upgrade.ts";

/** What a connection is waiting for; each has its own deadline. */
const Waiting = { Head: 0, NextRequest: 1, Body: 2, Handler: 3, Nothing: 4, PeerToClose: 5 } as const;
type Waiting = (typeof Waiting)[keyof typeof Waiting];

/** Bytes of pipelined requests that are kept while a handler works; past it reading pauses. */
const PIPELINE_BYTES = 64 * 1024;
/** An unread body's rest up to this many bytes is read and thrown away to keep the connection; past it: close. */
const DRAIN_BYTES = 64 * 1024;
/** Seconds a closing connection waits for its peer, reading on, so that the last response is not lost in a reset. */
const LINGER = 2;
const NEVER = Number.POSITIVE_INFINITY;
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/**
 * One HTTP/1.1 connection: feeds the parser, calls the handler, writes the answers in order.
 *
 * One request at a time; pipelined ones wait in the parser. Everything that became ready while one chunk of input was
 * worked off leaves in one write.
 */
export class Http1Connection implements TransportOwner, ManagedConnection, BodySource {
  private readonly host: ConnectionHost;
  private readonly transport: Transport;
  private readonly parser: RequestParser;
  private readonly output: Output;
  private readonly onAnswer: (response: Response) => void;
  private readonly onFailure: (error: unknown) => void;

  /** The request being answered; null between requests. */
  private request: Request | null = null;
  /** Its body while parts of it are still to come. */
  private body: RequestBody | null = null;
  private isDispatched = false;
  private isAnswered = false;
  private persists = true;
  private minorVersion = 1;
  private owesContinue = false;
  private drained = 0;
  private streamed: StreamedBody | null = null;

  private isReading = false;
  private isPaused = false;
  private isFlushPlanned = false;
  private isStopping = false;
  private isClosed = false;
  private peerEnded = false;
  private waiting: Waiting = Waiting.Head;
  private deadline: number;

  constructor(transport: Transport, host: ConnectionHost) {
    this.transport = transport;
    this.host = host;
    this.parser = new RequestParser(host.limits);
    this.output = new Output(transport);
    this.onAnswer = (response) => this.settle(response);
    this.onFailure = (error) => {
      this.host.report(error, this.request);
      this.settle(this.host.refuse(new ServerError()));
    };
    this.deadline = host.clock.after(host.limits.headTimeout);
    transport.owner = this;
  }

  onData(bytes: Buffer, start: number, end: number): void {
    if (this.isClosed) return;
    this.parser.feed(bytes, start, end);
    this.readOn();
    this.body?.own();
    this.parser.retain();
    this.regulate();
    if (!this.isFlushPlanned) this.output.flush();
  }

  onDrain(): void {
    this.streamed?.onDrain();
  }

  onEnd(): void {
    this.peerEnded = true;
    this.persists = false;
    if (this.request === null || (this.isAnswered && this.streamed === null)) {
      this.close();
      return;
    }
    this.body?.fail(new BadRequest("The client closed the connection in the middle of the body"));
    this.body = null;
    // A client that only closed its sending side still reads the answer, but most have left.
    if (!this.isAnswered) this.request.abort(new Error("The client closed its side of the connection"));
  }

  onClose(error: Error | undefined): void {
    this.isClosed = true;
    this.host.connections.delete(this);
    const reason = new Error("The client has left", error === undefined ? undefined : { cause: error });
    this.body?.fail(new BadRequest("The connection was lost in the middle of the body", { cause: error }));
    this.request?.abort(reason);
    this.streamed?.abort(reason);
  }

  sweep(now: number): void {
    if (now < this.deadline) return;
    this.deadline = NEVER;
    const { limits } = this.host;
    switch (this.waiting) {
      case Waiting.Head:
        if (this.parser.insideHead)
          this.refuse(new RequestTimeout(`The request's head did not arrive within ${limits.headTimeout} s`));
        else this.transport.destroy();
        break;
      case Waiting.Body:
        if (this.isAnswered) this.close();
        else this.failBody(new RequestTimeout(`No byte of the body arrived within ${limits.bodyTimeout} s`));
        break;
      case Waiting.Handler:
        this.giveUp(new ServiceUnavailable(`The handler did not answer within ${limits.handlerTimeout} s`));
        break;
      default:
        this.transport.destroy();
    }
  }

  stop(): void {
    this.isStopping = true;
    if (this.request === null && !this.parser.insideHead) this.close();
  }

  destroy(): void {
    this.transport.destroy();
  }

  /** Somebody waits for bytes of the body. */
  pull(): void {
    if (this.owesContinue) {
      this.owesContinue = false;
      this.output.addLatin1(CONTINUE);
      this.output.flush();
    }
    this.await(Waiting.Body, this.host.limits.bodyTimeout);
    this.regulate();
  }

  /** Works off what the parser has, until it needs more or a handler has to be waited for. */
  private readOn(): void {
    if (this.isReading) return;
    this.isReading = true;
    while (!this.isClosed && (this.request === null || this.body !== null)) {
      const event = this.parser.next();
      if (event === ParserEvent.Head) this.startRequest();
      else if (event === ParserEvent.Body) this.takeBody();
      else if (event === ParserEvent.End) this.endBody();
      else if (event === ParserEvent.Failed) this.failReading();
      else break;
    }
    this.isReading = false;
    this.starve();
  }

  /** All bytes are used up: a request whose body is still coming goes to its handler now. */
  private starve(): void {
    if (this.request === null) {
      if (this.parser.insideHead && this.waiting === Waiting.NextRequest)
        this.await(Waiting.Head, this.host.limits.headTimeout);
    } else if (!this.isDispatched) this.dispatch(this.request);
  }

  private startRequest(): void {
    const { parser, host } = this;
    const { contentLength, expectContinue } = parser.fields;
    this.minorVersion = parser.minorVersion;
    this.persists = parser.fields.persists(parser.minorVersion) && !this.peerEnded;
    this.isDispatched = false;
    this.isAnswered = false;
    if (contentLength !== 0) {
      this.body = new RequestBody(this, contentLength, host.limits.bodyLimit);
      this.owesContinue = expectContinue && parser.minorVersion === 1;
      this.drained = 0;
    }
    const request = new Request(parser, this.transport, this.body);
    this.request = request;
    if (contentLength === 0) this.dispatch(request);
  }

  private takeBody(): void {
    const { parser, body } = this;
    if (body === null) return;
    this.owesContinue = false;
    if (this.isAnswered) {
      this.drained += parser.bodyEnd - parser.bodyStart;
      if (this.drained > DRAIN_BYTES) this.close();
      return;
    }
    body.push(parser.bytes, parser.bodyStart, parser.bodyEnd);
    if (this.waiting !== Waiting.Body) return;
    const { bodyTimeout, handlerTimeout } = this.host.limits;
    if (body.isAwaited) this.await(Waiting.Body, bodyTimeout);
    else this.await(Waiting.Handler, handlerTimeout);
  }

  private endBody(): void {
    const { body, request } = this;
    this.body = null;
    if (this.isAnswered) {
      this.endExchange();
      return;
    }
    body?.finish();
    if (this.waiting === Waiting.Body) this.await(Waiting.Handler, this.host.limits.handlerTimeout);
    if (!this.isDispatched && request !== null) this.dispatch(request);
    // A handler that did not read its body yet will find it after this turn.
    body?.own();
  }

  private failReading(): void {
    const error = this.parser.error ?? new BadRequest();
    if (this.body === null) this.refuse(error);
    else if (this.isAnswered) this.close();
    else if (this.isDispatched) this.failBody(error);
    else this.giveUp(error);
  }

  /** The body will not be whole: its reader hears of it, and the connection ends with the answer. */
  private failBody(error: HttpError): void {
    this.persists = false;
    this.body?.fail(error);
    this.body = null;
    this.await(Waiting.Handler, this.host.limits.handlerTimeout);
  }

  private dispatch(request: Request): void {
    this.isDispatched = true;
    let answer: Response | Promise<Response>;
    try {
      answer = this.host.handle(request);
    } catch (error) {
      this.onFailure(error);
      return;
    }
    if (answer instanceof Response) {
      this.answer(answer);
      return;
    }
    // Reading the body may have set a deadline of its own.
    if (this.waiting !== Waiting.Body) this.await(Waiting.Handler, this.host.limits.handlerTimeout);
    answer.then(this.onAnswer, this.onFailure);
  }

  /** A handler's promise is settled. */
  private settle(response: Response): void {
    // A handler that was given up on answers nobody.
    if (this.isClosed || this.isAnswered) return;
    this.answer(response);
    this.goOn();
  }

  /** After an answer that was waited for: on to the next request, and out with what is ready. */
  private goOn(): void {
    if (this.request === null && !this.isClosed) {
      this.readOn();
      this.parser.retain();
    }
    this.regulate();
    this.flushSoon();
  }

  /** Answers of other handlers that become ready in the same turn leave in the same write. */
  private flushSoon(): void {
    if (this.isFlushPlanned) return;
    if (this.parser.heldBytes === 0) {
      this.output.flush();
      return;
    }
    this.isFlushPlanned = true;
    process.nextTick(() => {
      this.isFlushPlanned = false;
      this.output.flush();
    });
  }

  private answer(response: Response): void {
    this.isAnswered = true;
    this.waiting = Waiting.Nothing;
    this.deadline = NEVER;
    if (response instanceof Upgrade) {
      this.upgrade(response);
      return;
    }
    if (this.isStopping || (this.body !== null && !this.canDrain(this.body))) this.persists = false;
    const { body } = response;
    if (typeof body === "function") this.startStream(response, body);
    else {
      this.writeWhole(response, body);
      this.endExchange();
    }
  }

  private writeWhole(response: Response, body: string | Uint8Array | null): void {
    const length = body === null ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.length;
    // Without a body the length may be somebody else's: of what GET would have sent.
    const isAnnounced = response.announcedLength() !== undefined;
    if (isAnnounced && body !== null) response.headers.delete("content-length");
    const takesBody = this.writeHead(response, isAnnounced && body === null ? BodyFraming.None : length);
    if (!takesBody || body === null) return;
    if (typeof body === "string") this.output.addUtf8(body, length);
    else this.output.addBytes(body);
  }

  /** @returns whether a body may follow. */
  private writeHead(response: Response, framing: number): boolean {
    const { status } = response;
    const takesBody = !isBodiless(status);
    const head = formatHead(
      status,
      response.fieldLines(),
      takesBody ? framing : BodyFraming.None,
      this.persists,
      this.minorVersion,
      this.host.clock.dateLine,
    );
    this.output.addLatin1(head);
    return takesBody && this.request?.method !== "HEAD";
  }

  private startStream(response: Response, producer: BodyProducer): void {
    const announced = response.announcedLength();
    const length = announced === undefined ? undefined : Number(announced);
    if (this.minorVersion === 0 && length === undefined) this.persists = false;
    const framing =
      length === undefined
        ? this.minorVersion === 1
          ? BodyFraming.Chunked
          : BodyFraming.Close
        : BodyFraming.None;
    if (!this.writeHead(response, framing)) {
      this.endExchange();
      return;
    }
    const streamed = new StreamedBody(this.output, this.transport, framing === BodyFraming.Chunked, length);
    this.streamed = streamed;
    streamed.run(producer).then(
      () => this.endStream(),
      (error: unknown) => this.cutStream(error),
    );
  }

  private endStream(): void {
    if (this.isClosed) return;
    this.streamed = null;
    this.endExchange();
    this.goOn();
  }

  /** The head is out, so the only honest sign left that the body is not whole is a cut connection. */
  private cutStream(error: unknown): void {
    this.streamed = null;
    if (this.isClosed) return;
    this.host.report(error, this.request);
    this.output.flush();
    this.transport.destroy();
  }

  private endExchange(): void {
    if (this.streamed !== null) return;
    if (!this.persists) {
      this.close();
      return;
    }
    // What the handler left unread of the body is in the way of the next request.
    if (this.body !== null) {
      this.await(Waiting.Body, this.host.limits.bodyTimeout);
      this.regulate();
      return;
    }
    this.request = null;
    this.await(Waiting.NextRequest, this.host.limits.keepAliveTimeout);
  }

  private canDrain(body: RequestBody): boolean {
    return !this.owesContinue && body.declaredLength <= DRAIN_BYTES;
  }

  private upgrade(response: Upgrade): void {
    if (this.body !== null) {
      this.isAnswered = false;
      this.refuse(new BadRequest("A request that changes the protocol cannot have a body"));
      return;
    }
    this.output.addLatin1(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: ${response.protocol}\r\nconnection: Upgrade\r\n${response.fieldLines()}${this.host.clock.dateLine}\r\n`,
    );
    const rest = this.parser.takeRest();
    this.isClosed = true;
    this.output.flush();
    const { connections } = this.host;
    connections.delete(this);
    const successor = response.accept(this.transport, () => connections.delete(successor));
    connections.add(successor);
    if (this.isStopping) successor.stop();
    this.regulate();
    if (rest.length > 0) this.transport.owner.onData(rest, 0, rest.length);
  }

  /** Answers an error found before there is a request for a handler, then closes. */
  private refuse(error: HttpError): void {
    this.persists = false;
    this.answer(this.host.refuse(error));
    this.output.flush();
  }

  /** Answers in place of a handler that does not. */
  private giveUp(error: HttpError): void {
    this.request?.abort(error);
    this.refuse(error);
  }

  private await(what: Waiting, seconds: number): void {
    this.waiting = what;
    this.deadline = this.host.clock.after(seconds);
  }

  /** Holds the peer back while more has arrived than anybody takes. */
  private regulate(): void {
    const isBehind = this.body?.isFull === true && this.isDispatched && !this.isAnswered;
    const shouldPause = !this.isClosed && (isBehind || this.parser.heldBytes > PIPELINE_BYTES);
    if (shouldPause === this.isPaused) return;
    this.isPaused = shouldPause;
    if (shouldPause) this.transport.pause();
    else this.transport.resume();
  }

  /** Sends what there is and says goodbye; what still arrives is thrown away until the peer has closed too. */
  private close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.request = null;
    this.output.flush();
    this.transport.end();
    this.await(Waiting.PeerToClose, LINGER);
    this.regulate();
  }
}
