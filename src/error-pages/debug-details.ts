import { inspect } from "node:util";
import { escapeHtml } from "../http/html-text.ts";
import type { Request } from "../http/request.ts";
import type { DebugView, ErrorView } from "./error-view.ts";
import { formatTable } from "./facts-table.ts";

/** What a page shows the programmer: stack, causes, the error's extra facts and the request. Open where the server is at fault. */
export function formatDebugDetails({ status }: ErrorView, { error, extra, request }: DebugView): string {
  const parts = [`<h2>Stack</h2><pre>${escapeHtml(inspect(error))}</pre>`];
  if (extra !== undefined) parts.push(`<h2>Extra</h2>${formatTable(Object.entries(extra), inspect)}`);
  if (request !== null) {
    parts.push(`<h2>Request</h2>${formatTable(requestFacts(request), String)}`);
    parts.push(`<h2>Header fields</h2>${formatTable(request.headers)}`);
  }
  const hint =
    status >= 500
      ? '<p class="hint">For a page with source code: <code>npm install --save-dev youch</code></p>'
      : "";
  return `<section><details${status >= 500 ? " open" : ""}><summary>Details (debug mode only)</summary>${parts.join("")}${hint}</details></section>`;
}

function requestFacts(request: Request): (readonly [string, unknown])[] {
  return [["method", request.method], ["url", request.url], ...Object.entries(request.params)];
}
