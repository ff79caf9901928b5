import { Response } from "../http/response.ts";
import type { ErrorFormat } from "./error-format.ts";
import type { ErrorView } from "./error-view.ts";
import { formatPage } from "./html-format.ts";
import { formatJson, formatProblem } from "./json-format.ts";
import { formatText } from "./text-format.ts";

const FORMATS: Readonly<Record<ErrorFormat, { type: string; format: (view: ErrorView) => string }>> = {
  text: { type: "text/plain; charset=utf-8", format: formatText },
  json: { type: "application/json", format: formatJson },
  problem: { type: "application/problem+json", format: formatProblem },
  html: { type: "text/html; charset=utf-8", format: formatPage },
};

/** The page has its style in itself and loads nothing; were something to slip into it, it could not run. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Throws a TypeError for facts that have no JSON, where that is the format. */
export function renderError(view: ErrorView, format: ErrorFormat): Response {
  const { type, format: toText } = FORMATS[format];
  const response = new Response(toText(view), type, { status: view.status });
  // Messages may repeat what a client has sent: no browser may take them for something else.
  response.headers.set("x-content-type-options", "nosniff");
  if (format === "html") response.headers.set("content-security-policy", PAGE_POLICY);
  return response;
}
