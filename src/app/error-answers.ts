import { HttpError, ServerError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { text } from "../http/responses.ts";
import { reasonPhrase } from "../http/status.ts";
import { toAnswer } from "./answer.ts";
import { isPromise } from "./chain.ts";
import { type ErrorHandlers, findErrorHandler } from "./error-handlers.ts";

/** What {@link ErrorAnswers} needs to know of its app. */
export interface ErrorContext {
  /** Whether errors may show their stack to the client. */
  readonly debug: boolean;
  report(error: unknown, request: Request | null): void;
}

/** What was thrown, as an Error: what is none becomes the cause of one. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  // Turning an object to text may call code of its own, and fail.
  const shown = typeof thrown === "object" && thrown !== null ? "an object" : String(thrown);
  return new Error(`Something that is no Error was thrown: ${shown}`, { cause: thrown });
}

/** The one place where errors become responses: by handlers of the route, its blueprints and the app, else by default. */
export class ErrorAnswers {
  private readonly context: ErrorContext;

  constructor(context: ErrorContext) {
    this.context = context;
  }

  /**
   * Answers an error of a request; what is not an {@link HttpError} is the server's fault: logged, and told to nobody.
   *
   * @param scopes the handlers that may answer, those of the nearest scope first.
   */
  answer(request: Request, thrown: unknown, scopes: readonly ErrorHandlers[]): Response | Promise<Response> {
    const error = toError(thrown);
    const match = findErrorHandler(scopes, error);
    if (match === undefined) return this.answerByDefault(request, error);
    const finish = (answer: unknown): Response | Promise<Response> =>
      answer === undefined
        ? this.answerByDefault(request, error)
        : toAnswer(answer, `The error handler for ${match.error.name}`, request);
    const failAgain = (second: unknown): Response => {
      // The handler's mistake must not hide what it was called for.
      if (!(error instanceof HttpError)) this.context.report(error, request);
      return this.answerByDefault(request, second);
    };
    try {
      const answer = match.handler(request, match.error, error);
      const finished = isPromise(answer) ? answer.then(finish) : finish(answer);
      return isPromise(finished) ? finished.catch(failAgain) : finished;
    } catch (second) {
      return failAgain(second);
    }
  }

  /** The default answer to an error: its status and message as text, never its insides. */
  render(error: HttpError, thrown: unknown = error): Response {
    const { status } = error;
    const lines = [`${status} ${reasonPhrase(status)}`, "", error.message];
    if (this.context.debug && status >= 500 && thrown instanceof Error)
      lines.push("", thrown.stack ?? String(thrown));
    const response = text(`${lines.join("\n")}\n`, { status });
    if (error.headers !== undefined) response.headers.assign(error.headers);
    return response;
  }

  private answerByDefault(request: Request, thrown: unknown): Response {
    const error = thrown instanceof HttpError ? thrown : new ServerError(undefined, { cause: thrown });
    if (error.status >= 500 && !isOwnAbort(request, thrown)) this.context.report(thrown, request);
    return this.render(error, thrown);
  }
}

/** Whether a handler ended because its request was given up, as it should: nobody is at fault, and nobody reads the answer. */
function isOwnAbort(request: Request, thrown: unknown): boolean {
  if (!request.isAborted) return false;
  return thrown === request.signal.reason || (thrown instanceof Error && thrown.name === "AbortError");
}
