import { type Duration, parseDuration } from "./quantity.ts";

/** Where a cookie lives: the browser replaces or deletes a cookie only by one of the same name and place. */
export interface CookiePlace {
  /** Paths from this one down; begins with a slash. @default "/" */
  path?: string | undefined;
  /** This domain and those below it. @default the host of the request, alone */
  domain?: string | undefined;
  /**
   * `"host"` puts `__Host-` before the name: the browser then insists on Secure, on path `/` and on no domain.
   * `"secure"` puts `__Secure-` before it: the browser insists on Secure. @default none
   */
  prefix?: "host" | "secure" | undefined;
  /** A jar of its own under every top-level site; needs `secure`. @default false */
  partitioned?: boolean | undefined;
}

/** Attributes of a cookie that a response sets. */
export interface CookieOptions extends CookiePlace {
  /** Lifetime in whole seconds, or a text such as `"1h"`; 0 deletes. @default as long as the browser runs */
  maxAge?: Duration | undefined;
  /** End of life; `maxAge` wins where both are given. @default as long as the browser runs */
  expires?: Date | undefined;
  /** Hides the cookie from scripts. @default false */
  httpOnly?: boolean | undefined;
  /** Whether requests from other sites carry it; `"none"` needs `secure`. @default "lax" */
  sameSite?: "strict" | "lax" | "none" | undefined;
  /** Sent over TLS (and to localhost) only. @default true */
  secure?: boolean | undefined;
  /** Sent with a signature by `cookieSecrets`: read by `req.cookies.getSigned`, which believes nothing else. @default false */
  signed?: boolean | undefined;
  /** Encrypted by `cookieSecrets`; may be any text then. Read by `req.cookies.getEncrypted`. @default false */
  encrypted?: boolean | undefined;
}

const SAME_SITE: ReadonlyMap<string, string> = new Map([
  ["strict", "Strict"],
  ["lax", "Lax"],
  ["none", "None"],
]);

/** `cookie-name`, which is a token (RFC 6265 section 4.1.1). */
export const COOKIE_NAME: RegExp = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Any number of `cookie-octet` (RFC 6265 section 4.1.1). */
const COOKIE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/** Visible ASCII without comma and semicolon, which end fields and attributes. */
const COOKIE_PATH = /^\/[\x21-\x2b\x2d-\x3a\x3c-\x7e]*$/;

/** Browsers ignore cookies whose name and value together are longer, and attributes longer than the second. */
const MAXIMUM_COOKIE_LENGTH = 4096;
const MAXIMUM_ATTRIBUTE_LENGTH = 1024;

/** The name as it goes over the wire, with its prefix. */
export function cookieName(name: string, prefix: CookiePlace["prefix"]): string {
  if (prefix === undefined) return name;
  return prefix === "host" ? `__Host-${name}` : `__Secure-${name}`;
}

/**
 * The value of a `Set-Cookie` field (RFC 6265 section 4.1.1, with `SameSite`, `Partitioned` and name prefixes).
 *
 * @throws {TypeError} when a part is outside its grammar, or when browsers would ignore the cookie because of it.
 *
 * @example
 * ```ts
 * import { formatSetCookie } from "spindash";
 *
 * const field = formatSetCookie("theme", "dark", { maxAge: "1h" });
 * console.assert(field === "theme=dark; Path=/; Max-Age=3600; SameSite=Lax; Secure");
 * ```
 */
export function formatSetCookie(name: string, value: string, options: CookieOptions = {}): string {
  const problem = findProblem(name, value, options);
  if (problem !== undefined) throw new TypeError(`Cookie ${show(name)} cannot be set: ${problem}`);
  const { path = "/", domain, maxAge, expires, sameSite = "lax", secure = true } = options;
  let field = `${cookieName(name, options.prefix)}=${value}; Path=${path}`;
  if (domain !== undefined) field += `; Domain=${domain}`;
  if (maxAge !== undefined) field += `; Max-Age=${secondsOf(maxAge)}`;
  if (expires !== undefined) field += `; Expires=${expires.toUTCString()}`;
  field += `; SameSite=${SAME_SITE.get(sameSite)}`;
  if (secure) field += "; Secure";
  if (options.httpOnly) field += "; HttpOnly";
  if (options.partitioned) field += "; Partitioned";
  return field;
}

function findProblem(name: string, value: string, options: CookieOptions): string | undefined {
  return (
    findNameProblem(name, options) ??
    findValueProblem(name, value, options) ??
    findPathProblem(options.path) ??
    findDomainProblem(options.domain) ??
    findLifetimeProblem(options) ??
    findSecurityProblem(options) ??
    findSealingProblem(options) ??
    findPrefixProblem(cookieName(name, options.prefix), options)
  );
}

function findNameProblem(name: string, { prefix }: CookieOptions): string | undefined {
  if (typeof name !== "string" || !COOKIE_NAME.test(name)) {
    return "its name must be one or more letters, digits or characters of !#$%&'*+-.^_`|~";
  }
  if (prefix === undefined) return undefined;
  if (prefix !== "host" && prefix !== "secure")
    return `prefix must be "host" or "secure", not ${show(prefix)}`;
  return /^__(?:host|secure)-/i.test(name)
    ? "prefix is given and the name has one already; drop one of them"
    : undefined;
}

function findValueProblem(name: string, value: string, { prefix }: CookieOptions): string | undefined {
  if (typeof value !== "string") return `its value must be a string, not ${show(value)}`;
  if (!COOKIE_VALUE.test(value)) {
    return (
      "its value may hold visible ASCII except double quote, comma, semicolon and backslash; " +
      "pass it through encodeURIComponent() and read it with decodeURIComponent()"
    );
  }
  const length = cookieName(name, prefix).length + value.length;
  if (length <= MAXIMUM_COOKIE_LENGTH) return undefined;
  return `name and value together have ${length} bytes; browsers ignore cookies of more than ${MAXIMUM_COOKIE_LENGTH}`;
}

function findPathProblem(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (typeof path === "string" && COOKIE_PATH.test(path)) {
    if (path.length <= MAXIMUM_ATTRIBUTE_LENGTH) return undefined;
    return `path has ${path.length} bytes; browsers ignore paths of more than ${MAXIMUM_ATTRIBUTE_LENGTH}`;
  }
  return `path must begin with "/" and hold visible ASCII except comma and semicolon, not ${show(path)}`;
}

function findDomainProblem(domain: string | undefined): string | undefined {
  if (domain === undefined) return undefined;
  if (typeof domain === "string" && domain.length <= 253 && domain.split(".").every(isDomainLabel))
    return undefined;
  return `domain must be a host name such as "example.com", without a leading dot or a port, not ${show(domain)}`;
}

function isDomainLabel(label: string): boolean {
  return label.length <= 63 && /^[a-z0-9-]+$/i.test(label) && !label.startsWith("-") && !label.endsWith("-");
}

function findLifetimeProblem({ maxAge, expires }: CookieOptions): string | undefined {
  if (maxAge !== undefined && !Number.isSafeInteger(secondsOf(maxAge))) {
    return `maxAge must be a whole number of seconds that is not negative, or text such as "30m" or "1h", not ${show(maxAge)}`;
  }
  if (expires === undefined) return undefined;
  const year = expires instanceof Date ? expires.getUTCFullYear() : Number.NaN;
  return year >= 1601 && year <= 9999 ? undefined : "expires must be a valid Date of the years 1601 to 9999";
}

function findSecurityProblem({
  sameSite = "lax",
  secure = true,
  partitioned = false,
}: CookieOptions): string | undefined {
  if (!SAME_SITE.has(sameSite)) return `sameSite must be "strict", "lax" or "none", not ${show(sameSite)}`;
  if (secure) return undefined;
  if (sameSite === "none") return 'sameSite "none" needs secure: browsers ignore the cookie without it';
  return partitioned ? "partitioned needs secure: browsers ignore the cookie without it" : undefined;
}

function findSealingProblem({ signed, encrypted }: CookieOptions): string | undefined {
  return signed === true && encrypted === true
    ? "it is to be both signed and encrypted; encryption alone says who has set it, too"
    : undefined;
}

/** Also for names written with their prefix; browsers compare it without regard to case (RFC 6265bis section 5.7). */
function findPrefixProblem(
  sentName: string,
  { path = "/", domain, secure = true }: CookieOptions,
): string | undefined {
  const isHost = /^__host-/i.test(sentName);
  if (!isHost && !/^__secure-/i.test(sentName)) return undefined;
  const rule = `browsers ignore ${sentName}`;
  if (!secure) return `${rule} without secure`;
  if (isHost && path !== "/") return `${rule} with a path other than "/"`;
  return isHost && domain !== undefined ? `${rule} with a domain` : undefined;
}

/** Not a number when it cannot be read as a duration. */
function secondsOf(maxAge: number | string): number {
  try {
    return parseDuration(maxAge);
  } catch {
    return Number.NaN;
  }
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
