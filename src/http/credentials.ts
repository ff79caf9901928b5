/** What a client shows to say who it is (RFC 9110 section 11.4). */
export type Credentials = BasicCredentials | TokenCredentials;

/** A name and a password (RFC 7617). */
export interface BasicCredentials {
  readonly scheme: "basic";
  readonly username: string;
  readonly password: string;
}

/** A token of any other scheme; `bearer` is that of RFC 6750. */
export interface TokenCredentials {
  /** In lower case. */
  readonly scheme: string & {};
  readonly token: string;
}

/** `auth-scheme`, blanks, and what belongs to the scheme. */
const AUTHORIZATION = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) +([^ ].*)$/;
/** `token68` (RFC 9110 section 11.2). */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads an `Authorization` field; undefined for one that is missing or malformed. The scheme stands at the beginning, in
 * whatever case. A Basic password may have colons: the first one divides.
 *
 * @example
 * ```ts
 * import { parseAuthorization } from "spindash";
 *
 * const credentials = parseAuthorization("bearer 0123");
 * console.assert(credentials !== undefined && "token" in credentials && credentials.token === "0123");
 * ```
 */
export function parseAuthorization(field: string | undefined): Credentials | undefined {
  const [, scheme = "", value = ""] = AUTHORIZATION.exec(field ?? "") ?? [];
  if (scheme.toLowerCase() === "basic") return readBasic(value);
  return TOKEN68.test(value) ? { scheme: scheme.toLowerCase(), token: value } : undefined;
}

function readBasic(value: string): BasicCredentials | undefined {
  const text = BASE64.test(value) ? decode(value) : undefined;
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) return undefined;
  return { scheme: "basic", username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** As UTF-8 without control characters, which RFC 7617 section 2 forbids. */
function decode(base64: string): string | undefined {
  try {
    const text = utf8.decode(Buffer.from(base64, "base64"));
    return /[\x00-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
