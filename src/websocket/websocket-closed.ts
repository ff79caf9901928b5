/** How a websocket ended. */
export interface WebSocketCloseInfo {
  /**
   * The code of the peer's close frame, 1005 when it named none, 1006 when the connection ended without one; where we
   * failed the connection ourselves, the code we gave.
   */
  readonly code: number;
  readonly reason: string;
  /** Whether both sides exchanged close frames. */
  readonly wasClean: boolean;
}

/**
 * Sending to, pinging or receiving from a websocket that is closing or closed.
 *
 * A handler need not catch it: a handler that ends by it has ended normally.
 *
 * @example
 * ```ts
 * import { WebSocketClosed } from "spindash";
 *
 * const error = new WebSocketClosed({ code: 1001, reason: "moving", wasClean: true });
 * console.assert(error.code === 1001);
 * ```
 */
export class WebSocketClosed extends Error implements WebSocketCloseInfo {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;

  constructor(info: WebSocketCloseInfo, options?: ErrorOptions) {
    const reason = info.reason === "" ? "" : `: ${info.reason}`;
    super(`The websocket is closed (${info.code}${reason})`, options);
    this.name = "WebSocketClosed";
    this.code = info.code;
    this.reason = info.reason;
    this.wasClean = info.wasClean;
  }
}
