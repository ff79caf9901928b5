import { escapeHtml } from "../http/html-text.ts";
import { formatDebugDetails } from "./debug-details.ts";
import type { ErrorView } from "./error-view.ts";
import { formatTable } from "./facts-table.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** An error as a page that needs nothing but itself. */
export function formatPage(view: ErrorView): string {
  const { status, reason, message, context, requestId, debug } = view;
  const details = debug === null ? "" : formatDebugDetails(view, debug);
  const shownMessage = message === reason ? explanationOf(status) : message;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${status} ${escapeHtml(reason)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<p class="status">${status}</p>
<h1>${escapeHtml(reason)}</h1>
<p class="message">${escapeHtml(shownMessage)}</p>
${context === undefined ? "" : formatTable(Object.entries(context))}
${requestId === undefined ? "" : `<p class="request">Request <code>${escapeHtml(requestId)}</code></p>`}
<p><a href="/">Front page</a></p>
</main>
${details}
</body>
</html>
`;
}

function explanationOf(status: number): string {
  if (status >= 500) return "Something went wrong here, not with you. It may work again in a moment.";
  return status === 404 ? "There is nothing at this address." : "The request could not be answered as it is.";
}
