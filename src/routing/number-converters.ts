import { DIGIT_ZERO, endOfDigits, HYPHEN, POINT } from "./characters.ts";

/** More digits cost more than their number: reading them is not linear. */
const MOST_DIGITS = 1000;

export function convertInt(segment: string): number | undefined {
  const isNegative = segment.charCodeAt(0) === HYPHEN;
  const start = isNegative ? 1 : 0;
  let value = 0;
  for (let index = start; index < segment.length; index++) {
    const digit = segment.charCodeAt(index) - DIGIT_ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
    // Past the safe integers the sum is rounded, but never to one of them.
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
  }
  if (segment.length === start) return undefined;
  return isNegative ? 0 - value : value;
}

/** Digits, perhaps a `-` before; past a thousand of them the text does not fit. */
export function convertBigInt(segment: string): bigint | undefined {
  const start = segment.charCodeAt(0) === HYPHEN ? 1 : 0;
  if (segment.length === start || segment.length > MOST_DIGITS + start) return undefined;
  return endOfDigits(segment, start) === segment.length ? BigInt(segment) : undefined;
}

export function convertFloat(segment: string): number | undefined {
  const start = segment.charCodeAt(0) === HYPHEN ? 1 : 0;
  const point = endOfDigits(segment, start);
  const end = segment.charCodeAt(point) === POINT ? endOfDigits(segment, point + 1) : point;
  const hasDigit = point > start || end > point + 1;
  if (!hasDigit || end !== segment.length) return undefined;
  const value = Number(segment);
  // Adding zero makes 0 out of -0.
  return Number.isFinite(value) ? value + 0 : undefined;
}

export function formatInt(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

export function formatBigInt(value: unknown): string | undefined {
  return typeof value === "bigint" ? String(value) : undefined;
}

/** Without an exponent, which `<name:float>` does not take. */
export function formatFloat(value: unknown): string | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  if (exponent === undefined) return String(value);
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}`;
  return sign + whole + fraction.padEnd(shift, "0");
}
