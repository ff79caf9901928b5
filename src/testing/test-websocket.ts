import type { Duration } from "../http/quantity.ts";
import type { RequestHeaders } from "../http/request-headers.ts";
import type { HeadersInit } from "../http/response-headers.ts";
import {
  type DeflateAgreement,
  offerDeflate,
  readDeflateAnswer,
} from "../protocol/websocket/deflate-negotiation.ts";
import { createKey, handshakeProblem, WEBSOCKET_VERSION } from "../protocol/websocket/handshake.ts";
import type { Transport } from "../server/transport.ts";
import type { WebSocketCompression } from "../websocket/compression.ts";
import { type ReceiveOptions, WebSocket } from "../websocket/websocket.ts";
import { WebSocketClosed } from "../websocket/websocket-closed.ts";
import type { WebSocketMessage } from "../websocket/websocket-options.ts";
import type { TestFields, TestRequestInit } from "./outgoing-request.ts";
import type { TestResponse } from "./test-response.ts";

/** What a test client's websocket offers of compression. */
export interface TestCompression {
  /** Messages may refer to those before them. @default true */
  contextTakeover?: boolean;
  /** The widest window, as a power of two: 9 to 15. @default 15 */
  windowBits?: number;
  /** Shorter messages are sent as they are, in bytes. @default 0 */
  threshold?: number;
}

/** What a handshake agreed on. */
interface Agreed {
  subprotocol: string | undefined;
  compression: WebSocketCompression | undefined;
}

/** What the handshake of a test client's websocket can have besides its path. */
export interface TestWebSocketInit {
  headers?: HeadersInit;
  /** What is offered, the preferred one first. */
  subprotocols?: readonly string[];
  /** The page that opens it, as browsers say: `"https://example.com"`. @default none, as from no browser */
  origin?: string;
  /** Offer compression (permessage-deflate); an object says how. @default false */
  compression?: boolean | TestCompression;
  query?: TestFields;
  cookies?: Readonly<Record<string, string>>;
  /** How long the handshake and each message may take. @default the client's `timeout` */
  timeout?: Duration;
}

/** The answer to a websocket's handshake was not 101. */
export class WebSocketRefused extends Error {
  readonly status: number;
  readonly headers: RequestHeaders;
  /** The answer's body as text. */
  readonly body: string;

  constructor(message: string, response: TestResponse, body: string) {
    super(message);
    this.name = "WebSocketRefused";
    this.status = response.status;
    this.headers = response.headers;
    this.body = body;
  }
}

/** The client's side of a websocket in a test: no wait for a message or for the end lasts longer than its timeout. */
export class TestWebSocket extends WebSocket {
  readonly #transport: Transport;
  readonly #timeout: number;

  /** @param timeout in seconds. */
  constructor(transport: Transport, agreed: Agreed, timeout: number) {
    super(transport, { role: "client", ...agreed, pingInterval: 0, messageLimit: "256mb" });
    this.#transport = transport;
    this.#timeout = timeout;
  }

  /** The next message; rejects with a `TimeoutError` when none arrives in time. @default timeout the client's */
  override receive(options: ReceiveOptions = {}): Promise<WebSocketMessage> {
    return super.receive({ timeout: this.#timeout, ...options });
  }

  /** Messages until the websocket is closed; rejects with a `TimeoutError` when the next one does not arrive in time. */
  override async *[Symbol.asyncIterator](): AsyncGenerator<WebSocketMessage, undefined> {
    for (;;) {
      let message: WebSocketMessage;
      try {
        message = await this.receive();
      } catch (error) {
        if (error instanceof WebSocketClosed) return undefined;
        throw error;
      }
      yield message;
    }
  }

  /** Begins the closing handshake and waits for its end; a server that does not take part is cut off in time. */
  override async close(code?: number, reason?: string): Promise<void> {
    const closed = super.close(code, reason);
    const timer = setTimeout(() => this.#transport.destroy(), this.#timeout * 1000);
    try {
      await closed;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A websocket's handshake: what to ask, and how to judge the answer. */
export class ClientHandshake {
  readonly request: TestRequestInit;
  private readonly key = createKey();
  private readonly offered: readonly string[];
  private readonly compression: Required<TestCompression> | null;

  constructor(init: TestWebSocketInit) {
    const { headers = {}, subprotocols = [], origin, compression = false, ...rest } = init;
    this.offered = subprotocols;
    const wishes = compression === true ? {} : compression;
    this.compression =
      wishes === false ? null : { contextTakeover: true, windowBits: 15, threshold: 0, ...wishes };
    this.request = {
      ...rest,
      headers: [
        ["connection", "Upgrade"],
        ["upgrade", "websocket"],
        ["sec-websocket-version", WEBSOCKET_VERSION],
        ["sec-websocket-key", this.key],
        ...(subprotocols.length > 0 ? [["sec-websocket-protocol", subprotocols.join(", ")] as const] : []),
        ...(this.compression === null
          ? []
          : [["sec-websocket-extensions", offerDeflate(this.compression)] as const]),
        ...(origin === undefined ? [] : [["origin", origin] as const]),
        ...entriesOf(headers),
      ],
    };
  }

  /** What was agreed on. Rejects with {@link WebSocketRefused} when no websocket was opened. */
  async check(response: TestResponse, path: string): Promise<Agreed> {
    const { status, headers } = response;
    const subprotocol = headers.get("sec-websocket-protocol");
    const agreement = this.readExtensions(headers.get("sec-websocket-extensions"));
    const sound = handshakeProblem(
      {
        status,
        upgrade: headers.get("upgrade"),
        connection: headers.get("connection"),
        accept: headers.get("sec-websocket-accept"),
        subprotocol,
      },
      this.key,
      this.offered,
    );
    const problem = sound ?? (typeof agreement === "string" ? agreement : undefined);
    if (problem === undefined) return { subprotocol, compression: this.compressionOf(agreement) };
    const body = status === 101 ? "" : await response.text();
    throw new WebSocketRefused(
      `The websocket ${path} was not opened. ${problem}${body === "" ? "" : `:\n${body}`}`,
      response,
      body,
    );
  }

  private readExtensions(field: string | undefined): DeflateAgreement | undefined | string {
    if (this.compression !== null) return readDeflateAnswer(field, this.compression);
    return field === undefined ? undefined : `The server agreed to ${field}, but nothing was offered`;
  }

  private compressionOf(agreement: DeflateAgreement | undefined | string): WebSocketCompression | undefined {
    if (this.compression === null || typeof agreement !== "object") return undefined;
    return { agreement, threshold: this.compression.threshold };
  }
}

function entriesOf(headers: HeadersInit): (readonly [string, string])[] {
  if (Symbol.iterator in headers) return [...(headers as Iterable<readonly [string, string]>)];
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => [name, String(each)] as const),
  );
}
