import { type Duration, parseDuration } from "../http/quantity.ts";
import { Deferred } from "./deferred.ts";
import type { Member, PresenceChange } from "./presence-member.ts";
import type { OwnMember, Presences } from "./presences.ts";

/** How a loop over snapshots runs. */
export interface SnapshotsOptions {
  /** The shortest time between two snapshots; changes between are in the next one. @default "100ms" */
  interval?: Duration | undefined;
  /** Ends the loop. */
  signal?: AbortSignal | undefined;
}

/** Who is present in a topic, in all processes of the app: what `app.presence(topic)` returns. */
export class Presence<Data = unknown> {
  readonly topic: string;
  readonly #presences: Presences;

  /** @internal */
  constructor(topic: string, presences: Presences) {
    this.topic = topic;
    this.#presences = presences;
  }

  /** How many are present. With a relay, other processes count from `ready` on. */
  get count(): number {
    return this.#presences.count(this.topic);
  }

  get members(): Member<Data>[] {
    return this.#presences.members(this.topic) as Member<Data>[];
  }

  /** Resolves when the other processes have been asked who is there; their answers come at once or never. */
  get ready(): Promise<void> {
    return this.#presences.ready(this.topic);
  }

  /**
   * Makes somebody present until it leaves, for those that are no websocket of this app.
   *
   * @throws {TypeError} when the data has no JSON, {RangeError} when that has more than 1 KiB.
   */
  join(data?: Data): OwnMember {
    return this.#presences.join(this.topic, data);
  }

  /** Calls a function whenever somebody joins, leaves, or tells something new. @returns ends that. */
  onChange(listener: (change: PresenceChange<Data>) => void): () => void {
    return this.#presences.observe(this.topic, listener as (change: PresenceChange) => void);
  }

  /** Who is present now, then again after changes: for pages that show all of it. */
  snapshots({
    interval = 0.1,
    signal,
  }: SnapshotsOptions = {}): AsyncIterableIterator<Member<Data>[], undefined> {
    const loop = new SnapshotLoop(
      () => this.members,
      parseDuration(interval) * 1000,
      () => {
        forget();
        signal?.removeEventListener("abort", end);
      },
    );
    const end = (): void => loop.end();
    const forget = this.onChange(() => loop.change());
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
    return loop;
  }
}

/** Hands out the latest state whenever it has changed, but not more often than wanted. */
class SnapshotLoop<State> implements AsyncIterableIterator<State, undefined> {
  readonly #read: () => State;
  readonly #interval: number;
  readonly #onEnd: () => void;
  #hasChanged = true;
  #isEnded = false;
  #notBefore = 0;
  #wake: Deferred<void> | undefined = undefined;

  constructor(read: () => State, interval: number, onEnd: () => void) {
    this.#read = read;
    this.#interval = interval;
    this.#onEnd = onEnd;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<State, undefined>> {
    while (!this.#isEnded && !this.#hasChanged) await this.#wait();
    while (!this.#isEnded && performance.now() < this.#notBefore)
      await this.#wait(this.#notBefore - performance.now());
    if (this.#isEnded) return { done: true, value: undefined };
    this.#hasChanged = false;
    this.#notBefore = performance.now() + this.#interval;
    return { done: false, value: this.#read() };
  }

  async return(): Promise<IteratorResult<State, undefined>> {
    this.end();
    return { done: true, value: undefined };
  }

  change(): void {
    this.#hasChanged = true;
    this.#wake?.resolve();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd();
    this.#wake?.resolve();
  }

  /** Until something happens, or for some time. */
  async #wait(milliseconds?: number): Promise<void> {
    const wake = new Deferred<void>();
    this.#wake = wake;
    const timer = milliseconds === undefined ? undefined : setTimeout(() => wake.resolve(), milliseconds);
    await wake.promise;
    clearTimeout(timer);
  }
}
