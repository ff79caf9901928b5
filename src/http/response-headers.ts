/** Anything response headers can be made from. */
export type HeadersInit =
  | Readonly<Record<string, string | number | readonly string[]>>
  | Iterable<readonly [string, string]>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Any byte but control characters; HTAB is allowed (RFC 9110 section 5.5). */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const LENGTH = /^[0-9]{1,15}$/;
/** The server writes these itself, from the body and the connection. */
const OWNED_BY_SERVER = new Set(["connection", "keep-alive", "transfer-encoding", "date"]);

/**
 * The header fields of a response, in the order they were first set; names are kept in lower case.
 *
 * Every name and value is checked when it is set: what would break out of its line (CR, LF, NUL) or cannot be sent
 * is a TypeError (RFC 9110 sections 5.1 and 5.5).
 *
 * @example
 * ```ts
 * import { text } from "spindash";
 *
 * const response = text("hi");
 * response.headers.set("cache-control", "no-store");
 * console.assert(response.headers.get("Cache-Control") === "no-store");
 * ```
 */
export class ResponseHeaders implements Iterable<[name: string, value: string]> {
  /** Names and values in turn: what the writer walks over. */
  private readonly flat: string[] = [];

  constructor(init?: HeadersInit) {
    if (init !== undefined) this.assign(init);
  }

  /** Number of field lines. */
  get size(): number {
    return this.flat.length / 2;
  }

  /** The field's value, or undefined; several lines are joined by `, `. */
  get(name: string): string | undefined {
    const values = this.getAll(name);
    return values.length > 0 ? values.join(", ") : undefined;
  }

  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    const values: string[] = [];
    for (let i = 0; i < this.flat.length; i += 2)
      if (this.flat[i] === wanted) values.push(this.flat[i + 1] ?? "");
    return values;
  }

  has(name: string): boolean {
    return this.indexOf(name.toLowerCase()) >= 0;
  }

  /** Sets the field, in place of all lines it had. Throws a TypeError for a name or value that cannot be sent. */
  set(name: string, value: string | number): void {
    const key = checkName(name);
    const text = checkFieldValue(key, value);
    const first = this.indexOf(key);
    if (first < 0) {
      this.flat.push(key, text);
      return;
    }
    this.flat[first + 1] = text;
    this.removeFrom(first + 2, key);
  }

  /** Adds a line; of Content-Length there is only one. Throws a TypeError for a name or value that cannot be sent. */
  append(name: string, value: string | number): void {
    const key = checkName(name);
    if (key === "content-length") this.set(key, value);
    else this.flat.push(key, checkFieldValue(key, value));
  }

  /** Removes every line of that name; true if there was one. */
  delete(name: string): boolean {
    return this.removeFrom(0, name.toLowerCase());
  }

  /** Sets every field of `init`, in place of the lines it had; a name that comes again, or a list of values, adds lines. */
  assign(init: HeadersInit): void {
    const seen = new Set<string>();
    for (const [name, value] of linesOf(init)) {
      const key = name.toLowerCase();
      if (seen.has(key)) this.append(key, value);
      else this.set(key, value);
      seen.add(key);
    }
  }

  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] ?? "", this.flat[i + 1] ?? ""];
  }

  /** The field lines as they go on the wire. */
  toLines(): string {
    const { flat } = this;
    let lines = "";
    for (let i = 0; i < flat.length; i += 2) lines += `${flat[i]}: ${flat[i + 1]}\r\n`;
    return lines;
  }

  private indexOf(key: string): number {
    for (let i = 0; i < this.flat.length; i += 2) if (this.flat[i] === key) return i;
    return -1;
  }

  private removeFrom(start: number, key: string): boolean {
    let removed = false;
    for (let i = this.flat.length - 2; i >= start; i -= 2) {
      if (this.flat[i] !== key) continue;
      this.flat.splice(i, 2);
      removed = true;
    }
    return removed;
  }
}

/** The value as text. Throws a TypeError if it cannot be sent as that of the field `name`, which is in lower case. */
export function checkFieldValue(name: string, value: string | number): string {
  const text = String(value);
  if (name === "content-length" && !LENGTH.test(text))
    throw new TypeError(`A content-length is a whole number of bytes, not ${JSON.stringify(text)}`);
  if (VALUE.test(text)) return text;
  throw new TypeError(
    `The value of the header ${name} has a character that cannot be sent (a control character or one past U+00FF): ${JSON.stringify(text)}`,
  );
}

function* linesOf(init: HeadersInit): Iterable<readonly [name: string, value: string | number]> {
  if (Symbol.iterator in init) {
    yield* init as Iterable<readonly [string, string]>;
    return;
  }
  for (const [name, value] of Object.entries(init)) {
    if (typeof value !== "object") yield [name, value];
    else for (const each of value) yield [name, each];
  }
}

function checkName(name: string): string {
  if (!TOKEN.test(name))
    throw new TypeError(`${JSON.stringify(name)} is not a header name: use letters, digits and hyphens`);
  const key = name.toLowerCase();
  if (OWNED_BY_SERVER.has(key))
    throw new TypeError(`The header ${key} is written by the server; it cannot be set`);
  return key;
}
