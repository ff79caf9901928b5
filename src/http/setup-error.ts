import type { SetupErrorCode } from "./error-codes.ts";

/** What a {@link SetupError} may carry besides its message. */
export interface SetupErrorOptions extends ErrorOptions {
  /** @default "E_SETUP" */
  code?: SetupErrorCode;
}

/**
 * A mistake in how an app is put together, found when it is registered or started: a bad path, a repeated route,
 * an unknown option. The message says what happened, what was expected and what to do.
 */
export class SetupError extends Error {
  /** What is wrong, for programs; stays the same where the message changes. */
  readonly code: SetupErrorCode;

  constructor(message: string, options: SetupErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "SetupError";
    this.code = options.code ?? "E_SETUP";
  }
}
