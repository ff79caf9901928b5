import { COLON, HOST_IPV6, HOST_NAME } from "./characters.ts";

const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/** Whether bytes `start` to `end` are `uri-host [ ":" port ]` with a host that is not empty (RFC 9110 section 7.2). */
export function isHost(bytes: Uint8Array, start: number, end: number): boolean {
  let p = start;
  if (bytes[p] === OPENING_BRACKET) {
    p++;
    while (p < end && HOST_IPV6[bytes[p]!] === 1) p++;
    if (p === end || bytes[p] !== CLOSING_BRACKET || p === start + 1) return false;
    p++;
  } else {
    while (p < end && HOST_NAME[bytes[p]!] === 1) p++;
    if (p === start) return false;
  }
  return p === end || (bytes[p] === COLON && isPort(bytes, p + 1, end));
}

/** Whether bytes `start` to `end` are a host and a port that is not empty, as CONNECT needs them (RFC 9110 section 9.3.6). */
export function isHostWithPort(bytes: Uint8Array, start: number, end: number): boolean {
  const colon = bytes.lastIndexOf(COLON, end - 1);
  return colon > start && colon < end - 1 && isPort(bytes, colon + 1, end) && isHost(bytes, start, end);
}

/** A port may be empty: `host:` means the default one (RFC 3986 section 3.2.3). */
function isPort(bytes: Uint8Array, start: number, end: number): boolean {
  let port = 0;
  for (let p = start; p < end; p++) {
    const digit = bytes[p]! - 0x30;
    if (digit < 0 || digit > 9) return false;
    port = port * 10 + digit;
    if (port > 65_535) return false;
  }
  return true;
}
