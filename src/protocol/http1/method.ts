import { decodeLatin1 } from "../latin1.ts";

const KNOWN = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "QUERY"];

/** Known methods by length and first letter, so that the common ones are not decoded from bytes each time. */
const byLengthAndLetter: string[] = [];
for (const method of KNOWN) byLengthAndLetter[slotOf(method.length, method.charCodeAt(0))] = method;

/** The method in bytes `start` to `end`, already checked to be a token. Methods are case-sensitive (RFC 9110 section 9.1). */
export function readMethod(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  const candidate = length < 8 ? byLengthAndLetter[slotOf(length, bytes[start]!)] : undefined;
  if (candidate !== undefined && spells(bytes, start, candidate)) return candidate;
  return decodeLatin1(bytes, start, end);
}

function slotOf(length: number, firstLetter: number): number {
  return (length << 5) | (firstLetter & 31);
}

function spells(bytes: Buffer, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
