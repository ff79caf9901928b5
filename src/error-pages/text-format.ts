import { inspect } from "node:util";
import { stringifyJson } from "../http/json.ts";
import type { ErrorView, Facts } from "./error-view.ts";

/** An error as plain text: status, message and facts; in debug mode also its stack, with its causes. */
export function formatText(view: ErrorView): string {
  const parts = [`${view.status} ${view.reason}`, view.message];
  if (view.context !== undefined) parts.push(formatFacts(view.context));
  if (view.debug !== null) {
    const { extra, error } = view.debug;
    if (extra !== undefined) parts.push(formatFacts(extra, inspect));
    if (view.status >= 500) parts.push(inspect(error));
  }
  return `${parts.join("\n\n")}\n`;
}

/** A value for the client: text as it is, anything else as JSON, so that no format shows more of an object than another. */
export function formatFact(value: unknown): string {
  return typeof value === "string" ? value : stringifyJson(value, "A fact of the error");
}

function formatFacts(facts: Facts, format: (value: unknown) => string = formatFact): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${format(value)}`)
    .join("\n");
}
