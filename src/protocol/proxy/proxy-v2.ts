import { canonicalAddress, type ProxyClient } from "./proxy-client.ts";

/** What every block of version 2 begins with. */
export const SIGNATURE: Buffer = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
/** The signature, version and command, family and protocol, length. */
export const FIXED_LENGTH = 16;
/** Addresses take 216 bytes at most; what else is announced are additions, which may hold a certificate. */
export const LONGEST_BLOCK = 4096;

const LOCAL = 0x20;
const PROXY = 0x21;
const Family = { Unspecified: 0, Ipv4: 1, Ipv6: 2, Unix: 3 } as const;
/** Bytes of both addresses, and of both ports where the family has some. */
const ADDRESS_BYTES = [0, 12, 36, 216] as const;
const UNSPECIFIED = 0;
const DATAGRAM = 2;

/** What is wrong with the first 16 bytes of a block, null when nothing is (proxy-protocol.txt section 2.2). */
export function fixedPartProblem(bytes: Buffer): string | null {
  const [command = 0, kind = 0] = bytes.subarray(12, 14);
  if (command >> 4 !== 2) return "its version is not 2";
  if (command !== LOCAL && command !== PROXY) return "its command is unknown";
  if (blockLength(bytes) > LONGEST_BLOCK) return `it is longer than ${LONGEST_BLOCK} bytes`;
  if (command === LOCAL) return null;
  if (kind >> 4 > Family.Unix || (kind & 0x0f) > DATAGRAM) return "its family or protocol is unknown";
  return blockLength(bytes) < (ADDRESS_BYTES[kind >> 4] ?? 0) ? "it is too short for its addresses" : null;
}

/** How many bytes follow the first 16. */
export function blockLength(bytes: Buffer): number {
  return bytes.readUInt16BE(14);
}

/** Reads a whole block without a problem: the client, null where the proxy speaks for itself or for nobody we know. */
export function readProxyBlock(bytes: Buffer): ProxyClient | null {
  const [command = 0, kind = 0] = bytes.subarray(12, 14);
  if (command === LOCAL || (kind & 0x0f) === UNSPECIFIED) return null;
  switch (kind >> 4) {
    case Family.Ipv4:
      return { address: bytes.subarray(16, 20).join("."), port: bytes.readUInt16BE(24) };
    case Family.Ipv6:
      return { address: ipv6Address(bytes.subarray(16, 32)), port: bytes.readUInt16BE(48) };
    default:
      return null;
  }
}

function ipv6Address(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return canonicalAddress(groups.join(":"), 6) ?? "";
}
