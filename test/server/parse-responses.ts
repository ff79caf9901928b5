/** A response as an independent reader sees it; text is latin1. */
export interface RawResponse {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/**
 * Reads a stream of whole responses by the letter of RFC 9112 section 6.3, and throws where it is none.
 *
 * @param hasEnded whether the server has closed: ends bodies that have no other end.
 * @param methods of the requests in turn; GET where there are none.
 * @returns the responses, interim ones left out, and what follows the last whole one.
 */
export function parseResponses(
  text: string,
  hasEnded = false,
  methods: readonly string[] = [],
): { responses: RawResponse[]; rest: string } {
  const responses: RawResponse[] = [];
  let rest = text;
  for (;;) {
    const read = readOne(rest, hasEnded, methods[responses.length] ?? "GET");
    if (read === null) return { responses, rest };
    rest = rest.slice(read.length);
    if (read.response.status >= 200 || read.response.status === 101) responses.push(read.response);
    if (read.response.status === 101) return { responses, rest };
  }
}

function readOne(
  text: string,
  hasEnded: boolean,
  method: string,
): { response: RawResponse; length: number } | null {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return null;
  const [statusLine = "", ...lines] = text.slice(0, headEnd).split("\r\n");
  const status = Number(/^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e]+$/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) throw new Error(`No status line: ${JSON.stringify(statusLine)}`);
  const headers = readFields(lines);
  const start = headEnd + 4;
  const body =
    method === "HEAD" || status < 200 || status === 204 || status === 304
      ? { text: "", end: start }
      : readBody(text, start, headers, hasEnded);
  return body === null ? null : { response: { status, headers, body: body.text }, length: body.end };
}

function readFields(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`No field: ${JSON.stringify(line)}`);
    const key = name.toLowerCase();
    if (["content-length", "transfer-encoding", "date"].includes(key) && headers.has(key))
      throw new Error(`${key} comes twice`);
    headers.set(key, headers.has(key) ? `${headers.get(key)}, ${value}` : value);
  }
  if (headers.has("content-length") && headers.has("transfer-encoding"))
    throw new Error("Both a length and a transfer coding");
  return headers;
}

function readBody(
  text: string,
  start: number,
  headers: Map<string, string>,
  hasEnded: boolean,
): { text: string; end: number } | null {
  if (headers.has("transfer-encoding")) return readChunks(text, start);
  const length = headers.get("content-length");
  if (length === undefined) return hasEnded ? { text: text.slice(start), end: text.length } : null;
  if (!/^\d+$/.test(length)) throw new Error(`No length: ${length}`);
  const end = start + Number(length);
  return end <= text.length ? { text: text.slice(start, end), end } : null;
}

function readChunks(text: string, start: number): { text: string; end: number } | null {
  let body = "";
  let position = start;
  for (;;) {
    const lineEnd = text.indexOf("\r\n", position);
    if (lineEnd < 0) return null;
    const line = text.slice(position, lineEnd);
    if (!/^[0-9a-f]+$/.test(line)) throw new Error(`No chunk size: ${JSON.stringify(line)}`);
    const size = Number.parseInt(line, 16);
    const dataEnd = lineEnd + 2 + size;
    if (text.length < dataEnd + 2) return null;
    if (text.slice(dataEnd, dataEnd + 2) !== "\r\n") throw new Error("A chunk without its end");
    body += text.slice(lineEnd + 2, dataEnd);
    position = dataEnd + 2;
    if (size === 0) return { text: body, end: position };
  }
}
