import { Response } from "../http/response.ts";
import type { Transport } from "./transport.ts";

/** A connection as its server sees it: something to check at each tick, and to end. */
export interface ManagedConnection {
  /** Meets the deadlines that have passed at `now`, in milliseconds of the server's clock. */
  sweep(now: number): void;
  /** Ends as soon as what is in flight is done. */
  stop(): void;
  /** Cuts the connection. */
  destroy(): void;
}

/**
 * The answer 101: after it the connection speaks another protocol, in the hands of `accept`.
 *
 * @internal
 */
export class Upgrade extends Response {
  /** The value of the Upgrade field. */
  readonly protocol: string;
  /** Takes the connection over; `onClose` is to be called when it has ended. */
  readonly accept: (transport: Transport, onClose: () => void) => ManagedConnection;
  /** Is told when nobody will call `accept`. */
  onDiscard: (() => void) | null = null;

  constructor(protocol: string, accept: Upgrade["accept"]) {
    super(null, "");
    this.protocol = protocol;
    this.accept = accept;
  }

  override discard(): void {
    this.onDiscard?.();
  }
}
