import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { html } from "../http/responses.ts";
import { formatDebugPage } from "./debug-page.ts";
import { chooseErrorFormat, type ErrorFormat, type ErrorFormatSetting } from "./error-format.ts";
import { type ErrorView, viewError } from "./error-view.ts";
import { renderError } from "./render-error.ts";

/** How errors are answered that nobody else answers. */
export interface DefaultAnswerOptions {
  readonly debug: boolean;
  readonly format: ErrorFormatSetting;
  /** Is told when what an error carries cannot be shown. */
  report(error: unknown): void;
}

/** The default answer to an error of a request; a promise only for the page that is made in debug mode. */
export function answerByDefault(
  error: Error,
  request: Request,
  options: DefaultAnswerOptions,
): Response | Promise<Response> {
  const format = chooseErrorFormat(request, options.format);
  const view = viewError(error, request, options.debug);
  if (options.debug && format === "html" && view.status >= 500)
    return answerByDebugPage(error, view, options);
  return finish(error, render(view, format, options), options.format);
}

/** The default answer where there may be no request, or its handler has been given up. */
export function answerAtOnce(error: Error, request: Request | null, options: DefaultAnswerOptions): Response {
  const view = viewError(error, request, options.debug);
  if (request !== null) {
    return finish(error, render(view, chooseErrorFormat(request, options.format), options), options.format);
  }
  const format = options.format === "auto" ? "text" : options.format;
  return finish(error, render(view, format, options), format);
}

async function answerByDebugPage(
  error: Error,
  view: ErrorView,
  options: DefaultAnswerOptions,
): Promise<Response> {
  const page =
    view.debug === null ? null : await formatDebugPage(`${view.status} ${view.reason}`, view.debug);
  const response = page === null ? render(view, "html", options) : html(page, { status: view.status });
  return finish(error, response, options.format);
}

function render(view: ErrorView, format: ErrorFormat, options: DefaultAnswerOptions): Response {
  try {
    return renderError(view, format);
  } catch (second) {
    options.report(second);
    return renderError(
      { ...view, code: undefined, context: undefined, members: undefined, debug: null },
      format,
    );
  }
}

function finish(error: Error, response: Response, setting: ErrorFormatSetting): Response {
  if (error instanceof HttpError && error.headers !== undefined) response.headers.assign(error.headers);
  // Caches must not give one client's format to another.
  if (setting === "auto") response.headers.append("vary", "accept");
  return response;
}
