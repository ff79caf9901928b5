import { parseCookies } from "../http/cookies.ts";

/** Remembers cookies by name, whatever their path and domain, as a browser that only knows one page. */
export class CookieJar {
  private readonly cookies = new Map<string, string>();

  /** What to send, for `TestRequestInit.cookies`. */
  toObject(): Record<string, string> {
    return Object.fromEntries(this.cookies);
  }

  /** Takes the `Set-Cookie` lines of an answer; a lifetime that is over deletes. */
  take(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = "", ...attributes] = line.split(";");
      const [cookie] = parseCookies(pair);
      if (cookie === undefined) continue;
      const [name, value] = cookie;
      if (isOver(attributes)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** Max-Age wins over Expires (RFC 6265 section 5.3). */
function isOver(attributes: readonly string[]): boolean {
  const maxAge = attribute(attributes, "max-age");
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = attribute(attributes, "expires");
  return expires !== undefined && Date.parse(expires) <= Date.now();
}

function attribute(attributes: readonly string[], name: string): string | undefined {
  const prefix = `${name}=`;
  return attributes
    .map((each) => each.trim())
    .find((each) => each.toLowerCase().startsWith(prefix))
    ?.slice(prefix.length);
}
