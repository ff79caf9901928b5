import { CloseCode } from "../protocol/websocket/close-code.ts";
import { FrameEvent, FrameParser } from "../protocol/websocket/frame-parser.ts";
import { FrameWriter } from "../protocol/websocket/frame-writer.ts";
import type { Transport, TransportOwner } from "../server/transport.ts";
import { createCompressors } from "./compression.ts";
import { Inbox } from "./inbox.ts";
import { Keepalive } from "./keepalive.ts";
import { CONNECTION_LOST, Lifetime } from "./lifetime.ts";
import type { MessageReader } from "./message-reader.ts";
import { MessageStreams } from "./message-streams.ts";
import { Outbox } from "./outbox.ts";
import { Pings } from "./pings.ts";
import type { SocketTopics } from "./socket-topics.ts";
import type { WebSocketCloseInfo } from "./websocket-closed.ts";
import type { WebSocketListener } from "./websocket-listener.ts";
import type { WebSocketMessage, WebSocketSettings } from "./websocket-options.ts";

const NOTHING = Buffer.alloc(0);
const plainServerWriter = new FrameWriter();

/** What may be restored from compressed messages in one turn of the event loop: a read of 64 KiB can hold 64 MiB. */
const RESTORED_PER_TURN = 1024 * 1024;

/**
 * The wire's side of a websocket: what bytes, time and the end of the transport do to it. The handler's side is
 * `WebSocket`, its only subclass.
 */
export abstract class WebSocketConnection implements TransportOwner {
  protected readonly settings: WebSocketSettings;
  protected readonly writer: FrameWriter;
  protected readonly inbox: Inbox;
  protected readonly outbox: Outbox;
  protected readonly pings: Pings = new Pings();
  protected readonly lifetime: Lifetime = new Lifetime();
  /** Gets the messages instead of the inbox, in event style. */
  protected listener: WebSocketListener | undefined = undefined;
  /** @internal Makes of messages what the handler gets; set before the first one. */
  reader: MessageReader | undefined = undefined;
  /** Its subscriptions, when it ever had one. */
  protected socketTopics: SocketTopics | undefined = undefined;
  /** Gets the messages instead of the inbox, piece by piece. */
  protected readonly streams: MessageStreams | undefined;
  readonly #transport: Transport;
  readonly #onGone: (() => void) | undefined;
  readonly #parser: FrameParser;
  readonly #keepalive: Keepalive;
  /** The ping a slow peer still gets its answer for: only the last one counts (RFC 6455 section 5.5.3). */
  #owedPong: Buffer | undefined = undefined;
  #isPaused = false;
  /** Whether a part of the last read waits, because what came before it grew too much. */
  #hasRest = false;
  #endsAfterRest = false;
  #isGone = false;
  #hasHeard = false;

  constructor(transport: Transport, settings: WebSocketSettings, onGone: (() => void) | undefined) {
    this.settings = settings;
    const { deflater, inflater } = createCompressors(settings.compression, settings.role);
    // Writers without compression have nothing of their own.
    const isPlainServer = settings.role === "server" && deflater === undefined;
    this.writer = isPlainServer ? plainServerWriter : new FrameWriter({ role: settings.role, deflater });
    this.inbox = new Inbox(() => this.regulateReading());
    this.outbox = new Outbox(transport, settings.bufferLimit, () => this.#afterDrain());
    this.#transport = transport;
    this.#onGone = onGone;
    const { role, messageLimit, isStreaming } = settings;
    this.#parser = new FrameParser({ role, messageLimit, inflater, isStreaming });
    this.streams = isStreaming ? new MessageStreams(() => this.regulateReading()) : undefined;
    this.#keepalive = new Keepalive(settings.pingInterval, settings.pongTimeout);
  }

  /** @internal Bytes of the transport. */
  onData(buffer: Buffer, start: number, end: number): void {
    this.#hasHeard = true;
    if (this.lifetime.state === "closed") return;
    this.#parser.feed(buffer, start, end);
    if (!this.#hasRest) this.#read();
  }

  /** @internal Everything written has left. */
  onDrain(): void {
    this.outbox.resume();
    if (this.outbox.isDrained) this.outbox.drain();
  }

  /** @internal The peer ended its side: without a close frame before, the connection is lost. */
  onEnd(): void {
    if (this.#hasRest) this.#endsAfterRest = true;
    else this.#finish(CONNECTION_LOST);
  }

  /** @internal The transport is gone. */
  onClose(error: Error | undefined): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.lifetime.cause ??= error;
    this.#finish(CONNECTION_LOST);
    this.#onGone?.();
  }

  /**
   * Lets time pass: pings silent peers, gives up dead ones, cuts connections that do not finish closing. Called by one
   * clock for all websockets of a server, about once a second.
   *
   * @param now in milliseconds, of any clock that only goes forward.
   * @returns false when the connection is gone and needs no more calls.
   */
  sweep(now: number): boolean {
    if (this.#isGone) return false;
    if (this.lifetime.state === "open") this.#checkLife(now);
    else if (this.lifetime.isOverdue(now, this.settings.closeTimeout)) {
      this.#transport.destroy();
      this.onClose(undefined);
    }
    return !this.#isGone;
  }

  /** Fails the connection (RFC 6455 section 7.1.7): tells the peer why and listens no more. */
  protected fail(code: number, reason: string): void {
    if (this.lifetime.state === "open") this.outbox.pushAtOnce(this.writer.close(code, reason));
    this.#finish({ code, reason, wasClean: false });
  }

  /** Gives up a peer that takes too little: what waits for it would only be kept longer. */
  protected failSlow(): void {
    this.outbox.discard();
    this.fail(CloseCode.TryAgainLater, "The reader is too slow");
  }

  /**
   * Reads only while there is room for what comes. A loop fills the inbox when it falls behind; handlers in event style
   * cannot wait, so for them a peer that does not read is not read either.
   */
  protected regulateReading(): void {
    if (this.#hasRest && !this.#isBehind) setImmediate(() => this.#readRest());
    const shouldPause = this.#hasRest || this.#isBehind;
    if (shouldPause === this.#isPaused) return;
    this.#isPaused = shouldPause;
    if (shouldPause) this.#transport.pause();
    else this.#transport.resume();
  }

  get #isBehind(): boolean {
    if (this.lifetime.state !== "open") return false;
    const { listener } = this;
    return this.#isUnread || (listener !== undefined && (this.outbox.isSlow || listener.isBusy));
  }

  get #isUnread(): boolean {
    return this.inbox.isFull || (this.streams?.isFull ?? false);
  }

  #read(): void {
    this.outbox.hold();
    try {
      if (this.settings.compression === undefined) this.#readFrames();
      else this.#readFramesInTurns();
    } finally {
      this.outbox.release();
      this.regulateReading();
    }
  }

  #readFrames(): void {
    const parser = this.#parser;
    for (let event = parser.next(); event !== FrameEvent.NeedMore; event = parser.next()) {
      if (event === FrameEvent.Text) this.#accept(parser.text);
      else this.#onFrame(event);
    }
  }

  /** As `#readFrames`, but stops for another turn when the messages of a read come to much more than the read. */
  #readFramesInTurns(): void {
    const parser = this.#parser;
    let restored = 0;
    for (let event = parser.next(); event !== FrameEvent.NeedMore; event = parser.next()) {
      const message = event === FrameEvent.Text ? parser.text : parser.bytes;
      if (event === FrameEvent.Text) this.#accept(message);
      else this.#onFrame(event);
      restored += message.length;
      const isEnough = restored >= RESTORED_PER_TURN || this.inbox.isFull;
      if (!isEnough || !parser.hasRest || this.lifetime.state === "closed") continue;
      parser.retain();
      this.#hasRest = true;
      return;
    }
  }

  #readRest(): void {
    if (!this.#hasRest || this.#isBehind) return;
    this.#hasRest = false;
    if (this.lifetime.state !== "closed") this.#read();
    if (this.#endsAfterRest && !this.#hasRest) this.#finish(CONNECTION_LOST);
  }

  #accept(message: WebSocketMessage): void {
    if (this.lifetime.state !== "open") return;
    if (this.listener !== undefined) this.listener.message(message);
    else this.inbox.push(message);
  }

  #onFrame(event: FrameEvent): void {
    const { bytes, closeCode, closeReason } = this.#parser;
    if (event === FrameEvent.Binary) this.#accept(bytes);
    else if (event === FrameEvent.Ping) this.#onPing(bytes);
    else if (event === FrameEvent.Pong) this.pings.answer(bytes);
    else if (event === FrameEvent.Piece) this.#acceptPiece(bytes);
    else if (event === FrameEvent.Close) this.#onCloseFrame(closeCode, closeReason);
    else this.fail(closeCode, closeReason);
  }

  #acceptPiece(bytes: Buffer): void {
    const { isText, isLast } = this.#parser;
    if (this.lifetime.state === "open") this.streams?.push(bytes, isText, isLast);
  }

  #onPing(payload: Buffer): void {
    if (this.lifetime.state !== "open") return;
    if (this.outbox.isSlow) this.#owedPong = payload;
    else this.outbox.pushAtOnce(this.writer.pong(payload));
  }

  #onCloseFrame(code: number, reason: string): void {
    if (this.lifetime.state === "open") {
      this.outbox.pushAtOnce(this.writer.close(code === CloseCode.NoStatus ? undefined : code));
    }
    this.#finish({ code, reason, wasClean: true });
  }

  #finish(info: WebSocketCloseInfo): void {
    const lifetime = this.lifetime;
    if (lifetime.state === "closed") return;
    lifetime.end(info);
    this.socketTopics?.end();
    const error = lifetime.error();
    this.outbox.end(error);
    this.regulateReading();
    this.pings.end(error);
    this.inbox.end(() => lifetime.error());
    this.streams?.end(() => lifetime.error());
    this.listener?.close(info.code, info.reason);
  }

  #afterDrain(): void {
    const owed = this.#owedPong;
    this.#owedPong = undefined;
    if (owed !== undefined) this.#onPing(owed);
    this.regulateReading();
    if (this.lifetime.state === "open") this.listener?.drain();
  }

  #checkLife(now: number): void {
    // While the inbox is full nothing is read, so silence says nothing about the peer.
    const isAlive = this.outbox.hasProgressed() || this.#hasHeard || this.#isUnread;
    this.#hasHeard = false;
    const step = this.#keepalive.check(now, isAlive);
    if (step === "ping") this.outbox.pushAtOnce(this.writer.ping(NOTHING));
    else if (step === "give-up") this.fail(CloseCode.InternalError, "No pong in time");
  }
}
