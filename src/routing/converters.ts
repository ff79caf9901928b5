/**
 * The value each parameter type gives to a handler. Runtime converters and the type-level reading of a path both
 * come from this one list.
 */
export interface ParameterTypes {
  str: string;
  path: string;
  slug: string;
  alpha: string;
  float: number;
  int: number;
  ymd: Date;
  uuid: string;
}

/** A parameter type: decides whether a percent-decoded text is of the type, and makes the value out of it. */
export interface Converter<Value = unknown> {
  /** What is written after the colon in `<name:type>`. */
  readonly name: string;
  /** Where several types fit one segment, the higher number is tried first. */
  readonly specificity: number;
  /** The value, or `undefined` when the text is not of this type. */
  convert(segment: string): Value | undefined;
}

const definitions: { readonly [Name in keyof ParameterTypes]: Converter<ParameterTypes[Name]> } = {
  path: { name: "path", specificity: 0, convert: convertText },
  str: { name: "str", specificity: 1, convert: convertText },
  slug: { name: "slug", specificity: 2, convert: convertSlug },
  alpha: { name: "alpha", specificity: 3, convert: convertAlpha },
  float: { name: "float", specificity: 4, convert: convertFloat },
  int: { name: "int", specificity: 5, convert: convertInt },
  ymd: { name: "ymd", specificity: 6, convert: convertDate },
  uuid: { name: "uuid", specificity: 7, convert: convertUuid },
};

/**
 * The parameter types by name.
 *
 * | Type | Text | Value |
 * | --- | --- | --- |
 * | `str` | one segment, not empty | string |
 * | `path` | the rest of the path, slashes included, not empty | string |
 * | `slug` | lower-case letters and digits in groups joined by single hyphens | string |
 * | `alpha` | ASCII letters | string |
 * | `float` | `-` optional, digits with an optional point, no exponent, finite | number, never -0 |
 * | `int` | `-` optional, digits, within the safe integers | number, never -0 |
 * | `ymd` | `YYYY-MM-DD`, a date that exists, years 1000 to 2999 | `Date` at midnight UTC |
 * | `uuid` | 8-4-4-4-12 hexadecimal digits | string in lower case |
 */
export const converters: ReadonlyMap<string, Converter> = new Map(Object.entries(definitions));

function convertText(segment: string): string | undefined {
  return segment === "" ? undefined : segment;
}

function convertSlug(segment: string): string | undefined {
  let afterCharacter = false;
  for (let index = 0; index < segment.length; index++) {
    const code = segment.charCodeAt(index);
    if (isLowerLetter(code) || isDigit(code)) afterCharacter = true;
    else if (code === HYPHEN && afterCharacter) afterCharacter = false;
    else return undefined;
  }
  return afterCharacter ? segment : undefined;
}

function convertAlpha(segment: string): string | undefined {
  for (let index = 0; index < segment.length; index++) {
    if (!isLowerLetter(segment.charCodeAt(index) | LOWER_CASE_BIT)) return undefined;
  }
  return segment === "" ? undefined : segment;
}

function convertInt(segment: string): number | undefined {
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

function convertFloat(segment: string): number | undefined {
  const start = segment.charCodeAt(0) === HYPHEN ? 1 : 0;
  const point = endOfDigits(segment, start);
  const end = segment.charCodeAt(point) === POINT ? endOfDigits(segment, point + 1) : point;
  const hasDigit = point > start || end > point + 1;
  if (!hasDigit || end !== segment.length) return undefined;
  const value = Number(segment);
  // Adding zero makes 0 out of -0.
  return Number.isFinite(value) ? value + 0 : undefined;
}

function convertDate(segment: string): Date | undefined {
  if (segment.length !== 10 || segment.charCodeAt(4) !== HYPHEN || segment.charCodeAt(7) !== HYPHEN) {
    return undefined;
  }
  if (endOfDigits(segment, 0) !== 4 || endOfDigits(segment, 5) !== 7 || endOfDigits(segment, 8) !== 10) {
    return undefined;
  }
  const year = Number(segment.slice(0, 4));
  const month = Number(segment.slice(5, 7));
  const day = Number(segment.slice(8));
  if (year < 1000 || year > 2999) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC carries days and months that do not exist over into another month.
  return date.getUTCMonth() === month - 1 ? date : undefined;
}

function convertUuid(segment: string): string | undefined {
  if (segment.length !== 36) return undefined;
  for (let index = 0; index < 36; index++) {
    const code = segment.charCodeAt(index);
    const fits =
      index === 8 || index === 13 || index === 18 || index === 23 ? code === HYPHEN : isHexDigit(code);
    if (!fits) return undefined;
  }
  return segment.toLowerCase();
}

const HYPHEN = 0x2d;
const POINT = 0x2e;
const DIGIT_ZERO = 0x30;
/** Set in `a`–`z`, clear in `A`–`Z`, and setting it turns nothing but those into lower-case letters. */
const LOWER_CASE_BIT = 0x20;

function isDigit(code: number): boolean {
  return code >= DIGIT_ZERO && code <= DIGIT_ZERO + 9;
}

function isLowerLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isHexDigit(code: number): boolean {
  const lower = code | LOWER_CASE_BIT;
  return isDigit(code) || (lower >= 0x61 && lower <= 0x66);
}

/** The index after the run of ASCII digits that starts at `start`; `start` itself when there is none. */
function endOfDigits(segment: string, start: number): number {
  let index = start;
  while (isDigit(segment.charCodeAt(index))) index++;
  return index;
}
