/**
 * A text with its percent-encoded bytes decoded as UTF-8 (RFC 3986 section 2.1), or `undefined` when an encoding is
 * incomplete or the bytes are not UTF-8. `+` stays a plus: only queries and forms write spaces so.
 */
export function decodePercent(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * A text as one segment of a path, the way clients send it: what a segment may not hold (`/ ? # %`, spaces, anything
 * outside ASCII) is percent-encoded, the rest stays.
 *
 * @throws URIError when the text holds half of a surrogate pair, which UTF-8 cannot express.
 */
export function encodeSegment(text: string): string {
  return encodeURI(text).replace(/[/?#]/g, encodeURIComponent);
}

/** What is wrong in a text {@link decodePercent} refuses, as the end of a sentence. */
export function describeMalformed(text: string): string {
  const incomplete = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text);
  if (incomplete !== null) return `"${incomplete[0]}" is not a percent sign with two hexadecimal digits`;
  return "its percent-encoded bytes are not UTF-8";
}
