/** What a page hears of one event. */
export interface HeardEvent {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

/** Reads an event stream by the letter of the HTML standard, sections 9.2.5 and 9.2.6. */
export function readEvents(stream: string): {
  events: HeardEvent[];
  lastEventId: string;
  retry: number | undefined;
} {
  const events: HeardEvent[] = [];
  let [data, type, lastEventId] = ["", "", ""];
  let retry: number | undefined;
  const text = stream.startsWith("\ufeff") ? stream.slice(1) : stream;
  const lines = text.split(/\r\n|\n|\r/);
  // What follows the last line end is no line.
  lines.pop();
  for (const line of lines) {
    if (line === "") {
      if (data !== "")
        events.push({ type: type === "" ? "message" : type, data: data.slice(0, -1), lastEventId });
      [data, type] = ["", ""];
      continue;
    }
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const rest = colon < 0 ? "" : line.slice(colon + 1);
    const value = rest.startsWith(" ") ? rest.slice(1) : rest;
    if (field === "event") type = value;
    else if (field === "data") data += `${value}\n`;
    else if (field === "id" && !value.includes("\0")) lastEventId = value;
    else if (field === "retry" && /^[0-9]+$/.test(value)) retry = Number(value);
  }
  return { events, lastEventId, retry };
}
