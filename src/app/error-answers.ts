import { answerAtOnce, answerByDefault, type DefaultAnswerOptions } from "../error-pages/default-answer.ts";
import type { ErrorFormatSetting } from "../error-pages/error-format.ts";
import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { toAnswer } from "./answer.ts";
import { isPromise } from "./chain.ts";
import type { Config } from "./config.ts";
import { type ErrorHandlers, findErrorHandler } from "./error-handlers.ts";

/** What {@link ErrorAnswers} needs to know of its app. */
export interface ErrorContext {
  readonly config: Pick<Config, "debug" | "errorFormat" | "logAllErrors">;
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
   * @param format the one of the route, null for that of the app.
   */
  answer(
    request: Request,
    thrown: unknown,
    scopes: readonly ErrorHandlers[],
    format: ErrorFormatSetting | null = null,
  ): Response | Promise<Response> {
    const error = toError(thrown);
    const match = findErrorHandler(scopes, error);
    if (match === undefined) return this.answerByDefault(request, error, format);
    const finish = (answer: unknown): Response | Promise<Response> => {
      if (answer === undefined) return this.answerByDefault(request, error, format);
      if (this.context.config.logAllErrors) this.context.report(error, request);
      return toAnswer(answer, `The error handler for ${match.error.name}`, request);
    };
    const failAgain = (second: unknown): Response | Promise<Response> => {
      // The handler's mistake must not hide what it was called for.
      if (!(error instanceof HttpError)) this.context.report(error, request);
      return this.answerByDefault(request, toError(second), format);
    };
    try {
      const answer = match.handler(request, match.error, error);
      const finished = isPromise(answer) ? answer.then(finish) : finish(answer);
      return isPromise(finished) ? finished.catch(failAgain) : finished;
    } catch (second) {
      return failAgain(second);
    }
  }

  /** The default answer to an error for which there is no handler: the request is missing, or has been given up. */
  refuse(error: HttpError, request: Request | null): Response {
    return answerAtOnce(error, request, this.optionsFor(request, null));
  }

  private answerByDefault(
    request: Request,
    error: Error,
    format: ErrorFormatSetting | null,
  ): Response | Promise<Response> {
    const isQuiet = error instanceof HttpError && error.quiet !== false && !this.context.config.logAllErrors;
    if (!isQuiet && !isOwnAbort(request, error)) this.context.report(error, request);
    return answerByDefault(error, request, this.optionsFor(request, format));
  }

  private optionsFor(request: Request | null, format: ErrorFormatSetting | null): DefaultAnswerOptions {
    const { debug, errorFormat } = this.context.config;
    return {
      debug,
      format: format ?? errorFormat,
      report: (error) => this.context.report(error, request),
    };
  }
}

/** Whether a handler ended because its request was given up, as it should: nobody is at fault, and nobody reads the answer. */
function isOwnAbort(request: Request, thrown: unknown): boolean {
  if (!request.isAborted) return false;
  return thrown === request.signal.reason || (thrown instanceof Error && thrown.name === "AbortError");
}
