/** One part of a `multipart/byteranges` body; text is latin1. */
export interface RangePart {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Takes a body apart by the letter of RFC 2046 section 5.1.1, and throws where it is none. */
export function readRangeParts(contentType: string, body: string): RangePart[] {
  const boundary = /^multipart\/byteranges; boundary=([\w-]{1,70})$/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`No boundary: ${contentType}`);
  const pieces = `\r\n${body}`.replace(/^\r\n\r\n/, "\r\n").split(`\r\n--${boundary}`);
  if (pieces.shift() !== "" || pieces.pop() !== "--\r\n") throw new Error(`No multipart: ${body}`);
  return pieces.map((piece) => {
    const end = piece.indexOf("\r\n\r\n");
    const lines = piece.slice(0, end).split("\r\n").slice(1);
    const headers = new Map(lines.map((line) => line.split(": ", 2) as [string, string]));
    return { headers, body: piece.slice(end + 4) };
  });
}
