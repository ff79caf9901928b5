import { SetupError } from "../http/setup-error.ts";
import type { SignalScope } from "./signal-hearer.ts";
import { parseSignalPattern } from "./signal-name.ts";
import type { SignalOptions } from "./signal-options.ts";

/** A handler as it was declared, in an app or a blueprint. */
export interface SignalDeclaration {
  readonly event: string;
  readonly options: SignalOptions;
  readonly handle: (facts: never) => unknown;
  readonly scope: SignalScope;
}

/**
 * Reads what was given to `on()`.
 *
 * @throws {SetupError} for a name that is none, and when the handler is missing.
 */
export function declareSignal(
  event: string,
  rest: readonly unknown[],
  scope: SignalScope,
): SignalDeclaration {
  const handle = rest.at(-1);
  const options = rest.length > 1 ? rest[0] : {};
  if (typeof handle !== "function" || rest.length > 2 || typeof options !== "object" || options === null) {
    throw new SetupError(
      `on() was given the wrong arguments for ${String(event)}; expected a signal, perhaps options, then a handler`,
      { code: "E_BAD_SIGNAL" },
    );
  }
  parseSignalPattern(event);
  return { event, options, handle: handle as SignalDeclaration["handle"], scope };
}
