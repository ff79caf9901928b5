import type { ErrorFormatSetting } from "../error-pages/error-format.ts";
import type { ErrorHandlers } from "./error-handlers.ts";
import { ScopeMiddleware } from "./middleware.ts";

/**
 * What an app, a blueprint or a group binds to the routes inside it. A route carries the scopes around it, so what
 * guards it is found with the route itself and never by a second look at the path.
 */
export class Scope {
  readonly middleware: ScopeMiddleware = new ScopeMiddleware();
  readonly errors: ErrorHandlers = new Map();
  /** How errors of routes inside are shown that do not say, null where it does not say either. */
  errorFormat: ErrorFormatSetting | null = null;

  /** Adds what another scope has. */
  take(other: Scope): void {
    this.middleware.take(other.middleware);
    this.errorFormat ??= other.errorFormat;
    for (const [errorClass, handler] of other.errors) this.errors.set(errorClass, handler);
  }
}
