/** Whom a proxy speaks for: the other end of its own connection with a client. */
export interface ProxyClient {
  readonly address: string;
  readonly port: number;
}

const NUMBER = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const IPV4 = new RegExp(`^${NUMBER}(?:\\.${NUMBER}){3}$`);
const IPV6_CHARACTERS = /^[0-9A-Fa-f:.]{2,45}$/;
const IPV4_IN_IPV6 = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/;

/** The address in its canonical form (RFC 5952), null when it is none of the family. */
export function canonicalAddress(text: string, family: 4 | 6): string | null {
  if (family === 4) return IPV4.test(text) ? text : null;
  if (!IPV6_CHARACTERS.test(text) || !URL.canParse(`http://[${text}]`)) return null;
  // Hosts of URLs have one spelling for each address, but for those of IPv4 in IPv6, which sockets spell with dots.
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [, high, low] = IPV4_IN_IPV6.exec(address) ?? [];
  return high === undefined || low === undefined ? address : `::ffff:${dotted(high)}.${dotted(low)}`;
}

function dotted(group: string): string {
  const value = Number.parseInt(group, 16);
  return `${value >> 8}.${value & 0xff}`;
}
