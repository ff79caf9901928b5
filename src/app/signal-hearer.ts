import { isDeepStrictEqual } from "node:util";
import type { SignalPattern } from "./signal-name.ts";
import type { SignalCondition } from "./signal-options.ts";

/** Whose a handler is: null for the app, else its blueprint. */
export type SignalScope = object | null;

export type SignalFacts = Readonly<Record<string, unknown>>;
/** Whoever hears a signal: a handler, or somebody who waits. */
export interface Hearer {
  readonly pattern: SignalPattern;
  readonly condition: SignalCondition | undefined;
  readonly exclusive: boolean;
  readonly scope: SignalScope;
}

/** A signal on its way. */
export interface Dispatch {
  readonly group: string;
  readonly action: string;
  readonly scope: SignalScope;
  readonly facts: SignalFacts;
  agrees(hearer: Hearer): boolean;
}

export const NOTHING: SignalFacts = Object.freeze({});

/** What a hearer is told of a dispatch, undefined when it is not for it. */
export function tell(hearer: Hearer, { action, scope, facts, agrees }: Dispatch): SignalFacts | undefined {
  const { pattern } = hearer;
  if (pattern.action !== null && pattern.action !== action) return undefined;
  if (scope !== null && hearer.scope !== scope) return undefined;
  if (!agrees(hearer)) return undefined;
  if (pattern.parameter === null) return facts;
  const value = pattern.parameter.converter.convert(action);
  return value === undefined ? undefined : { ...facts, [pattern.parameter.name]: value };
}

/** Conditions must be the same; a handler that has one hears a dispatch without one only where it is not exclusive. */
export function hears(condition: SignalCondition | undefined): Dispatch["agrees"] {
  if (condition === undefined) return (hearer) => hearer.condition === undefined || !hearer.exclusive;
  return (hearer) => hearer.condition !== undefined && isDeepStrictEqual(hearer.condition, condition);
}

/** A handler of a built-in signal hears all of them unless its condition says which. */
export function watches(condition: SignalCondition | undefined): Dispatch["agrees"] {
  return (hearer) => hearer.condition === undefined || isDeepStrictEqual(hearer.condition, condition);
}
