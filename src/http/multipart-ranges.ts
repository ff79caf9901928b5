import { type ByteRange, formatContentRange } from "./byte-range.ts";

/** Several ranges in one body (RFC 9110 section 14.6). */
export class MultipartRanges {
  /** For the Content-Type field. */
  readonly contentType: string;
  readonly length: number;
  private readonly ranges: readonly ByteRange[];
  private readonly heads: readonly string[];
  private readonly end: string;

  /** @param contentType of the whole that the ranges are of, `""` for none. */
  constructor(ranges: readonly ByteRange[], size: number, contentType: string) {
    // Nobody who chose the content beforehand can have put this into it.
    const boundary = crypto.randomUUID();
    const type = contentType === "" ? "" : `content-type: ${contentType}\r\n`;
    this.contentType = `multipart/byteranges; boundary=${boundary}`;
    this.ranges = ranges;
    this.heads = ranges.map(
      (range) => `\r\n--${boundary}\r\n${type}content-range: ${formatContentRange(range, size)}\r\n\r\n`,
    );
    this.end = `\r\n--${boundary}--\r\n`;
    this.length =
      Buffer.byteLength(this.heads.join("") + this.end) +
      ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Writes the body; `writeRange` writes the bytes of one range. */
  async write(
    write: (text: string) => Promise<void> | undefined,
    writeRange: (range: ByteRange) => Promise<void> | void,
  ): Promise<void> {
    for (const [index, range] of this.ranges.entries()) {
      await write(this.heads[index] ?? "");
      await writeRange(range);
    }
    await write(this.end);
  }
}
