import { SetupError } from "../http/setup-error.ts";
import { isPromise } from "./chain.ts";
import type { SignalDeclaration } from "./signal-declaration.ts";
import {
  type Dispatch,
  type Hearer,
  hears,
  NOTHING,
  type SignalFacts,
  type SignalScope,
  tell,
  watches,
} from "./signal-hearer.ts";
import { type builtInSignals, isReserved, parseSignalName, parseSignalPattern } from "./signal-name.ts";
import type { DispatchOptions, SignalCondition, WaitOptions } from "./signal-options.ts";
import { SignalWaiter } from "./signal-waiter.ts";

export type BuiltInSignal = (typeof builtInSignals)[number];

type Handle = (facts: SignalFacts) => unknown;

interface Listener extends Hearer {
  readonly handle: Handle;
  readonly priority: number;
  readonly declaration: SignalDeclaration;
}

interface Waiting extends Hearer {
  readonly waiter: SignalWaiter;
}

/** A handler that hears a dispatch, with what it is told. */
interface Hearing {
  readonly handle: Handle;
  readonly facts: SignalFacts;
}

/** What signals need of their app. */
export interface SignalHost {
  /** Is told of every error in a handler. */
  reportSignal(error: unknown, event: string): void;
  /** Runs work that nobody waits for, but the stop of the server. */
  trackSignal(name: string, work: () => unknown): void;
  /** Somebody begins, or ceases, to listen to built-in signals. */
  builtInChanged(): void;
}

/** Who hears which signal of one app. */
export class Signals {
  private readonly listeners = new Map<string, Listener[]>();
  private readonly waiting = new Map<string, Set<Waiting>>();
  private readonly host: SignalHost;

  constructor(host: SignalHost) {
    this.host = host;
  }

  /** Begins to listen; a declaration that is made in several places listens once. */
  add(declaration: SignalDeclaration): void {
    const { event, options, scope } = declaration;
    const { condition, exclusive = true, priority = 0, signal } = options;
    const pattern = parseSignalPattern(event);
    const { group } = pattern;
    const known = this.listeners.get(group) ?? [];
    if (signal?.aborted === true || known.some((each) => each.declaration === declaration)) return;
    const handle = declaration.handle as Handle;
    const listener: Listener = { pattern, condition, exclusive, scope, handle, priority, declaration };
    this.listeners.set(
      group,
      [...known, listener].sort((one, other) => other.priority - one.priority),
    );
    signal?.addEventListener("abort", () => this.remove(listener), { once: true });
    if (isReserved(group)) this.host.builtInChanged();
  }

  /** Resolves with what the next fitting dispatch tells. */
  wait(event: string, options: WaitOptions = {}, scope: SignalScope = null): Promise<SignalFacts> {
    const pattern = parseSignalPattern(event);
    const { condition, exclusive = true } = options;
    const { group } = pattern;
    const waiting = this.waiting.get(group) ?? new Set();
    const forget = (): void => {
      waiting.delete(entry);
      if (waiting.size === 0) this.waiting.delete(group);
      if (isReserved(group)) this.host.builtInChanged();
    };
    const entry = { pattern, condition, exclusive, scope, waiter: new SignalWaiter(event, options, forget) };
    this.waiting.set(group, waiting.add(entry));
    if (isReserved(group)) this.host.builtInChanged();
    return entry.waiter.told;
  }

  /** Whether a dispatch would be heard by anybody. */
  isHeard(event: string, condition?: SignalCondition, scope: SignalScope = null): boolean {
    const { group, action } = parseSignalName(event);
    const agrees = isReserved(group) ? () => true : hears(condition);
    const dispatch: Dispatch = { group, action, scope, facts: NOTHING, agrees };
    const all = [...(this.listeners.get(group) ?? []), ...(this.waiting.get(group) ?? [])];
    return all.some((hearer) => tell(hearer, dispatch) !== undefined);
  }

  /**
   * Tells everybody who listens, one after another. Resolves when all have heard; rejects with the first error, after all
   * have heard and every error was reported.
   */
  dispatch(
    event: string,
    facts: SignalFacts = NOTHING,
    options: DispatchOptions = {},
    scope: SignalScope = null,
  ): Promise<unknown> {
    let hearings: Hearing[];
    try {
      hearings = this.begin(event, facts, options, scope);
    } catch (error) {
      return Promise.reject(error);
    }
    if (options.background === true) {
      this.host.trackSignal(`signal ${event}`, () =>
        this.run(event, hearings, options.first === true).catch(ignore),
      );
      return Promise.resolve();
    }
    const told = this.run(event, hearings, options.first === true);
    // Its errors are reported already: a caller that does not wait for it must not bring the process down.
    told.catch(ignore);
    return told;
  }

  /**
   * Tells of a built-in signal. Its handlers watch: their errors are reported and change nothing. A promise only where a
   * handler made one.
   */
  emit(event: BuiltInSignal, facts: SignalFacts, condition?: SignalCondition): void | Promise<void> {
    const { group, action } = parseSignalName(event);
    const dispatch: Dispatch = { group, action, scope: null, facts, agrees: watches(condition) };
    this.tellWaiting(dispatch);
    return this.watch(event, this.hearings(dispatch), 0);
  }

  /** Ends all waiting. */
  stop(reason: Error): void {
    for (const waiting of [...this.waiting.values()])
      for (const { waiter } of [...waiting]) waiter.abort(reason);
  }

  private begin(event: string, facts: SignalFacts, options: DispatchOptions, scope: SignalScope): Hearing[] {
    const { group, action } = parseSignalName(event);
    const { condition, required, reverse } = options;
    if (isReserved(group))
      throw new SetupError(`The signal ${event} is dispatched by Spindash alone`, { code: "E_BAD_SIGNAL" });
    if (required === true && !this.isHeard(event, condition, scope))
      throw new Error(`Nobody listens to the signal ${event}; register a handler with app.on() first`);
    const dispatch: Dispatch = { group, action, scope, facts, agrees: hears(condition) };
    this.tellWaiting(dispatch);
    const hearings = this.hearings(dispatch);
    return reverse === true ? hearings.reverse() : hearings;
  }

  private async run(event: string, hearings: readonly Hearing[], stopsAtAnswer: boolean): Promise<unknown> {
    const errors: unknown[] = [];
    for (const { handle, facts } of hearings) {
      try {
        const answer = await handle(facts);
        if (stopsAtAnswer && answer !== undefined) return answer;
      } catch (error) {
        this.host.reportSignal(error, event);
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
    return undefined;
  }

  private watch(event: string, hearings: readonly Hearing[], start: number): void | Promise<void> {
    for (let i = start; i < hearings.length; i++) {
      const { handle, facts } = hearings[i] as Hearing;
      try {
        const answer = handle(facts);
        if (!isPromise(answer)) continue;
        return answer
          .then(undefined, (error: unknown) => this.host.reportSignal(error, event))
          .then(() => this.watch(event, hearings, i + 1));
      } catch (error) {
        this.host.reportSignal(error, event);
      }
    }
  }

  private hearings(dispatch: Dispatch): Hearing[] {
    const hearings: Hearing[] = [];
    for (const listener of this.listeners.get(dispatch.group) ?? []) {
      const facts = tell(listener, dispatch);
      if (facts !== undefined) hearings.push({ handle: listener.handle, facts });
    }
    return hearings;
  }

  private tellWaiting(dispatch: Dispatch): void {
    for (const entry of [...(this.waiting.get(dispatch.group) ?? [])]) {
      const facts = tell(entry, dispatch);
      if (facts !== undefined) entry.waiter.tell(facts);
    }
  }

  private remove(listener: Listener): void {
    const { group } = listener.pattern;
    const rest = (this.listeners.get(group) ?? []).filter((each) => each !== listener);
    if (rest.length > 0) this.listeners.set(group, rest);
    else this.listeners.delete(group);
    if (isReserved(group)) this.host.builtInChanged();
  }
}

function ignore(): void {}
