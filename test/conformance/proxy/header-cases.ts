import { SIGNATURE } from "../../../src/protocol/proxy/proxy-v2.ts";

/** What becomes of a header: whom it names, null for the connection's own ends, undefined where it is refused. */
export type Verdict = { address: string; port: number } | null | undefined;

/** Bytes of a proxy, one per character, and the verdict on them. */
export type HeaderCase = [title: string, bytes: string, verdict: Verdict];

const client = (address: string, port: number): Verdict => ({ address, port });

/** Section 2.1 of proxy-protocol.txt. */
export const lineCases: HeaderCase[] = [
  ["TCP over IPv4", "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n", client("192.0.2.7", 56324)],
  [
    "the longest line of IPv4",
    "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
    client("255.255.255.255", 65535),
  ],
  ["TCP over IPv6", "PROXY TCP6 2001:db8::7 2001:db8::1 1 0\r\n", client("2001:db8::7", 1)],
  [
    "the longest line of IPv6, made canonical",
    "PROXY TCP6 2001:0DB8:0000:0000:0000:0000:0000:0007 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
    client("2001:db8::7", 65535),
  ],
  ["IPv4 in IPv6", "PROXY TCP6 ::ffff:c000:207 ::1 1 2\r\n", client("::ffff:192.0.2.7", 1)],
  ["IPv4 in IPv6 with dots", "PROXY TCP6 ::FFFF:192.0.2.7 ::1 1 2\r\n", client("::ffff:192.0.2.7", 1)],
  ["the unspecified address", "PROXY TCP6 :: ::1 1 2\r\n", client("::", 1)],
  ["seven groups", "PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n", undefined],
  ["two gaps", "PROXY TCP6 1::2::3 ::1 1 2\r\n", undefined],
  ["a group of five digits", "PROXY TCP6 12345::1 ::1 1 2\r\n", undefined],
  ["a URL's way of writing a host", "PROXY TCP6 ::1]:80/x[ ::1 1 2\r\n", undefined],
  ["port 0", "PROXY TCP4 192.0.2.7 198.51.100.1 0 0\r\n", client("192.0.2.7", 0)],
  ["UNKNOWN alone", "PROXY UNKNOWN\r\n", null],
  ["UNKNOWN with anything behind it", "PROXY UNKNOWN ffff:: \xff\0 65535\r\n", null],
  ["UNKNOWN in 107 bytes", `PROXY UNKNOWN ${"x".repeat(91)}\r\n`, null],
  ["UNKNOWN in 108 bytes", `PROXY UNKNOWN ${"x".repeat(92)}\r\n`, undefined],
  ["a longer word than UNKNOWN", "PROXY UNKNOWNS\r\n", undefined],
  ["lower case", "proxy TCP4 192.0.2.7 198.51.100.1 1 2\r\n", undefined],
  ["lower case behind PROXY", "PROXY tcp4 192.0.2.7 198.51.100.1 1 2\r\n", undefined],
  ["UDP", "PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n", undefined],
  ["two spaces", "PROXY  TCP4 192.0.2.7 198.51.100.1 1 2\r\n", undefined],
  ["two spaces further on", "PROXY TCP4 192.0.2.7  198.51.100.1 1 2\r\n", undefined],
  ["a tab", "PROXY\tTCP4 192.0.2.7 198.51.100.1 1 2\r\n", undefined],
  ["a space at the end", "PROXY TCP4 192.0.2.7 198.51.100.1 1 2 \r\n", undefined],
  ["a missing port", "PROXY TCP4 192.0.2.7 198.51.100.1 1\r\n", undefined],
  ["a zero in front of a port", "PROXY TCP4 192.0.2.7 198.51.100.1 01 2\r\n", undefined],
  ["a port past 65535", "PROXY TCP4 192.0.2.7 198.51.100.1 65536 2\r\n", undefined],
  ["a destination's port past 65535", "PROXY TCP4 192.0.2.7 198.51.100.1 1 65536\r\n", undefined],
  ["a signed port", "PROXY TCP4 192.0.2.7 198.51.100.1 +1 2\r\n", undefined],
  ["a zero in front of a number", "PROXY TCP4 192.0.2.07 198.51.100.1 1 2\r\n", undefined],
  ["three numbers", "PROXY TCP4 192.0.2 198.51.100.1 1 2\r\n", undefined],
  ["a number past 255", "PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n", undefined],
  ["a host name", "PROXY TCP4 localhost 198.51.100.1 1 2\r\n", undefined],
  ["IPv6 as IPv4", "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n", undefined],
  ["IPv4 as IPv6", "PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n", undefined],
  ["families mixed", "PROXY TCP4 192.0.2.7 2001:db8::1 1 2\r\n", undefined],
  ["a zone", "PROXY TCP6 fe80::1%eth0 2001:db8::1 1 2\r\n", undefined],
  ["brackets", "PROXY TCP6 [2001:db8::7] 2001:db8::1 1 2\r\n", undefined],
  ["a bad destination", "PROXY TCP4 192.0.2.7 nowhere 1 2\r\n", undefined],
  ["LF alone", "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n", undefined],
  ["CR alone", "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\rx", undefined],
  ["LF inside", "PROXY UNKNOWN \n\r\n", undefined],
  ["nothing behind PROXY", "PROXY \r\n", undefined],
  ["PROXY without a space", "PROXY\r\n", undefined],
  ["another protocol", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", undefined],
  ["another protocol that begins alike", "PUT / HTTP/1.1\r\n", undefined],
  ["a handshake of TLS", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", undefined],
];

const V4 = "\xc0\0\x02\x07\xc6\x33\x64\x01\xdc\x04\x01\xbb";
const V6 = `\x20\x01\x0d\xb8${"\0".repeat(11)}\x07${"\0".repeat(15)}\x01\xdc\x04\x01\xbb`;

/** A block of version 2: what is in its 13th and 14th byte, what is behind its length, and that length. */
export function block(
  command: number,
  kind: number,
  content: string,
  length: number = content.length,
): string {
  const fixed = Buffer.from([command, kind, length >> 8, length & 0xff]);
  return SIGNATURE.toString("latin1") + fixed.toString("latin1") + content;
}

/** Section 2.2 of proxy-protocol.txt. */
export const blockCases: HeaderCase[] = [
  ["TCP over IPv4", block(0x21, 0x11, V4), client("192.0.2.7", 56324)],
  ["UDP over IPv4", block(0x21, 0x12, V4), client("192.0.2.7", 56324)],
  ["TCP over IPv6", block(0x21, 0x21, V6), client("2001:db8::7", 56324)],
  ["UDP over IPv6", block(0x21, 0x22, V6), client("2001:db8::7", 56324)],
  ["additions behind the addresses", block(0x21, 0x11, `${V4}\x04\0\x02\0\0`), client("192.0.2.7", 56324)],
  [
    "additions that are no type, length and value",
    block(0x21, 0x21, `${V6}\xff\xff\xff`),
    client("2001:db8::7", 56324),
  ],
  ["a block of 4096 bytes", block(0x21, 0x11, V4 + "x".repeat(4084)), client("192.0.2.7", 56324)],
  ["a block of 4097 bytes", block(0x21, 0x11, V4 + "x".repeat(4085)), undefined],
  ["the longest length there is", block(0x21, 0x11, "", 0xffff), undefined],
  ["a unix socket", block(0x21, 0x31, `/run/a${"\0".repeat(210)}`), null],
  ["datagrams of a unix socket", block(0x21, 0x32, "\0".repeat(216)), null],
  ["a unix socket that is too short", block(0x21, 0x31, "\0".repeat(215)), undefined],
  ["an unspecified family", block(0x21, 0x00, ""), null],
  ["an unspecified family with addresses", block(0x21, 0x00, V4), null],
  ["an unspecified protocol", block(0x21, 0x10, V4), null],
  ["an unspecified family with a protocol", block(0x21, 0x01, V4), null],
  ["LOCAL", block(0x20, 0x00, ""), null],
  ["LOCAL with addresses, which are left alone", block(0x20, 0x11, V4), null],
  ["LOCAL of a family that there is not", block(0x20, 0xff, "x"), null],
  ["LOCAL of 4097 bytes", block(0x20, 0x00, "x".repeat(4097)), undefined],
  ["IPv4 that is too short", block(0x21, 0x11, V4.slice(1)), undefined],
  ["IPv6 that is too short", block(0x21, 0x21, V6.slice(1)), undefined],
  ["addresses of length 0", block(0x21, 0x11, ""), undefined],
  ["an unknown command", block(0x22, 0x11, V4), undefined],
  ["version 1 in binary", block(0x11, 0x11, V4), undefined],
  ["version 3", block(0x31, 0x11, V4), undefined],
  ["an unknown family", block(0x21, 0x41, V4), undefined],
  ["an unknown protocol", block(0x21, 0x13, V4), undefined],
  ["a signature with a mistake", block(0x21, 0x11, V4).replace("QUIT", "QUIZ"), undefined],
];
