import { canonicalAddress, type ProxyClient } from "./proxy-client.ts";

/** Longest line of version 1, CRLF included. */
export const LONGEST_LINE = 107;

const TCP = /^PROXY TCP([46]) ([^ ]+) ([^ ]+) (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})$/;
const UNKNOWN = /^PROXY UNKNOWN(?: |$)/;

/**
 * Reads a line of version 1, without its CRLF (proxy-protocol.txt section 2.1).
 *
 * @returns the client, null where the proxy does not say who it is, undefined for a line that is none.
 */
export function readProxyLine(line: string): ProxyClient | null | undefined {
  if (UNKNOWN.test(line)) return null;
  const [, family, source = "", destination = "", sourcePort, destinationPort] = TCP.exec(line) ?? [];
  if (family === undefined) return undefined;
  const kind = family === "4" ? 4 : 6;
  const address = canonicalAddress(source, kind);
  const port = Number(sourcePort);
  const isWhole =
    canonicalAddress(destination, kind) !== null && port < 65536 && Number(destinationPort) < 65536;
  return address !== null && isWhole ? { address, port } : undefined;
}
