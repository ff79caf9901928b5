import { type Converter, formatText } from "./converter.ts";
import { convertDate, formatDate } from "./date-converter.ts";
import {
  convertBigInt,
  convertFloat,
  convertInt,
  formatBigInt,
  formatFloat,
  formatInt,
} from "./number-converters.ts";
import { convertAlpha, convertSlug, convertText, convertUuid } from "./text-converters.ts";

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
  bigint: bigint;
  int: number;
  ymd: Date;
  uuid: string;
}

/** Between `str` and `slug`, for file names; their own order is among 200 and 299. */
export const FILE_NAMES = 200;
/** Above every type of a name, below those of an app's own. */
export const EXPRESSIONS = 1000;

/**
 * The parameter types that a name is enough for.
 *
 * | Type | Text | Value |
 * | --- | --- | --- |
 * | `str` | one segment, not empty | string |
 * | `path` | the rest of the path, slashes included, not empty | string |
 * | `slug` | lower-case letters and digits in groups joined by single hyphens | string |
 * | `alpha` | ASCII letters | string |
 * | `float` | `-` optional, digits with an optional point, no exponent, finite | number, never -0 |
 * | `bigint` | `-` optional, up to 1000 digits | bigint |
 * | `int` | `-` optional, digits, within the safe integers | number, never -0 |
 * | `ymd` | `YYYY-MM-DD`, a date that exists, years 1000 to 2999 | `Date` at midnight UTC |
 * | `uuid` | 8-4-4-4-12 hexadecimal digits | string in lower case |
 */
export const converters: ReadonlyMap<string, Converter> = new Map<string, Converter>(
  Object.entries({
    path: define("path", 0, convertText, formatText, true),
    str: define("str", 100, convertText, formatText),
    slug: define("slug", 300, convertSlug, formatText),
    alpha: define("alpha", 400, convertAlpha, formatText),
    float: define("float", 500, convertFloat, formatFloat),
    bigint: define("bigint", 600, convertBigInt, formatBigInt),
    int: define("int", 700, convertInt, formatInt),
    ymd: define("ymd", 800, convertDate, formatDate),
    uuid: define("uuid", 900, convertUuid, formatText),
  } satisfies { [Name in keyof ParameterTypes]: Converter<ParameterTypes[Name]> }),
);

function define<Value>(
  name: string,
  specificity: number,
  convert: (text: string) => Value | undefined,
  format: (value: unknown) => string | undefined,
  takesRest = false,
): Converter<Value> {
  return { name, specificity, takesRest, convert, format };
}
