import { isIPv4, isIPv6, SocketAddress } from "node:net";

/** Whom a proxy speaks for: the other end of its own connection with a client. */
export interface ProxyClient {
  readonly address: string;
  readonly port: number;
}

/** The address in its canonical form (RFC 5952), null when it is none of the family. */
export function canonicalAddress(text: string, family: "ipv4" | "ipv6"): string | null {
  if (family === "ipv4") return isIPv4(text) ? text : null;
  // A zone names an interface of the proxy, and has no place in the protocol.
  if (!isIPv6(text) || text.includes("%")) return null;
  return new SocketAddress({ address: text, family }).address;
}
