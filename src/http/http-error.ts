import type { RequestErrorCode } from "./error-codes.ts";

/** What an {@link HttpError} may carry besides its message. */
export interface HttpErrorOptions {
  /** Header fields of the error's response, names in lower case. */
  headers?: Readonly<Record<string, string>>;
  /** The error behind this one; logged, never sent. */
  cause?: unknown;
  /** A stable name of what is wrong, for programs: `"OUT_OF_STOCK"`. Sent. */
  code?: string;
  /** Facts about what is wrong; sent in every format. */
  context?: Readonly<Record<string, unknown>>;
  /** Facts for whoever repairs it; logged, and sent in debug mode only. */
  extra?: Readonly<Record<string, unknown>>;
  /** Members of the JSON formats beside the usual ones (RFC 9457 section 3.2), such as `type` or `issues`. Sent. */
  problem?: Readonly<Record<string, unknown>>;
  /** Whether message, code, context and problem are for the client; otherwise it gets the status alone. @default true */
  expose?: boolean;
  /** Whether the error is not logged. @default true below 500, false from there on */
  quiet?: boolean;
}

const kHttpError = Symbol.for("spindash.http-error");

/**
 * An error that is an answer: its status and message are sent to the client.
 *
 * Throw one of its subclasses from a handler or middleware; throw `HttpError` itself for a status that has none.
 * Statuses of 500 and above are logged with their cause.
 *
 * @example
 * ```ts
 * import { HttpError } from "spindash";
 *
 * const error = new HttpError(418, "No coffee here", { code: "TEAPOT", headers: { "retry-after": "120" } });
 * console.assert(error.status === 418 && error.code === "TEAPOT");
 * ```
 */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly code: string | undefined;
  readonly context: Readonly<Record<string, unknown>> | undefined;
  readonly extra: Readonly<Record<string, unknown>> | undefined;
  readonly problem: Readonly<Record<string, unknown>> | undefined;
  readonly expose: boolean;
  readonly quiet: boolean;

  /** Throws a RangeError for a status that no response has: outside 200 to 599. */
  constructor(status: number, message: string, options: HttpErrorOptions = {}) {
    if (!Number.isInteger(status) || status < 200 || status > 599)
      throw new RangeError(
        `An HttpError's status is a whole number from 200 to 599, not ${status}: ${message}`,
      );
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.status = status;
    this.headers = options.headers;
    this.code = options.code;
    this.context = options.context;
    this.extra = options.extra;
    this.problem = options.problem;
    this.expose = options.expose ?? true;
    this.quiet = options.quiet ?? status < 500;
  }
}

/** Gives an error of Spindash its code where it was made without one: a whole part of it has one code. */
export function withCode(error: HttpError, code: RequestErrorCode): HttpError {
  const { code: given = code } = error;
  return Object.assign(error, { code: given });
}

Object.defineProperty(HttpError.prototype, kHttpError, { value: true });
// Errors of another copy of the package are HttpErrors too; subclasses keep the ordinary test.
Object.defineProperty(HttpError, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    if (this !== HttpError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && kHttpError in value;
  },
});
