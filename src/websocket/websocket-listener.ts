import { CloseCode } from "../protocol/websocket/close-code.ts";
import { ReadQueue } from "./read-queue.ts";
import type { WebSocket } from "./websocket.ts";
import { WebSocketClosed } from "./websocket-closed.ts";
import type { WebSocketMessage } from "./websocket-options.ts";

/** Is told of errors a handler did not catch; the websocket is closed with 1011. */
export type WebSocketErrorReport = (error: unknown) => void;

/**
 * A handler in event style. Its functions are called one after the other without a promise between them; a message does not
 * wait for the promise the former one returned.
 */
export interface WebSocketHandlers {
  open?(ws: WebSocket): unknown;
  message?(ws: WebSocket, data: WebSocketMessage): unknown;
  /** The last call. */
  close?(ws: WebSocket, code: number, reason: string): unknown;
  /** A peer that was slow has taken everything. */
  drain?(ws: WebSocket): unknown;
}

/** Calls the handlers of one websocket and catches their errors, thrown or rejected. */
export class WebSocketListener {
  readonly #ws: WebSocket;
  readonly #handlers: WebSocketHandlers;
  readonly #report: WebSocketErrorReport;
  /** Where messages wait for their reader; undefined where they go to the handlers as they are. */
  readonly #queue: ReadQueue | undefined;

  /** @param onRoom is told when it is no longer busy. */
  constructor(ws: WebSocket, handlers: WebSocketHandlers, report: WebSocketErrorReport, onRoom: () => void) {
    this.#ws = ws;
    this.#handlers = handlers;
    this.#report = report;
    const deliver = (value: never): void => this.#call(value);
    const fail = (error: unknown): void => this.#fail(error);
    this.#queue = ws.reader === undefined ? undefined : new ReadQueue(ws.reader, deliver, fail, onRoom);
  }

  /** Whether messages wait because reading them takes time. */
  get isBusy(): boolean {
    return this.#queue?.isBusy ?? false;
  }

  open(): void {
    try {
      this.#watch(this.#handlers.open?.(this.#ws));
    } catch (error) {
      this.#fail(error);
    }
  }

  message(data: WebSocketMessage): void {
    try {
      if (this.#queue === undefined) this.#watch(this.#handlers.message?.(this.#ws, data));
      else this.#queue.push(data);
    } catch (error) {
      this.#fail(error);
    }
  }

  drain(): void {
    try {
      this.#watch(this.#handlers.drain?.(this.#ws));
    } catch (error) {
      this.#fail(error);
    }
  }

  close(code: number, reason: string): void {
    try {
      this.#watch(this.#handlers.close?.(this.#ws, code, reason));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Messages that were read when the websocket had just closed come too late. */
  #call(value: WebSocketMessage): void {
    if (this.#ws.state !== "open") return;
    try {
      this.#watch(this.#handlers.message?.(this.#ws, value));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Only handlers that are asynchronous cost a promise. */
  #watch(result: unknown): void {
    if (result instanceof Promise) result.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    closeAfterError(this.#ws, error, this.#report);
  }
}

/**
 * Ends a websocket whose handler threw: with 1011 and a report, unless the error only says that this very websocket is
 * closed. While it is open, a {@link WebSocketClosed} comes from another one and is an error like any other.
 */
export function closeAfterError(ws: WebSocket, error: unknown, report: WebSocketErrorReport): void {
  if (error instanceof WebSocketClosed && ws.state !== "open") return;
  void ws.close(CloseCode.InternalError, "The handler failed");
  report(error);
}
