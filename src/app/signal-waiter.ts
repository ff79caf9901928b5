import { parseDuration } from "../http/quantity.ts";
import type { SignalFacts } from "./signal-hearer.ts";
import type { WaitOptions } from "./signal-options.ts";

/** Milliseconds; a longer timer would end at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Somebody who waits for a signal, until it comes, time is up or the wait is given up. */
export class SignalWaiter {
  /** Resolves with what the signal tells. */
  readonly told: Promise<SignalFacts>;
  private readonly forget: () => void;
  private readonly giveUp: AbortSignal | undefined;
  private readonly onAbort: () => void;
  private readonly timer: NodeJS.Timeout | undefined;
  private resolve: (facts: SignalFacts) => void = () => {};
  private reject: (reason: unknown) => void = () => {};

  constructor(
    event: string,
    { timeout, signal }: Pick<WaitOptions, "timeout" | "signal">,
    forget: () => void,
  ) {
    this.forget = forget;
    this.giveUp = signal;
    this.onAbort = () => this.abort(signal?.reason);
    this.told = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // A wait that nobody awaits any more must not bring the process down when the server stops.
    this.told.catch(() => {});
    if (timeout !== undefined) {
      const seconds = parseDuration(timeout);
      const late = (): void =>
        this.abort(new DOMException(`The signal ${event} did not come within ${seconds} s`, "TimeoutError"));
      this.timer = setTimeout(late, Math.min(seconds * 1000, LONGEST_TIMER));
    }
    if (signal?.aborted === true) queueMicrotask(this.onAbort);
    else signal?.addEventListener("abort", this.onAbort, { once: true });
  }

  tell(facts: SignalFacts): void {
    this.end();
    this.resolve(facts);
  }

  abort(reason: unknown): void {
    this.end();
    this.reject(reason);
  }

  private end(): void {
    clearTimeout(this.timer);
    this.giveUp?.removeEventListener("abort", this.onAbort);
    this.forget();
  }
}
