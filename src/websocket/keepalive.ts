/** What to do about a peer: nothing, ask whether it is there, or give it up. */
export type KeepaliveStep = "wait" | "ping" | "give-up";

/**
 * Notices peers that went away without a word: pings after some silence and gives up after some more.
 *
 * It owns no timer: a clock for all websockets of a server calls `check` now and then, so times are as exact as its beat.
 */
export class Keepalive {
  readonly #pingInterval: number;
  readonly #pongTimeout: number;
  #silentSince = -1;
  #pingedAt = -1;

  /** Both in milliseconds; a `pingInterval` of 0 switches it off. */
  constructor(pingInterval: number, pongTimeout: number) {
    this.#pingInterval = pingInterval;
    this.#pongTimeout = pongTimeout;
  }

  /**
   * @param now in milliseconds.
   * @param isAlive whether the peer gave a sign of life since the last call.
   */
  check(now: number, isAlive: boolean): KeepaliveStep {
    if (this.#pingInterval === 0) return "wait";
    if (isAlive || this.#silentSince < 0) {
      this.#silentSince = now;
      this.#pingedAt = -1;
      return "wait";
    }
    if (this.#pingedAt >= 0) return now - this.#pingedAt >= this.#pongTimeout ? "give-up" : "wait";
    if (now - this.#silentSince < this.#pingInterval) return "wait";
    this.#pingedAt = now;
    return "ping";
  }
}
