import { formatDateLine } from "../protocol/http1/response-writer.ts";

/**
 * One coarse clock for a whole server: time is read once a tick, not once a request, and deadlines are found by
 * looking at every connection at each tick, not by a timer each.
 */
export class Clock {
  /** Milliseconds at the last tick, of a clock that only goes forward, whatever is done to the time of day. */
  now: number = performance.now();
  /** The Date field's line of the current second. */
  dateLine: string = formatDateLine(Date.now());
  /** Milliseconds between two ticks; a deadline is met at most this much late. */
  readonly period: number;
  private timer: NodeJS.Timeout | null = null;
  private second = 0;

  /** @param shortest the shortest deadline in milliseconds: the clock ticks at least four times within it. */
  constructor(shortest: number) {
    this.period = Math.max(5, Math.min(500, Math.floor(shortest / 4)));
  }

  start(onTick: (now: number) => void): void {
    this.tick();
    this.timer = setInterval(() => {
      this.tick();
      // Only after sockets were read: a blocked event loop is no fault of the clients whose bytes wait there.
      setImmediate(() => onTick(this.now));
    }, this.period);
    // The clock alone keeps no process alive.
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** The time `seconds` from now, never early by the coarseness of the clock. */
  after(seconds: number): number {
    return this.now + this.period + seconds * 1000;
  }

  private tick(): void {
    this.now = performance.now();
    const today = Date.now();
    const second = Math.floor(today / 1000);
    if (second !== this.second) {
      this.second = second;
      this.dateLine = formatDateLine(today);
    }
  }
}
