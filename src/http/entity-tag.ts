import { SPACE, TAB } from "../protocol/http1/characters.ts";

/** An entity tag (RFC 9110 section 8.8.3). */
export interface EntityTag {
  /** Says that the content means the same, not that its bytes are the same. */
  readonly isWeak: boolean;
  /** Without quotes. */
  readonly opaque: string;
}

const COMMA = 0x2c;
/** One tag, at the place where the last one ended. */
const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;

/**
 * Reads `If-Match` and `If-None-Match`: `"*"`, or the tags of the list up to the first that is malformed.
 *
 * @example
 * ```ts
 * import { parseEntityTags } from "spindash";
 *
 * const tags = parseEntityTags('"a", W/"b"');
 * console.assert(tags !== "*" && tags[1]?.isWeak === true && tags[1].opaque === "b");
 * ```
 */
export function parseEntityTags(value: string): "*" | EntityTag[] {
  const tags: EntityTag[] = [];
  if (value === "*") return "*";
  for (let at = skipSeparators(value, 0); at < value.length; at = skipSeparators(value, TAG.lastIndex)) {
    TAG.lastIndex = at;
    const match = TAG.exec(value);
    if (match === null) break;
    tags.push({ isWeak: match[1] !== undefined, opaque: match[2] ?? "" });
  }
  return tags;
}

/** One tag and nothing else, or undefined. */
export function parseEntityTag(value: string): EntityTag | undefined {
  TAG.lastIndex = 0;
  const match = TAG.exec(value);
  if (match === null || TAG.lastIndex !== value.length) return undefined;
  return { isWeak: match[1] !== undefined, opaque: match[2] ?? "" };
}

/**
 * An entity tag as a field carries it.
 *
 * @throws {TypeError} for a character that cannot stand in one: quotes, blanks, control characters, past U+00FF.
 *
 * @example
 * ```ts
 * import { formatEntityTag } from "spindash";
 *
 * console.assert(formatEntityTag("v7", { weak: true }) === 'W/"v7"');
 * ```
 */
export function formatEntityTag(opaque: string, options: { weak?: boolean } = {}): string {
  const text = `${options.weak === true ? "W/" : ""}"${opaque}"`;
  if (parseEntityTag(text) !== undefined) return text;
  throw new TypeError(
    `${JSON.stringify(opaque)} cannot be an entity tag: use visible ASCII without double quotes, such as a hash in hexadecimal`,
  );
}

/** Both are strong and the same (RFC 9110 section 8.8.3.2). */
export function matchesStrongly(one: EntityTag, other: EntityTag): boolean {
  return !one.isWeak && !other.isWeak && one.opaque === other.opaque;
}

/** Both are the same, weak or not. */
export function matchesWeakly(one: EntityTag, other: EntityTag): boolean {
  return one.opaque === other.opaque;
}

function skipSeparators(value: string, start: number): number {
  let at = start;
  for (let code = value.charCodeAt(at); code === SPACE || code === TAB || code === COMMA; ) {
    at++;
    code = value.charCodeAt(at);
  }
  return at;
}
