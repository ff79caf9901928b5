import { Deferred } from "./deferred.ts";
import type { WebSocketClosed } from "./websocket-closed.ts";

interface WaitingPing {
  payload: string;
  sentAt: number;
  answered: Deferred<number>;
}

/** Pings that wait for their pongs. */
export class Pings {
  #waiting: WaitingPing[] = [];
  #last = 0;

  /** A payload no ping that waits has. */
  uniquePayload(): Buffer {
    this.#last = (this.#last + 1) >>> 0;
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32BE(this.#last, 0);
    return payload;
  }

  /** Resolves with the milliseconds until the pong to this payload, or to a later ping, arrives. */
  add(payload: Uint8Array): Promise<number> {
    const answered = Deferred.quiet<number>();
    const sentAt = performance.now();
    this.#waiting.push({ payload: Buffer.from(payload).toString("latin1"), sentAt, answered });
    return answered.promise;
  }

  /** A pong answers its ping and all before it: peers may answer only the last of several (RFC 6455 section 5.5.3). */
  answer(payload: Buffer): void {
    if (this.#waiting.length === 0) return;
    const text = payload.toString("latin1");
    const index = this.#waiting.findIndex((ping) => ping.payload === text);
    const now = performance.now();
    for (const { sentAt, answered } of this.#waiting.splice(0, index + 1)) answered.resolve(now - sentAt);
  }

  end(error: WebSocketClosed): void {
    for (const ping of this.#waiting.splice(0)) ping.answered.reject(error);
  }
}
