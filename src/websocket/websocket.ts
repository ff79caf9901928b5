import { type Duration, parseDuration } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import { CloseCode } from "../protocol/websocket/close-code.ts";
import type { Frame } from "../protocol/websocket/frame-writer.ts";
import type { SharedMessage } from "../protocol/websocket/shared-message.ts";
import type { Transport } from "../server/transport.ts";
import type { HistoryFrom } from "./history.ts";
import type { WebSocketState } from "./lifetime.ts";
import { type MessageReader, ReadMessages } from "./message-reader.ts";
import { type MessagePieces, MessageSender } from "./message-sender.ts";
import type { MessageStream } from "./message-streams.ts";
import type { Realtime } from "./realtime.ts";
import { SocketTopics, type TopicSocket } from "./socket-topics.ts";
import type { Topic } from "./topic.ts";
import type { WebSocketCloseInfo } from "./websocket-closed.ts";
import { WebSocketConnection } from "./websocket-connection.ts";
import {
  type WebSocketErrorReport,
  type WebSocketHandlers,
  WebSocketListener,
} from "./websocket-listener.ts";
import { readWebSocketOptions, type WebSocketMessage, type WebSocketOptions } from "./websocket-options.ts";

export type { WebSocketState } from "./lifetime.ts";

/** How long to wait for a message. */
export interface ReceiveOptions {
  /** How long to wait. @default as long as the websocket is open */
  timeout?: Duration;
}

/** What `send` returns while the peer keeps up: one promise for all, already resolved. */
const SENT: Promise<void> = Promise.resolve();

/**
 * One side of a websocket connection (RFC 6455) over a transport whose handshake is done: the object a handler gets.
 *
 * Read it by one loop, which ends normally when the connection closes, whoever closed it. It answers pings and closes by
 * itself, reads no faster than the handler takes messages, and sends all frames written in one turn of the event loop in
 * one write.
 *
 * @example
 * ```ts
 * import { Spindash } from "spindash";
 *
 * const app = new Spindash("echo");
 * app.websocket("/echo", async (request, ws) => {
 *   for await (const message of ws) await ws.send(message);
 * });
 * ```
 */
export class WebSocket<Message = WebSocketMessage>
  extends WebSocketConnection
  implements AsyncIterable<Message>, TopicSocket
{
  /** @internal Topics and presence of the app it belongs to. */
  realtime: Realtime | undefined = undefined;
  #ctx: Record<string, unknown> | undefined = undefined;
  #isStreaming = false;
  /** When the last streamed message is complete. */
  #streamed: Promise<void> = SENT;

  /**
   * Takes an upgraded connection over: set `transport.owner` to the result and hand bytes that came behind the handshake
   * to `onData`.
   *
   * @param onGone is told when the transport is gone too and {@link WebSocket.sweep} need not be called any more: a peer
   * that keeps the connection after the closing handshake is cut by the sweep.
   * @throws {SetupError} when an option is none.
   */
  constructor(transport: Transport, options: WebSocketOptions = {}, onGone?: () => void) {
    super(transport, readWebSocketOptions(options), onGone);
  }

  get state(): WebSocketState {
    return this.lifetime.state;
  }

  /**
   * The request that opened it: its query, headers, cookies and `ctx`, as middleware left them.
   * @throws {Error} where there is none, as on a client's side.
   */
  get req(): Request {
    const { request } = this.settings;
    if (request !== undefined) return request;
    throw new Error("This websocket has no request: only those that a route opened have one");
  }

  /** The subprotocol both sides agreed on. */
  get subprotocol(): string | undefined {
    return this.settings.subprotocol;
  }

  /** Bytes sent and not yet handed to the operating system. */
  get bufferedAmount(): number {
    return this.outbox.buffered;
  }

  /** A place for what the handler wants to remember about this connection. */
  get ctx(): Record<string, unknown> {
    this.#ctx ??= {};
    return this.#ctx;
  }

  /** Aborts when the websocket is closed, with a {@link WebSocketClosed} as its reason. */
  get signal(): AbortSignal {
    return this.lifetime.signal;
  }

  /** Resolves when the websocket is closed; never rejects. */
  get closed(): Promise<WebSocketCloseInfo> {
    return this.lifetime.closed;
  }

  /**
   * Sends a string as text, bytes as a binary message; bytes are copied.
   *
   * Await it: while the peer is slow and more than `bufferLimit` waits, the promise resolves when everything has left.
   *
   * @throws {WebSocketClosed} when the websocket is closing or closed, also from the promise.
   * @throws {TypeError} for anything but a string or bytes.
   */
  send(data: string | Uint8Array): Promise<void> {
    if (this.lifetime.state !== "open") throw this.lifetime.error();
    const outbox = this.outbox;
    if (outbox.isSlow && outbox.buffered > this.settings.bufferHardLimit) {
      this.failSlow();
      throw this.lifetime.error();
    }
    outbox.push(this.#encode(data));
    return outbox.isSlow ? outbox.whenDrained() : SENT;
  }

  /**
   * Sends a value as JSON text; like {@link WebSocket.send}.
   * @throws {TypeError} when the value has no JSON.
   */
  json(value: unknown): Promise<void> {
    const text: string | undefined = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`ws.json() takes a value that has JSON, not ${typeof value}`);
    return this.send(text);
  }

  /**
   * Sends unless the peer is slow or gone: for messages that may be lost, such as positions and ticks.
   * @returns whether the message was sent.
   * @throws {TypeError} for anything but a string or bytes.
   */
  trySend(data: string | Uint8Array): boolean {
    // A message that is encoded must be sent: a compressed one is what later ones refer to.
    if (this.lifetime.state !== "open" || this.outbox.isSlow) {
      if (typeof data !== "string") assertBytes(data);
      return false;
    }
    this.outbox.push(this.#encode(data));
    return true;
  }

  /**
   * Sends what is encoded once for many. Nobody waits for a peer that is slow, so it is closed with 1013.
   *
   * @internal
   * @param mayDrop leave the message out for a slow peer instead.
   * @returns whether the message was sent.
   */
  sendShared(message: SharedMessage, mayDrop = false): boolean {
    if (this.lifetime.state !== "open") return false;
    if (this.outbox.isSlow) {
      if (!mayDrop) this.failSlow();
      return false;
    }
    this.outbox.push(this.writer.shared(message));
    return true;
  }

  /**
   * Gets the messages of a topic from now on, until the websocket closes: text as text, bytes as binary, values as JSON.
   *
   * @param from which messages that the topic kept come first. @default none
   * @returns when nothing published from now on, by whatever process, is missed; rejects when kept messages cannot be read.
   * @throws {WebSocketClosed} when the websocket is closing or closed.
   */
  subscribe(topic: Topic | string, from?: HistoryFrom): Promise<void> {
    return this.#socketTopics().subscribe(topic, from);
  }

  /** Gets the messages of a topic no more. */
  unsubscribe(topic: Topic | string): void {
    this.socketTopics?.unsubscribe(topic);
  }

  /**
   * Sends a message to all subscribers of a topic but this websocket.
   *
   * @throws {WebSocketClosed} when the websocket is closing or closed.
   * @throws {TypeError} for data that has no JSON.
   */
  publish<Value>(topic: Topic<Value> | string, data: NoInfer<Value>): Promise<void> {
    return this.#socketTopics().publish(topic, data);
  }

  /**
   * Makes this websocket present in a topic until it closes, for everybody who asks `app.presence(topic)` in whatever
   * process. Joining again tells something new.
   *
   * @param data what to tell about it, up to 1 KiB of JSON. @default null
   * @throws {WebSocketClosed} when the websocket is closing or closed.
   * @throws {TypeError} when the data has no JSON, {RangeError} when it is too large.
   */
  join(topic: Topic | string, data?: unknown): void {
    this.#socketTopics().join(topic, data);
  }

  /** Ends being present in a topic. */
  leave(topic: Topic | string): void {
    this.socketTopics?.leave(topic);
  }

  /**
   * Asks whether the peer is there, and how far away. Needed for measuring only: the connection is kept alive without it.
   *
   * @param data up to 125 bytes, text as UTF-8. @default four bytes, different each time
   * @returns the milliseconds until the pong arrived; rejects with {@link WebSocketClosed} when the websocket closes before.
   * @throws {WebSocketClosed} when the websocket is closing or closed.
   * @throws {RangeError} for more than 125 bytes.
   */
  ping(data?: string | Uint8Array): Promise<number> {
    if (this.lifetime.state !== "open") throw this.lifetime.error();
    const given = typeof data === "string" ? Buffer.from(data) : data;
    const payload = given ?? this.pings.uniquePayload();
    this.outbox.pushAtOnce(this.writer.ping(payload));
    return this.pings.add(payload);
  }

  /**
   * The next message.
   *
   * Rejects with {@link WebSocketClosed} when the websocket is closed and all it received is taken, with a `TimeoutError` when
   * none arrives in time, with an error when another `receive` or loop waits already.
   */
  receive(options?: ReceiveOptions): Promise<Message> {
    this.#assertWholeMessages();
    const given = options?.timeout;
    const timeout = given === undefined ? undefined : parseDuration(given);
    if (this.reader !== undefined) return this.#readMessages(this.reader).receive(timeout);
    return this.inbox.receive(timeout) as Promise<Message>;
  }

  /** Messages until the websocket is closed. Leaving the loop early does not close it. */
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    this.#assertWholeMessages();
    if (this.reader !== undefined) return this.#readMessages(this.reader);
    return this.inbox as unknown as AsyncIterator<Message, undefined>;
  }

  /**
   * Messages while they arrive, whatever their size, for routes with `streaming: true`. The peer is held back while the
   * pieces are not read. The loop over a message throws {@link WebSocketClosed} when the websocket closes in its middle.
   *
   * @throws {Error} where messages are not streamed.
   */
  messages(): AsyncIterableIterator<MessageStream, undefined> {
    const { streams } = this;
    if (streams === undefined) {
      throw new Error(
        "This websocket gets whole messages; give its route { streaming: true } to read them in pieces",
      );
    }
    return { next: () => streams.next(), [Symbol.asyncIterator]: () => this.messages() };
  }

  /**
   * Sends one message piece by piece: a text of strings, or a binary message of bytes. Other messages wait until it is
   * complete; where its source fails, the websocket closes with 1011, since the peer has got a part of it.
   *
   * @returns when all has been handed over at the peer's pace; rejects with what the source throws, and with
   * {@link WebSocketClosed} when the websocket closes before.
   */
  sendStream(pieces: MessagePieces): Promise<void> {
    const sent = this.#isStreaming ? this.#streamed.then(() => this.#stream(pieces)) : this.#stream(pieces);
    this.#streamed = sent.catch(() => undefined);
    return sent;
  }

  /**
   * Closes because of what the peer sent: messages that wait behind it are forgotten.
   * @internal
   */
  refuse(code: number, reason: string): void {
    this.inbox.discard();
    void this.close(code, reason);
  }

  /**
   * Hands messages to functions instead of a loop, those that wait already first.
   * @param report is told what the functions throw; the websocket is then closed with 1011.
   */
  listen(handlers: WebSocketHandlers, report: WebSocketErrorReport): void {
    const onRoom = (): void => this.regulateReading();
    const listener = new WebSocketListener(this as unknown as WebSocket, handlers, report, onRoom);
    const wasClosed = this.lifetime.state === "closed";
    this.listener = listener;
    listener.open();
    for (let message = this.inbox.take(); message !== undefined; message = this.inbox.take()) {
      listener.message(message);
    }
    if (wasClosed) listener.close(this.lifetime.info.code, this.lifetime.info.reason);
  }

  /**
   * Begins the closing handshake; messages that arrive from now on are dropped. Calls after the first change nothing.
   *
   * @param code 1000–1003, 1007–1014, or 3000–4999 for codes of your own.
   * @param reason up to 123 bytes of UTF-8.
   * @returns when the websocket is closed: when the peer has answered, or is gone, or `closeTimeout` has passed.
   * @throws {RangeError} when code or reason cannot be sent.
   */
  close(code: number = CloseCode.Normal, reason = ""): Promise<void> {
    const frame = this.writer.close(code, reason);
    if (this.lifetime.state === "open") {
      this.outbox.pushAtOnce(frame);
      this.lifetime.beginClosing(code, reason);
      this.regulateReading();
    }
    return this.closed.then(() => undefined);
  }

  /** Closes with 1000 at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #socketTopics(): SocketTopics {
    if (this.lifetime.state !== "open") throw this.lifetime.error();
    if (this.realtime === undefined)
      throw new Error("This websocket belongs to no app, so there are no topics it could take part in");
    this.socketTopics ??= new SocketTopics(this, this.realtime);
    return this.socketTopics;
  }

  async #stream(pieces: MessagePieces): Promise<void> {
    const assertOpen = (): void => {
      if (this.lifetime.state !== "open") throw this.lifetime.error();
    };
    assertOpen();
    const sender = new MessageSender(this.outbox, this.writer, assertOpen);
    this.#isStreaming = true;
    this.outbox.beginStream();
    try {
      await sender.send(pieces);
    } catch (error) {
      if (sender.hasBegun) void this.close(CloseCode.InternalError, "A streamed message broke off");
      throw error;
    } finally {
      this.#isStreaming = false;
      this.outbox.endStream(this.lifetime.state === "open");
    }
  }

  #assertWholeMessages(): void {
    if (this.streams === undefined) return;
    throw new Error(
      "This websocket streams its messages; read them by: for await (const message of ws.messages())",
    );
  }

  #readMessages(read: MessageReader): ReadMessages<Message> {
    return new ReadMessages(this.inbox, read as MessageReader<Message>);
  }

  #encode(data: string | Uint8Array): Frame {
    if (typeof data === "string") return this.writer.text(data);
    assertBytes(data);
    return this.writer.binary(data);
  }
}

function assertBytes(data: unknown): asserts data is Uint8Array {
  if (data instanceof Uint8Array) return;
  throw new TypeError(
    `ws.send() takes a string or bytes (Uint8Array), not ${data === null ? "null" : typeof data}; use ws.json(value) to send other values`,
  );
}
