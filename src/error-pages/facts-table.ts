import { escapeHtml } from "../http/html-text.ts";
import { formatFact } from "./text-format.ts";

/** Facts as rows of a table, in HTML. */
export function formatTable(
  facts: Iterable<readonly [name: string, value: unknown]>,
  format: (value: unknown) => string = formatFact,
): string {
  const rows = Array.from(
    facts,
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(format(value))}</td></tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}
