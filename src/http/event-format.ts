import { stringifyJson } from "./json.ts";
import { type Duration, parseDuration } from "./quantity.ts";

/** One event of a stream; all of it is optional, but something has to be there. */
export interface ServerSentEvent {
  /** A string as it is, anything else as JSON. */
  data?: unknown;
  /** The kind, for `addEventListener`; without line breaks. @default "message" in the browser */
  event?: string;
  /** What a client that comes back names as the last it has seen; without line breaks and NUL. `""` forgets the one before. */
  id?: string;
  /** How long the client waits before it comes back when the connection is lost. */
  retry?: Duration;
  /** Seen by nobody but who reads the bytes. */
  comment?: string;
}

/** What ends a line of an event stream (HTML standard, section 9.2.5). */
const LINE_BREAK = /\r\n|\r|\n/;

/**
 * An event as it is sent. Line breaks in data and comments begin further lines of them, so nothing in there becomes a field.
 *
 * @throws {TypeError} for an event that says nothing, and for a line break in `event` or `id`.
 * @throws {SetupError} for a `retry` that is no duration.
 *
 * @example
 * ```ts
 * import { formatEvent } from "spindash";
 *
 * console.assert(formatEvent({ event: "tick", data: { n: 1 } }) === 'event: tick\ndata: {"n":1}\n\n');
 * ```
 */
export function formatEvent(event: ServerSentEvent): string {
  const { event: kind = "", id, retry, comment } = event;
  let text = comment === undefined ? "" : formatLines("", comment);
  if (kind !== "") text += formatField("event", kind, /[\r\n]/);
  if (id !== undefined) text += formatField("id", id, /[\r\n\0]/);
  if (retry !== undefined) text += `retry: ${Math.round(parseDuration(retry) * 1000)}\n`;
  // Browsers drop an event that has a kind and no data.
  if (event.data !== undefined || kind !== "") text += formatLines("data", textOf(event.data));
  if (text !== "") return `${text}\n`;
  throw new TypeError("An event needs data, an event name, an id, a retry or a comment; all are missing");
}

function textOf(data: unknown): string {
  if (data === undefined) return "";
  return typeof data === "string" ? data : stringifyJson(data, "The data of an event");
}

function formatLines(field: string, text: string): string {
  let lines = "";
  for (const line of text.split(LINE_BREAK)) lines += `${field}: ${line}\n`;
  return lines;
}

function formatField(field: string, value: string, forbidden: RegExp): string {
  if (typeof value === "string" && !forbidden.test(value)) return `${field}: ${value}\n`;
  throw new TypeError(
    `An event's ${field === "id" ? "id" : "name"} is a string on one line, not ${JSON.stringify(value)}`,
  );
}
