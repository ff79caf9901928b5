import {
  BadRequest,
  type HttpError,
  RequestTimeout,
  ServerError,
  ServiceUnavailable,
} from "../http/errors.ts";
import { type InterimSender, Request } from "../http/request.ts";
import { type BodySource, RequestBody } from "../http/request-body.ts";
import { Response } from "../http/response.ts";
import { ParserEvent, RequestParser } from "../protocol/http1/request-parser.ts";
import { formatEarlyHints } from "../protocol/http1/response-writer.ts";
import type { ConnectionHost } from "./connection-host.ts";
import { ConnectionWait, Waiting } from "./connection-wait.ts";
import { Output } from "./output.ts";
import { ResponseSender, type SendingOwner } from "./response-sender.ts";
import { sendable } from "./sendable.ts";
import type { Transport, TransportOwner } from "./transport.ts";
import { type ManagedConnection, Upgrade } from "./upgrade.ts";

/** Bytes of pipelined requests that are kept while a handler works; past it reading pauses. */
const PIPELINE_BYTES = 64 * 1024;
/** An unread body's rest up to this many bytes is read and thrown away to keep the connection; past it: close. */
const DRAIN_BYTES = 64 * 1024;
/** Seconds a connection that came in while the server began to stop has for its only request. */
const LATE = 1;
/** Seconds a closing connection waits for its peer, reading on, so that the last response is not lost in a reset. */
const LINGER = 2;
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/**
 * One HTTP/1.1 connection: feeds the parser, calls the handler, sends the answers in order.
 *
 * One request at a time; pipelined ones wait in the parser. Everything that became ready while one chunk of input was
 * worked off leaves in one write.
 */
export class Http1Connection
  implements TransportOwner, ManagedConnection, BodySource, SendingOwner, InterimSender
{
  private readonly host: ConnectionHost;
  private readonly transport: Transport;
  private readonly parser: RequestParser;
  private readonly output: Output;
  private readonly sender: ResponseSender;
  private readonly onAnswer: (response: Response) => void;
  private readonly onFailure: (error: unknown) => void;

  /** The request being answered; null between requests. */
  private request: Request | null = null;
  /** Its body while parts of it are still to come. */
  private body: RequestBody | null = null;
  private isDispatched = false;
  private isAnswered = false;
  /** The answer is out, and the rest of the body is in the way of the next request. */
  private isDraining = false;
  private owesContinue = false;
  private drained = 0;

  private isReading = false;
  private isPaused = false;
  private isFlushPlanned = false;
  private isClosed = false;
  private peerEnded = false;
  private readonly isLate: boolean;
  private requests = 0;
  private readonly wait: ConnectionWait;

  constructor(transport: Transport, host: ConnectionHost) {
    this.transport = transport;
    this.host = host;
    this.isLate = host.isStopping;
    this.parser = new RequestParser(host.limits);
    this.output = new Output(transport);
    this.sender = new ResponseSender(this.output, transport, host.clock, this);
    this.onAnswer = (response) => this.settle(response);
    this.onFailure = (error) => {
      this.host.report(error, this.request);
      this.settle(this.host.refuse(new ServerError(), this.request));
    };
    this.wait = new ConnectionWait(transport, host.clock, host.limits);
    this.wait.for(Waiting.Head, host.limits.headTimeout);
    transport.owner = this;
  }

  onData(bytes: Buffer, start: number, end: number): void {
    if (this.isClosed) return;
    this.parser.feed(bytes, start, end);
    this.readOn();
    this.body?.own();
    this.parser.retain();
    this.regulate();
    if (!this.isFlushPlanned) this.flush();
  }

  onDrain(): void {
    this.output.onDrain();
    if (this.wait.what === Waiting.Reader) this.endSlowness();
    this.sender.onDrain();
    this.goOn();
  }

  onEnd(): void {
    this.peerEnded = true;
    if (this.isDraining) this.close();
    if (this.request === null) {
      this.starve();
      return;
    }
    // Requests that wait behind this one are answered too.
    if (this.parser.heldBytes === 0) this.sender.persists = false;
    this.breakBody();
    // A client that only closed its sending side still reads the answer, but most have left.
    if (!this.isAnswered) this.request.abort(new Error("The client closed its side of the connection"));
  }

  onClose(error: Error | undefined): void {
    this.isClosed = true;
    this.host.connections.delete(this);
    const reason = new Error("The client has left", error === undefined ? undefined : { cause: error });
    this.body?.fail(new BadRequest("The connection was lost in the middle of the body", { cause: error }));
    this.request?.abort(reason);
    this.sender.abort(reason);
  }

  sweep(now: number): void {
    if (this.isClosed && this.wait.what === Waiting.Reader && this.transport.bufferedBytes === 0)
      this.wait.for(Waiting.PeerToClose, LINGER);
    if (!this.wait.isOver(now)) return;
    const { limits } = this.host;
    switch (this.wait.what) {
      case Waiting.Head:
        if (this.parser.insideHead)
          this.refuse(
            new RequestTimeout(`The request's head did not arrive within ${limits.headTimeout} s`, {
              code: "E_REQUEST_TIMEOUT",
            }),
          );
        else this.transport.destroy();
        break;
      case Waiting.Body:
        if (this.isDraining) this.close();
        else
          this.failBody(
            new RequestTimeout(
              `The body did not arrive: it stood still for ${limits.bodyTimeout} s, or came too slowly`,
              { code: "E_REQUEST_TIMEOUT" },
            ),
          );
        break;
      case Waiting.Handler:
        this.giveUp(
          new ServiceUnavailable(`The handler did not answer within ${limits.handlerTimeout} s`, {
            code: "E_HANDLER_TIMEOUT",
          }),
        );
        break;
      default:
        this.transport.destroy();
    }
  }

  stop(): void {
    const isIdle = this.request === null ? !this.parser.insideHead : this.isDraining;
    if (!isIdle) {
      this.sender.stop();
      return;
    }
    // Taken out of the system's queue a moment ago: its request is on the way.
    if (this.isLate && this.wait.what === Waiting.Head) this.wait.for(Waiting.Head, LATE);
    else this.close();
  }

  destroy(): void {
    const reason = new Error("The server stops and waits no longer");
    this.request?.abort(reason);
    this.sender.abort(reason);
    this.isClosed = true;
    this.transport.destroy();
  }

  /** Somebody waits for bytes of the body. */
  pull(): void {
    // Once the answer has begun it is too late to ask for the body.
    if (this.owesContinue && !this.isAnswered) {
      this.owesContinue = false;
      this.output.addLatin1(CONTINUE);
      this.output.flush();
    }
    this.wait.forBody();
    this.regulate();
  }

  sendEarlyHints(request: Request, links: readonly string[]): boolean {
    // A request may outlive its exchange: the connection is about another one then.
    const isDue = this.request === request && !this.isAnswered && !this.isClosed;
    if (!isDue || this.sender.minorVersion === 0) return false;
    this.output.addLatin1(formatEarlyHints(links));
    if (!this.isReading) this.output.flush();
    return true;
  }

  /** Works off what the parser has, until it needs more or a handler has to be waited for. */
  private readOn(): void {
    if (this.isReading) return;
    this.isReading = true;
    while (this.canReadOn()) {
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

  /** No request is begun while another is at work, or while the peer does not take the answers it has got. */
  private canReadOn(): boolean {
    if (this.isClosed) return false;
    return this.request === null ? !this.output.isBehind : this.body !== null;
  }

  /** All bytes are used up: a request whose body is still coming goes to its handler now. */
  private starve(): void {
    if (this.peerEnded) this.breakBody();
    if (this.request === null) {
      if (this.peerEnded && !this.output.isBehind) this.close();
      else if (this.parser.insideHead && this.wait.what === Waiting.NextRequest)
        this.wait.for(Waiting.Head, this.host.limits.headTimeout);
    } else if (!this.isDispatched) this.dispatch(this.request);
  }

  private startRequest(): void {
    const { parser, host } = this;
    const { contentLength, expectContinue } = parser.fields;
    this.sender.minorVersion = parser.minorVersion;
    this.sender.persists = this.canPersist();
    this.isDispatched = false;
    this.isAnswered = false;
    this.isDraining = false;
    if (contentLength !== 0) {
      this.body = new RequestBody(this, contentLength, host.limits.bodyLimit);
      this.owesContinue = expectContinue && parser.minorVersion === 1;
      this.drained = 0;
      this.wait.startBody();
    }
    const request = new Request(parser, this.transport, this.body, this);
    this.request = request;
    if (contentLength === 0) this.dispatch(request);
  }

  private canPersist(): boolean {
    const { parser, host } = this;
    const { maxRequestsPerConnection } = host.limits;
    if (maxRequestsPerConnection !== 0 && ++this.requests >= maxRequestsPerConnection) return false;
    return parser.fields.persists(parser.minorVersion) && !(this.peerEnded && parser.heldBytes === 0);
  }

  private takeBody(): void {
    const { parser, body } = this;
    if (body === null) return;
    this.owesContinue = false;
    if (this.isDraining) {
      this.drained += parser.bodyEnd - parser.bodyStart;
      if (this.drained > DRAIN_BYTES) this.close();
      return;
    }
    body.push(parser.bytes, parser.bodyStart, parser.bodyEnd);
    this.wait.receive(parser.bodyEnd - parser.bodyStart);
    if (this.wait.what !== Waiting.Body || body.isAwaited) return;
    this.wait.endBody();
    this.awaitAnswer();
  }

  private endBody(): void {
    const { body, request } = this;
    this.body = null;
    if (this.isDraining) {
      this.endExchange();
      return;
    }
    body?.finish(this.parser.trailers);
    if (this.wait.what === Waiting.Body) this.awaitAnswer();
    if (!this.isDispatched && request !== null) this.dispatch(request);
    // A handler that did not read its body yet will find it after this turn.
    body?.own();
  }

  /** Of a body that has not arrived by now nothing more will come. */
  private breakBody(): void {
    if (this.body === null) return;
    this.sender.persists = false;
    this.body.fail(new BadRequest("The client closed the connection in the middle of the body"));
    this.body = null;
  }

  private failReading(): void {
    const error = this.parser.error ?? new BadRequest();
    if (this.body === null) this.refuse(error);
    else if (this.isDraining) this.close();
    else if (this.isDispatched) this.failBody(error);
    else this.giveUp(error);
  }

  /** The body will not be whole: its reader hears of it, and the connection ends with the answer. */
  private failBody(error: HttpError): void {
    this.sender.persists = false;
    this.body?.fail(error);
    this.body = null;
    this.awaitAnswer();
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
    if (this.wait.what !== Waiting.Body) this.awaitAnswer();
    answer.then(this.onAnswer, this.onFailure);
  }

  /** A handler's promise is settled. */
  private settle(response: Response): void {
    // A handler that was given up on answers nobody.
    if (this.isClosed || this.isAnswered) {
      response.discard();
      return;
    }
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
      this.flush();
      return;
    }
    this.isFlushPlanned = true;
    process.nextTick(() => {
      this.isFlushPlanned = false;
      this.flush();
    });
  }

  private answer(given: Response): void {
    const response = sendable(given, this.request, this.host);
    this.isAnswered = true;
    if (response instanceof Upgrade) {
      this.upgrade(response);
      return;
    }
    if (this.host.isStopping || (this.body !== null && !this.canDrain(this.body)))
      this.sender.persists = false;
    this.wait.forNothing();
    if (this.sender.send(response, this.request)) this.endExchange();
    else if (this.host.isStopping) this.sender.stop();
  }

  onSlowReader(): void {
    this.wait.forReader();
  }

  onStreamEnd(): void {
    if (this.isClosed) return;
    this.endExchange();
    this.goOn();
  }

  /** The head is out, so the only honest sign left that the body is not whole is a cut connection. */
  onStreamError(error: unknown): void {
    if (this.isClosed) return;
    this.host.report(error, this.request);
    this.output.flush();
    this.transport.destroy();
  }

  private endExchange(): void {
    if (!this.sender.persists || this.host.isStopping) {
      this.close();
      return;
    }
    if (this.body !== null) {
      this.isDraining = true;
      this.body.fail(unreadBody());
      this.wait.for(Waiting.Body, this.host.limits.bodyTimeout);
      this.regulate();
      return;
    }
    this.request = null;
    this.wait.for(Waiting.NextRequest, this.host.limits.keepAliveTimeout);
  }

  private canDrain(body: RequestBody): boolean {
    return !this.owesContinue && body.declaredLength <= DRAIN_BYTES;
  }

  private upgrade(response: Upgrade): void {
    if (this.body !== null) {
      response.discard();
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
    const successor = response.accept(this.transport, () => connections.delete(successor));
    // Not in the other order: there must never seem to be no connection left.
    connections.add(successor);
    connections.delete(this);
    this.regulate();
    if (rest.length > 0) this.transport.owner.onData(rest, 0, rest.length);
  }

  /** Answers an error found before there is a request for a handler, then closes. */
  private refuse(error: HttpError): void {
    this.sender.persists = false;
    this.answer(this.host.refuse(error, this.request));
    this.output.flush();
  }

  /** Answers in place of a handler that does not. */
  private giveUp(error: HttpError): void {
    this.request?.abort(error);
    this.refuse(error);
  }

  /** The body is not what is waited for: the handler is, or nothing once it has answered. */
  private awaitAnswer(): void {
    if (!this.isAnswered) this.wait.for(Waiting.Handler, this.host.limits.handlerTimeout);
    else this.wait.forNothing();
  }

  /** The client has taken what it was sent. */
  private endSlowness(): void {
    this.wait.endReader();
    if (this.request === null) this.wait.for(Waiting.NextRequest, this.host.limits.keepAliveTimeout);
    else if (this.body?.isAwaited === true) this.wait.forBody();
    else this.awaitAnswer();
  }

  private flush(): void {
    this.output.flush();
    if (this.output.isBehind && this.wait.what === Waiting.NextRequest) this.wait.forReader();
  }

  /** Holds the peer back while more has arrived than anybody takes. */
  private regulate(): void {
    const isBehind = this.body?.isFull === true && this.isDispatched && !this.isDraining;
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
    this.body?.fail(unreadBody());
    this.body = null;
    this.output.flush();
    this.transport.end();
    if (this.transport.bufferedBytes > 0) this.wait.forReader();
    else this.wait.for(Waiting.PeerToClose, LINGER);
    this.regulate();
  }
}

/** What someone hears who reads a body when its request has been answered. */
function unreadBody(): BadRequest {
  return new BadRequest("The request was answered before its body had been read");
}
