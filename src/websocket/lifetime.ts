import { CloseCode } from "../protocol/websocket/close-code.ts";
import { Deferred } from "./deferred.ts";
import { WebSocketClosed, type WebSocketCloseInfo } from "./websocket-closed.ts";

/** Closing: a close frame was sent, and the peer's is awaited. */
export type WebSocketState = "open" | "closing" | "closed";

/** How a websocket ends when nobody says a word. */
export const CONNECTION_LOST: WebSocketCloseInfo = { code: CloseCode.Abnormal, reason: "", wasClean: false };

/** Where a websocket is between open and closed, and who is told of its end. */
export class Lifetime {
  /** Read by others, changed here alone. */
  state: WebSocketState = "open";
  info: WebSocketCloseInfo = CONNECTION_LOST;
  /** The transport's error, where one ended the connection. */
  cause: Error | undefined = undefined;
  #closed: Deferred<WebSocketCloseInfo> | undefined = undefined;
  #abort: AbortController | undefined = undefined;
  #deadline = -1;

  get closed(): Promise<WebSocketCloseInfo> {
    if (this.#closed === undefined) {
      this.#closed = new Deferred();
      if (this.state === "closed") this.#closed.resolve(this.info);
    }
    return this.#closed.promise;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.state === "closed") this.#abort.abort(this.error());
    }
    return this.#abort.signal;
  }

  /** A new error for whoever uses the websocket although it is closing or closed. */
  error(): WebSocketClosed {
    return new WebSocketClosed(this.info, this.cause === undefined ? undefined : { cause: this.cause });
  }

  beginClosing(code: number, reason: string): void {
    this.state = "closing";
    this.info = { code, reason, wasClean: false };
  }

  end(info: WebSocketCloseInfo): void {
    this.state = "closed";
    this.info = info;
    this.#closed?.resolve(info);
    this.#abort?.abort(this.error());
  }

  /** Whether `timeout` milliseconds have passed since the first call, which is the first beat of the clock behind a close. */
  isOverdue(now: number, timeout: number): boolean {
    if (this.#deadline < 0) this.#deadline = now + timeout;
    return now >= this.#deadline;
  }
}
