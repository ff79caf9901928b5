import { SPACE, TAB } from "../protocol/http1/characters.ts";
import type { CookieKeys } from "./cookie-keys.ts";
import { allValues, firstValue, type NameValuePair } from "./query.ts";
import {
  COOKIE_NAME,
  type CookieOptions,
  type CookiePlace,
  cookieName,
  formatSetCookie,
} from "./set-cookie.ts";

/** What {@link ResponseCookies.delete} takes: where the cookie lives, and what the browser needs to take the deletion. */
export type CookieDeleteOptions = CookiePlace & Pick<CookieOptions, "secure" | "sameSite" | "httpOnly">;

/**
 * Reads a `Cookie` field the way browsers write it (RFC 6265 section 4.2): `;` separates, SP and HTAB around names and values
 * do not count, double quotes around a value are taken off, nothing is decoded. A piece without `=` is a value
 * without a name; pieces whose name is not a token are skipped.
 */
export function parseCookies(header: string): NameValuePair[] {
  const pairs: NameValuePair[] = [];
  for (let start = 0; start < header.length; ) {
    const semicolon = header.indexOf(";", start);
    const end = semicolon === -1 ? header.length : semicolon;
    const pair = readPair(header.slice(start, end));
    if (pair !== undefined) pairs.push(pair);
    start = end + 1;
  }
  return pairs;
}

/**
 * The cookies of a request, parsed when first asked for. Several `Cookie` fields are to be joined with `"; "` (RFC 9113 section
 * 8.2.3).
 *
 * A name also finds the cookie that was set with a prefix, and finds it first: `get("sid")` gives `__Host-sid`, else
 * `__Secure-sid`, else `sid`, as only the prefixed ones cannot have been planted by another host.
 *
 * @example
 * ```ts
 * import { RequestCookies } from "spindash";
 *
 * const cookies = new RequestCookies("theme=dark; __Host-sid=42");
 * console.assert(cookies.get("theme") === "dark");
 * console.assert(cookies.get("sid") === "42");
 * ```
 */
export class RequestCookies {
  readonly #header: string;
  readonly #keys: CookieKeys | null;
  #pairs: readonly NameValuePair[] | undefined;

  constructor(header: string | undefined, keys: CookieKeys | null = null) {
    this.#header = header ?? "";
    this.#keys = keys;
    this.#pairs = undefined;
  }

  /** How many cookies there are, repeated names counted each time. */
  get size(): number {
    return this.#read().length;
  }

  /** The first value of this name, prefixed names before the plain one. */
  get(name: string): string | undefined {
    const pairs = this.#read();
    for (const spelling of spellingsOf(name)) {
      const value = firstValue(pairs, spelling);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** All values of this name, prefixed names before the plain one; empty when there are none. */
  getAll(name: string): string[] {
    const pairs = this.#read();
    return spellingsOf(name).flatMap((spelling) => allValues(pairs, spelling));
  }

  /**
   * The value of a cookie that was set with `signed`; undefined when there is none, or none that we have signed under this
   * name. Throws an Error without the setting `cookieSecrets`.
   */
  getSigned(name: string): string | undefined {
    const keys = this.#requireKeys();
    return this.#firstSealed(name, (sentName, value) => keys.verify(sentName, value));
  }

  /**
   * The value of a cookie that was set with `encrypted`; undefined when there is none, or none that we have encrypted under
   * this name. Throws an Error without the setting `cookieSecrets`.
   */
  getEncrypted(name: string): string | undefined {
    const keys = this.#requireKeys();
    return this.#firstSealed(name, (sentName, value) => keys.decrypt(sentName, value));
  }

  /** Whether there is a cookie of this name, with a prefix or without. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** All cookies in the order sent, names as sent. */
  entries(): IterableIterator<NameValuePair> {
    return this.#read().values();
  }

  [Symbol.iterator](): IterableIterator<NameValuePair> {
    return this.entries();
  }

  /** A value that somebody has planted must not hide ours. */
  #firstSealed(
    name: string,
    open: (sentName: string, value: string) => string | undefined,
  ): string | undefined {
    const pairs = this.#read();
    for (const spelling of spellingsOf(name)) {
      for (const value of allValues(pairs, spelling)) {
        const opened = open(spelling, value);
        if (opened !== undefined) return opened;
      }
    }
    return undefined;
  }

  #requireKeys(): CookieKeys {
    if (this.#keys !== null) return this.#keys;
    throw new Error(
      "A signed or encrypted cookie cannot be read without keys; give the app some: new Spindash(name, { config: { cookieSecrets: [secret] } })",
    );
  }

  #read(): readonly NameValuePair[] {
    this.#pairs ??= parseCookies(this.#header);
    return this.#pairs;
  }
}

interface ResponseCookie {
  readonly name: string;
  readonly sentName: string;
  readonly options: CookieOptions;
  readonly isDeletion: boolean;
  /** As it is sent; null until it is sealed. */
  readonly field: string | null;
  readonly value: string;
}

/**
 * The cookies a response sets: one for every name and place (path, domain, partition); setting one again replaces it.
 *
 * @example
 * ```ts
 * import { ResponseCookies } from "spindash";
 *
 * const cookies = new ResponseCookies();
 * cookies.set("sid", "42", { prefix: "host", httpOnly: true, maxAge: "1h" });
 * cookies.delete("theme");
 * console.assert(cookies.toHeaderValues().length === 2);
 * ```
 */
export class ResponseCookies {
  readonly #cookies = new Map<string, ResponseCookie>();
  #hasUnsealed = false;

  /** How many `Set-Cookie` fields there will be, deletions included. */
  get size(): number {
    return this.#cookies.size;
  }

  /**
   * Sets a cookie; `Path=/; SameSite=Lax; Secure` unless the options say otherwise. One that is `signed` or `encrypted` is sealed
   * when the response is sent, by the app's `cookieSecrets`.
   *
   * @throws {TypeError} when a part is outside its grammar, or when browsers would ignore the cookie because of it.
   */
  set(name: string, value: string, options: CookieOptions = {}): void {
    this.#put(name, value, options, false);
  }

  /**
   * Makes the browser drop a cookie. It does so only when path, domain, prefix and partition are those it was set with; the
   * other attributes are taken from a cookie set earlier in this response at the same place.
   *
   * @throws {TypeError} as {@link ResponseCookies.set} does.
   */
  delete(name: string, options: CookieDeleteOptions = {}): void {
    const earlier = this.#cookies.get(placeKey(cookieName(name, options.prefix), options));
    const kept = { ...earlier?.options, ...options, prefix: options.prefix };
    const deletion = { ...kept, maxAge: 0, expires: undefined };
    this.#put(name, "", deletion, true);
  }

  /** Whether this response sets a cookie of this name, given with its prefix or without; deletions do not count. */
  has(name: string): boolean {
    for (const cookie of this.#cookies.values()) {
      if (!cookie.isDeletion && (cookie.name === name || cookie.sentName === name)) return true;
    }
    return false;
  }

  /** @internal Whether there are cookies that have to be signed or encrypted before they can be sent. */
  get hasUnsealed(): boolean {
    return this.#hasUnsealed;
  }

  /** @internal Signs and encrypts what has to be. Throws a TypeError when a cookie has become too long for browsers. */
  seal(keys: CookieKeys): void {
    for (const [key, cookie] of this.#cookies)
      if (cookie.field === null) this.#cookies.set(key, { ...cookie, field: sealedField(cookie, keys) });
    this.#hasUnsealed = false;
  }

  /** The values of the `Set-Cookie` fields, one field each, in the order last set; those not sealed yet are left out. */
  toHeaderValues(): string[] {
    return Array.from(this.#cookies.values(), (cookie) => cookie.field).filter((field) => field !== null);
  }

  #put(name: string, value: string, options: CookieOptions, isDeletion: boolean): void {
    const isSealed = !isDeletion && (options.signed === true || options.encrypted === true);
    // What is encrypted may be any text; the rest of the cookie is checked now all the same.
    const isAnyText = isSealed && options.encrypted === true && typeof value === "string";
    const field = formatSetCookie(name, isAnyText ? "" : value, options);
    const sentName = cookieName(name, options.prefix);
    const key = placeKey(sentName, options);
    this.#cookies.delete(key);
    this.#cookies.set(key, { name, sentName, options, isDeletion, field: isSealed ? null : field, value });
    if (isSealed) this.#hasUnsealed = true;
  }
}

function sealedField({ name, sentName, options, value }: ResponseCookie, keys: CookieKeys): string {
  const sealed = options.encrypted === true ? keys.encrypt(sentName, value) : keys.sign(sentName, value);
  return formatSetCookie(name, sealed, options);
}

function readPair(piece: string): NameValuePair | undefined {
  const equals = piece.indexOf("=");
  const name = equals === -1 ? "" : trimBlanks(piece.slice(0, equals));
  const value = unquote(trimBlanks(piece.slice(equals + 1)));
  const isReadable = name === "" ? value !== "" : COOKIE_NAME.test(name);
  return isReadable ? [name, value] : undefined;
}

/** SP and HTAB only: with `trim()` a name behind U+00A0, which browsers keep, would pass for another one. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function spellingsOf(name: string): string[] {
  if (name.startsWith("__Host-") || name.startsWith("__Secure-")) return [name];
  return [cookieName(name, "host"), cookieName(name, "secure"), name];
}

/** What browsers identify a cookie by; none of the parts can hold a line feed. */
function placeKey(sentName: string, { path = "/", domain = "", partitioned = false }: CookiePlace): string {
  return `${sentName}\n${path}\n${domain.toLowerCase()}\n${partitioned}`;
}
