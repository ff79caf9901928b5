/**
 * A mistake in how an app is put together, found when it is registered or started: a bad path, a repeated route,
 * an unknown option. The message says what happened, what was expected and what to do.
 */
export class SetupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SetupError";
  }
}
