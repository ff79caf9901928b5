import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { reasonPhrase } from "../http/status.ts";

/** Facts by their names. */
export type Facts = Readonly<Record<string, unknown>>;

/** All that an answer to an error may show. Formats see nothing else, so what is not in here cannot leak. */
export interface ErrorView {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly context: Facts | undefined;
  /** Members of the JSON formats beside the usual ones. */
  readonly members: Facts | undefined;
  /** Finds the error in the log; for those that are logged. */
  readonly requestId: string | undefined;
  /** Null unless the app is in debug mode. */
  readonly debug: DebugView | null;
}

/** What only the programmer may see. */
export interface DebugView {
  readonly error: Error;
  readonly extra: Facts | undefined;
  /** Null for what never became a request. */
  readonly request: Request | null;
}

/**
 * What is shown of an error: of an {@link HttpError} what it was given for the client, of anything else its status alone.
 */
export function viewError(thrown: Error, request: Request | null, isDebug: boolean): ErrorView {
  const error = thrown instanceof HttpError ? thrown : null;
  const status = error?.status ?? 500;
  const reason = reasonPhrase(status);
  const debug = isDebug ? { error: thrown, extra: error?.extra, request } : null;
  const requestId = status >= 500 ? request?.id : undefined;
  // An HttpError of another copy of the package may be of a version without `expose`.
  if (error === null || error.expose === false) {
    const nothing = { code: undefined, context: undefined, members: undefined };
    return { status, reason, message: reason, ...nothing, requestId, debug };
  }
  const { message, code, context, problem } = error;
  return { status, reason, message, code, context, members: problem, requestId, debug };
}
