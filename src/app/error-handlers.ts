import { HttpError } from "../http/errors.ts";
import { SetupError } from "../http/setup-error.ts";
import type { ErrorHandler } from "./handler.ts";
import type { RegisteredRoute } from "./registration.ts";

/** A class of errors. */
export type ErrorClass<Failure extends Error = Error> = abstract new (...args: never[]) => Failure;

/** The error handlers of one scope: of a route, a blueprint, or the app. */
export type ErrorHandlers = Map<ErrorClass, ErrorHandler<Error>>;

/** Which routes an error handler is for. */
export interface ErrorScope {
  /** What registering them returned. */
  routes: readonly RegisteredRoute[];
}

/** A handler, and the error it is for: the one that was thrown, or one of its causes. */
export interface ErrorMatch {
  readonly handler: ErrorHandler<Error>;
  readonly error: Error;
}

/** A chain of causes this long is no accident. */
const CAUSES = 32;

/**
 * Adds a handler to those of an app or blueprint, or to those of the routes that `rest` names before it.
 *
 * @throws {SetupError} when that class has one there, and for wrong arguments.
 */
export function addErrorHandler(
  ofScope: ErrorHandlers,
  errorClass: ErrorClass,
  rest: readonly unknown[],
): void {
  const handler = rest.at(-1);
  const routes = rest.length > 1 ? (rest[0] as ErrorScope | null)?.routes : undefined;
  const isScopeRead = rest.length === 1 || (rest.length === 2 && Array.isArray(routes));
  if (typeof errorClass !== "function" || typeof handler !== "function" || !isScopeRead) {
    throw new SetupError(
      "An error handler was given the wrong arguments; expected a class of errors, perhaps { routes: [route] }, then a function",
      { code: "E_BAD_ERROR_HANDLER" },
    );
  }
  for (const handlers of routes?.map(handlersOf) ?? [ofScope]) {
    if (handlers.has(errorClass)) {
      throw new SetupError(
        `There is an error handler for ${errorClass.name} already; an error class has one`,
        { code: "E_DUPLICATE_ERROR_HANDLER" },
      );
    }
    handlers.set(errorClass, handler as ErrorHandler<Error>);
  }
}

function handlersOf(route: RegisteredRoute): ErrorHandlers {
  route.errorHandlers ??= new Map();
  return route.errorHandlers;
}

/**
 * The handler for an error, looked for in `scopes`, the nearest one first.
 *
 * The error's own classes come first, the nearest class before the nearest scope. Then those of its cause, and so on: an
 * `HttpError` is an answer already, so its causes are not asked. A handler for `Error` itself takes whatever is left.
 */
export function findErrorHandler(scopes: readonly ErrorHandlers[], error: Error): ErrorMatch | undefined {
  if (scopes.every(({ size }) => size === 0)) return undefined;
  let candidate: unknown = error;
  for (let depth = 0; candidate instanceof Error && depth < CAUSES; depth++) {
    const handler = handlerByClass(scopes, candidate);
    if (handler !== undefined) return { handler, error: candidate };
    if (candidate instanceof HttpError) break;
    candidate = candidate.cause;
  }
  const handler = handlerFor(scopes, Error);
  return handler === undefined ? undefined : { handler, error };
}

function handlerByClass(scopes: readonly ErrorHandlers[], error: Error): ErrorHandler<Error> | undefined {
  for (
    let prototype: unknown = Object.getPrototypeOf(error);
    prototype !== Error.prototype && prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const handler = handlerFor(scopes, (prototype as { constructor: ErrorClass }).constructor);
    if (handler !== undefined) return handler;
  }
  // The class of another copy of this package is not ours, yet its errors are answers too.
  return error instanceof HttpError ? handlerFor(scopes, HttpError) : undefined;
}

function handlerFor(
  scopes: readonly ErrorHandlers[],
  errorClass: ErrorClass,
): ErrorHandler<Error> | undefined {
  for (const scope of scopes) {
    const handler = scope.get(errorClass);
    if (handler !== undefined) return handler;
  }
  return undefined;
}
