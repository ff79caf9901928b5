export const HYPHEN = 0x2d;
export const POINT = 0x2e;
export const DIGIT_ZERO = 0x30;
/** Set in `a`–`z`, clear in `A`–`Z`, and setting it turns nothing but those into lower-case letters. */
export const LOWER_CASE_BIT = 0x20;

export function isDigit(code: number): boolean {
  return code >= DIGIT_ZERO && code <= DIGIT_ZERO + 9;
}

export function isLowerLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** The index after the run of ASCII digits that starts at `start`; `start` itself when there is none. */
export function endOfDigits(text: string, start: number): number {
  let index = start;
  while (isDigit(text.charCodeAt(index))) index++;
  return index;
}
