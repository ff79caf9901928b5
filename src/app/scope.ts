import type { ErrorHandlers } from "./error-handlers.ts";
import { ScopeMiddleware } from "./middleware.ts";

/**
 * What an app, a blueprint or a group binds to the routes inside it. A route carries the scopes around it, so what
 * guards it is found with the route itself and never by a second look at the path.
 */
export class Scope {
  readonly middleware: ScopeMiddleware;
  readonly errors: ErrorHandlers;

  constructor(middleware: ScopeMiddleware = new ScopeMiddleware(), errors: ErrorHandlers = new Map()) {
    this.middleware = middleware;
    this.errors = errors;
  }

  /** Another scope with the same content, to be added to on its own. */
  copy(): Scope {
    return new Scope(this.middleware.copy(), new Map(this.errors));
  }
}
