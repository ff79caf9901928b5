import { isUtf8 } from "node:buffer";

/**
 * Checks UTF-8 that arrives in pieces, failing at the first byte that cannot be right (RFC 3629 section 4).
 *
 * Whole characters go to the native check; only one that is cut by the end of a piece is followed byte by byte.
 */
export class Utf8Check {
  /** Continuation bytes the cut character still needs. */
  #missing = 0;
  /** The range of the next continuation byte: narrower behind E0, ED, F0 and F4. */
  #lowest = 0x80;
  #highest = 0xbf;

  /** Whether no character is cut; then the next push may also begin another text. */
  get isComplete(): boolean {
    return this.#missing === 0;
  }

  /** @returns whether the text is still sound with bytes `start` to `end` behind the former ones. */
  push(bytes: Buffer, start: number, end: number): boolean {
    const from = this.#continue(bytes, start, end);
    if (from < 0) return false;
    const cut = cutCharacter(bytes, from, end);
    if (cut > from && !isUtf8(bytes.subarray(from, cut))) return false;
    return cut === end || (this.#begin(bytes[cut]!) && this.#continue(bytes, cut + 1, end) === end);
  }

  /** Takes the rest of the cut character. @returns where it ends, -1 when a byte is wrong. */
  #continue(bytes: Buffer, start: number, end: number): number {
    let p = start;
    for (; this.#missing > 0 && p < end; p++) {
      const byte = bytes[p]!;
      if (byte < this.#lowest || byte > this.#highest) return -1;
      this.#lowest = 0x80;
      this.#highest = 0xbf;
      this.#missing--;
    }
    return p;
  }

  #begin(lead: number): boolean {
    if (lead < 0xc2 || lead > 0xf4) return false;
    this.#missing = sequenceLength(lead) - 1;
    if (lead === 0xe0) this.#lowest = 0xa0;
    else if (lead === 0xed) this.#highest = 0x9f;
    else if (lead === 0xf0) this.#lowest = 0x90;
    else if (lead === 0xf4) this.#highest = 0x8f;
    return true;
  }
}

/** Where a character begins that `end` cuts, `end` when none is cut. */
function cutCharacter(bytes: Buffer, start: number, end: number): number {
  const earliest = Math.max(start, end - 3);
  for (let p = end - 1; p >= earliest; p--) {
    const byte = bytes[p]!;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) return p + sequenceLength(byte) > end ? p : end;
  }
  return end;
}

function sequenceLength(lead: number): number {
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
