import type { Clock } from "./clock.ts";
import type { ServerLimits } from "./limits.ts";
import { TransferTime } from "./transfer-time.ts";
import type { Transport } from "./transport.ts";

/** What a connection is waiting for; each has its own deadline. */
export const Waiting = {
  Head: 0,
  NextRequest: 1,
  Body: 2,
  Handler: 3,
  Nothing: 4,
  Reader: 5,
  PeerToClose: 6,
} as const;
export type Waiting = (typeof Waiting)[keyof typeof Waiting];

const NEVER = Number.POSITIVE_INFINITY;

/** What one connection waits for, and until when. */
export class ConnectionWait {
  what: Waiting = Waiting.Nothing;
  private deadline = NEVER;
  private readonly clock: Clock;
  private readonly transport: Transport;
  private readonly receiving: TransferTime;
  private readonly sending: TransferTime;
  /** What had been sent when it was last looked. */
  private sentBytes = 0;

  constructor(transport: Transport, clock: Clock, limits: ServerLimits) {
    this.clock = clock;
    this.transport = transport;
    this.receiving = new TransferTime(limits.bodyTimeout, limits.minimumReceiveRate, clock.period);
    this.sending = new TransferTime(limits.sendTimeout, limits.minimumSendRate, clock.period);
  }

  /** Waits for something that has so many seconds, whatever happens meanwhile. */
  for(what: Waiting, seconds: number): void {
    this.what = what;
    this.deadline = this.clock.after(seconds);
  }

  forNothing(): void {
    this.what = Waiting.Nothing;
    this.deadline = NEVER;
  }

  /** A body begins to arrive. */
  startBody(): void {
    this.receiving.reset();
  }

  /** Somebody waits for bytes of the body. */
  forBody(): void {
    this.what = Waiting.Body;
    this.receiving.begin(this.clock.now);
    this.deadline = this.receiving.deadline;
  }

  /** Bytes of the body have arrived; a wait for them goes on. */
  receive(bytes: number): void {
    this.receiving.move(bytes, this.clock.now);
    if (this.what === Waiting.Body) this.deadline = this.receiving.deadline;
  }

  /** The bytes that were waited for are enough for now. */
  endBody(): void {
    this.receiving.end(this.clock.now);
  }

  /** The client has to take something of what was written. */
  forReader(): void {
    this.what = Waiting.Reader;
    this.sentBytes = this.transport.sentBytes;
    this.sending.begin(this.clock.now);
    this.deadline = this.sending.deadline;
  }

  /** The client has taken everything. */
  endReader(): void {
    this.countSent();
    this.sending.end(this.clock.now);
  }

  /** Whether the time is over; it says so once. */
  isOver(now: number): boolean {
    if (this.what === Waiting.Reader) this.countSent();
    if (now < this.deadline) return false;
    this.deadline = NEVER;
    return true;
  }

  private countSent(): void {
    const { sentBytes } = this.transport;
    this.sending.move(sentBytes - this.sentBytes, this.clock.now);
    this.sentBytes = sentBytes;
    this.deadline = this.sending.deadline;
  }
}
