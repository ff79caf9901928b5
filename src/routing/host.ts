import { SetupError } from "../http/setup-error.ts";

/** A host as a request names it, or the one a route is for. */
interface Host {
  /** In lower case, without the dot that may end a complete name. */
  readonly name: string;
  /** With its colon; `""` where none is named. */
  readonly port: string;
}

/** DNS allows 253 characters; a port and the brackets of an address come on top. */
const LONGEST = 262;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(:[0-9]{1,5})?$/;

/**
 * Reads a host and its port. Hosts are compared without regard to case (RFC 3986 section 3.2.2).
 *
 * @returns undefined for what is no host, such as a name with user information before it.
 */
export function parseHost(text: string): Host | undefined {
  if (text.length > LONGEST) return undefined;
  const [, name, port = ""] = HOST.exec(text.toLowerCase()) ?? [];
  return name === undefined ? undefined : { name, port };
}

/**
 * The host of a route, in the one way of writing it: `example.com`, `example.com:8443`, `*.example.com`.
 *
 * @throws SetupError for what no request can name.
 */
export function parseHostPattern(text: string): string {
  const isWildcard = typeof text === "string" && text.startsWith("*.");
  const host = typeof text === "string" ? parseHost(isWildcard ? text.slice(2) : text) : undefined;
  if (host !== undefined && !(isWildcard && host.name.startsWith("[")))
    return `${isWildcard ? "*." : ""}${host.name}${host.port}`;
  throw new SetupError(
    `${JSON.stringify(text)} cannot be the host of a route; expected a name such as "example.com", "example.com:8443" or "*.example.com", ` +
      `${spellInAscii(text)}without scheme and path`,
  );
}

/**
 * The host patterns that fit a host, the most definite first: with its port before any port, its own name before
 * wildcards, wildcards with more labels before those with fewer.
 */
export function hostPatternsFor(host: Host, mostLabels: number): string[] {
  const { name, port } = host;
  const patterns = port === "" ? [name] : [name + port, name];
  const labels = name.split(".");
  for (let count = Math.min(mostLabels, labels.length - 1); count > 0; count--) {
    const wildcard = `*.${labels.slice(-count).join(".")}`;
    if (port !== "") patterns.push(wildcard + port);
    patterns.push(wildcard);
  }
  return patterns;
}

/** How clients send a name that is not ASCII, as a part of a sentence; `""` where that is not what is wrong. */
function spellInAscii(text: string): string {
  if (typeof text !== "string" || !/[^\0-\x7f]/.test(text) || !URL.canParse(`http://${text}`)) return "";
  return `in ASCII as clients send it ("${new URL(`http://${text}`).host}"), `;
}
