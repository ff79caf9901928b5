/**
 * The header fields of a request: read-only, names without regard to case, cut out of the head only when asked for.
 *
 * @example
 * ```ts
 * import { Spindash, text } from "spindash";
 *
 * const app = new Spindash("headers");
 * app.get("/", (req) => text(req.headers.get("user-agent") ?? "unknown"));
 * ```
 */
export class RequestHeaders implements Iterable<[name: string, value: string]> {
  private readonly text: string;
  private readonly start: number;

  /** `text` holds checked field lines from `start` on: `name ":" OWS value OWS CRLF` each, perhaps an empty line last. */
  constructor(text: string, start = 0) {
    this.text = text;
    this.start = start;
  }

  /** The field's value, or undefined. Several lines of one name are joined: by `; ` for Cookie, else by `, ` (RFC 9110 section 5.3). */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    let found: string | undefined;
    for (let line = this.start; line < this.text.length; line = this.nextLine(line)) {
      if (!this.isNamed(line, wanted)) continue;
      const value = this.valueAt(line + wanted.length + 1);
      if (found === undefined) found = value;
      else found += separatorOf(wanted) + value;
    }
    return found;
  }

  /** The values of every line of that name, in order. */
  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    return [...this].filter(([each]) => each === wanted).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Every field line as sent, names in lower case. */
  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (let line = this.start; line < this.text.length; line = this.nextLine(line)) {
      const colon = this.text.indexOf(":", line);
      // The empty line at the end of a head has no colon.
      if (colon < 0) return;
      yield [this.text.slice(line, colon).toLowerCase(), this.valueAt(colon + 1)];
    }
  }

  entries(): IterableIterator<[name: string, value: string]> {
    return this[Symbol.iterator]();
  }

  /** Names to values, several lines of one name joined as by {@link RequestHeaders.get}. The object has no prototype. */
  toObject(): Record<string, string> {
    const object: Record<string, string> = Object.create(null);
    for (const [name, value] of this) {
      const earlier = object[name];
      object[name] = earlier === undefined ? value : earlier + separatorOf(name) + value;
    }
    return object;
  }

  private nextLine(line: number): number {
    const end = this.text.indexOf("\r\n", line);
    return end < 0 ? this.text.length : end + 2;
  }

  private isNamed(line: number, wanted: string): boolean {
    const { text } = this;
    const length = wanted.length;
    if (text.charCodeAt(line + length) !== 0x3a) return false;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(line + i);
      const lower = code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
      if (lower !== wanted.charCodeAt(i)) return false;
    }
    return length > 0;
  }

  private valueAt(start: number): string {
    const { text } = this;
    let from = start;
    let to = text.indexOf("\r\n", start);
    while (from < to && isSpace(text.charCodeAt(from))) from++;
    while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
    return text.slice(from, to);
  }
}

/** What stands between the values of several lines of one name. */
function separatorOf(name: string): string {
  return name === "cookie" ? "; " : ", ";
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
