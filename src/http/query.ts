import { hexValue } from "../protocol/http1/characters.ts";
import { BadRequest, type HttpError } from "./errors.ts";

/** A name and its value, decoded, in the order sent. */
export type NameValuePair = readonly [name: string, value: string];

export interface UrlencodedOptions {
  /** Pairs past this many are an error. @default 1000 */
  maximumPairs?: number;
  /** Makes the error for too many pairs. @default a {@link BadRequest} that speaks of query parameters */
  tooMany?: (maximumPairs: number) => HttpError;
}

const DEFAULT_MAXIMUM_PAIRS = 1000;

/**
 * Reads `application/x-www-form-urlencoded` text, of a query or of a form, by the rules of the URL standard: `&` alone
 * separates, `+` is a space, `%` without two hexadecimal digits stays as it is, bytes are UTF-8 with replacement.
 *
 * @throws the error of `tooMany` when there are more than `maximumPairs` pairs.
 *
 * @example
 * ```ts
 * import { parseUrlencoded } from "spindash";
 *
 * const pairs = parseUrlencoded("a=1&b=x+y");
 * console.assert(pairs[1]?.[1] === "x y");
 * ```
 */
export function parseUrlencoded(text: string, options: UrlencodedOptions = {}): NameValuePair[] {
  const maximumPairs = options.maximumPairs ?? DEFAULT_MAXIMUM_PAIRS;
  const pairs: NameValuePair[] = [];
  for (let start = 0; start < text.length; ) {
    const ampersand = text.indexOf("&", start);
    const end = ampersand === -1 ? text.length : ampersand;
    if (end > start) {
      if (pairs.length === maximumPairs) throw (options.tooMany ?? tooManyParameters)(maximumPairs);
      pairs.push(readPair(text.slice(start, end)));
    }
    start = end + 1;
  }
  return pairs;
}

/**
 * The query of a request: an ordered list of names and values, parsed when first asked for.
 *
 * Every reading member throws {@link BadRequest} when there are more than `maximumPairs` parameters.
 *
 * @example
 * ```ts
 * import { QueryParameters } from "spindash";
 *
 * const query = new QueryParameters("tag=a&tag=b&page=2");
 * console.assert(query.get("page") === "2");
 * console.assert(query.getAll("tag").length === 2);
 * ```
 */
export class QueryParameters {
  /** The query as sent, without `?`; empty when there is none. */
  readonly raw: string;
  readonly #maximumPairs: number;
  #pairs: readonly NameValuePair[] | undefined;

  constructor(raw: string, options: Pick<UrlencodedOptions, "maximumPairs"> = {}) {
    this.raw = raw;
    this.#maximumPairs = options.maximumPairs ?? DEFAULT_MAXIMUM_PAIRS;
    this.#pairs = raw === "" ? NO_PAIRS : undefined;
  }

  /** How many parameters there are, repeated names counted each time. */
  get size(): number {
    return this.#read().length;
  }

  /** The first value of this name. */
  get(name: string): string | undefined {
    return firstValue(this.#read(), name);
  }

  /** All values of this name in the order sent; empty when there are none. */
  getAll(name: string): string[] {
    return allValues(this.#read(), name);
  }

  /** Whether there is a parameter of this name, be its value empty. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** All parameters in the order sent. */
  entries(): IterableIterator<NameValuePair> {
    return this.#read().values();
  }

  /** The names in the order sent, repeated ones repeated. */
  keys(): IterableIterator<string> {
    return this.#read()
      .map(([name]) => name)
      .values();
  }

  /** The values in the order sent. */
  values(): IterableIterator<string> {
    return this.#read()
      .map(([, value]) => value)
      .values();
  }

  [Symbol.iterator](): IterableIterator<NameValuePair> {
    return this.entries();
  }

  /** A new object without a prototype; a name sent more than once has all its values as an array. */
  toObject(): Record<string, string | string[]> {
    return toObject(this.#read());
  }

  #read(): readonly NameValuePair[] {
    this.#pairs ??= parseUrlencoded(this.raw, { maximumPairs: this.#maximumPairs });
    return this.#pairs;
  }
}

/** The value of the first pair of this name. */
export function firstValue(pairs: readonly NameValuePair[], name: string): string | undefined {
  for (const pair of pairs) {
    if (pair[0] === name) return pair[1];
  }
  return undefined;
}

/** The values of all pairs of this name. */
export function allValues(pairs: readonly NameValuePair[], name: string): string[] {
  const values: string[] = [];
  for (const pair of pairs) {
    if (pair[0] === name) values.push(pair[1]);
  }
  return values;
}

/** An object without a prototype: one value as a string, several of one name as an array. */
export function toObject(pairs: readonly NameValuePair[]): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    const earlier = object[name];
    if (earlier === undefined) object[name] = value;
    else if (typeof earlier === "string") object[name] = [earlier, value];
    else earlier.push(value);
  }
  return object;
}

const NO_PAIRS: readonly NameValuePair[] = [];

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function tooManyParameters(maximumPairs: number): HttpError {
  return new BadRequest(`The query has too many parameters; at most ${maximumPairs} are accepted`, {
    code: "E_TOO_MANY_PARAMETERS",
  });
}

function readPair(text: string): NameValuePair {
  const equals = text.indexOf("=");
  if (equals === -1) return [decode(text), ""];
  return [decode(text.slice(0, equals)), decode(text.slice(equals + 1))];
}

function decode(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  const percent = spaced.indexOf("%");
  return percent === -1 ? spaced : decodePercent(spaced, percent);
}

/** Not `decodeURIComponent`: it throws on malformed input, which costs a hostile client nothing and us 10 µs each time. */
function decodePercent(text: string, firstPercent: number): string {
  let decoded = "";
  let taken = 0;
  for (let at = firstPercent; at !== -1; at = text.indexOf("%", at)) {
    const byte = encodedByte(text, at);
    if (byte === -1) {
      at += 1;
      continue;
    }
    decoded += text.slice(taken, at);
    taken = at + 3;
    if (byte < 0x80) {
      decoded += String.fromCharCode(byte);
    } else {
      const bytes = encodedRun(text, at);
      decoded += utf8.decode(bytes);
      taken = at + 3 * bytes.length;
    }
    at = taken;
  }
  return decoded + text.slice(taken);
}

/** The bytes from 0x80 up that are encoded from here without a gap; ASCII always ends a UTF-8 sequence. */
function encodedRun(text: string, start: number): Uint8Array {
  const bytes: number[] = [];
  for (let at = start, byte = encodedByte(text, at); byte >= 0x80; byte = encodedByte(text, at)) {
    bytes.push(byte);
    at += 3;
  }
  return new Uint8Array(bytes);
}

/** The byte that `%` and two hexadecimal digits spell here, or -1. */
function encodedByte(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x25) return -1;
  const high = hexValue(text.charCodeAt(at + 1));
  const low = hexValue(text.charCodeAt(at + 2));
  return high === -1 || low === -1 ? -1 : high * 16 + low;
}
