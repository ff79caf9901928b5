const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const TIME = "(\\d\\d):(\\d\\d):(\\d\\d)";
const MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)";
const DAY = "(?:mon|tue|wed|thu|fri|sat|sun)";
/** The format in use: `Sun, 06 Nov 1994 08:49:37 GMT`. */
const IMF_FIXDATE = new RegExp(`^${DAY}, (\\d\\d) ${MONTH} (\\d{4}) ${TIME} GMT$`, "i");
/** Obsolete: `Sunday, 06-Nov-94 08:49:37 GMT`. */
const RFC_850 = new RegExp(
  `^(?:mon|tues|wednes|thurs|fri|satur|sun)day, (\\d\\d)-${MONTH}-(\\d\\d) ${TIME} GMT$`,
  "i",
);
/** Obsolete, of the C library: `Sun Nov  6 08:49:37 1994`. */
const ASCTIME = new RegExp(`^${DAY} ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`, "i");
const HALF_CENTURY = 50;

/**
 * Milliseconds of a date in one of the three formats a recipient has to understand (RFC 9110 section 5.6.7), undefined for
 * anything else and for dates that do not exist. The weekday is not compared with the date.
 *
 * @example
 * ```ts
 * import { parseHttpDate } from "spindash";
 *
 * console.assert(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT") === 784_111_777_000);
 * ```
 */
export function parseHttpDate(text: string): number | undefined {
  const fixed = IMF_FIXDATE.exec(text);
  if (fixed !== null) return toTime(Number(fixed[3]), fixed[2], fixed[1], fixed.slice(4));
  const asctime = ASCTIME.exec(text);
  if (asctime !== null) return toTime(Number(asctime[6]), asctime[1], asctime[2], asctime.slice(3, 6));
  const short = RFC_850.exec(text);
  if (short !== null) return toTime(fullYear(Number(short[3])), short[2], short[1], short.slice(4));
  return undefined;
}

/**
 * A date as fields carry it, whole seconds.
 *
 * @example
 * ```ts
 * import { formatHttpDate } from "spindash";
 *
 * console.assert(formatHttpDate(0) === "Thu, 01 Jan 1970 00:00:00 GMT");
 * ```
 */
export function formatHttpDate(milliseconds: number): string {
  return new Date(milliseconds).toUTCString();
}

/** Two digits that seem to be more than 50 years ahead are in the past. */
function fullYear(year: number): number {
  const thisYear = new Date().getUTCFullYear();
  const guess = thisYear - (thisYear % 100) + year;
  return guess > thisYear + HALF_CENTURY ? guess - 100 : guess;
}

function toTime(
  year: number,
  month: string | undefined,
  day: string | undefined,
  clock: readonly (string | undefined)[],
): number | undefined {
  const [hour = Number.NaN, minute = Number.NaN, second = Number.NaN] = clock.map(Number);
  const monthIndex = MONTHS.indexOf((month ?? "").toLowerCase());
  // A leap second is a second.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, monthIndex, Number(day));
  if (date.getUTCDate() !== Number(day)) return undefined;
  date.setUTCHours(hour, minute, second);
  return date.getTime();
}
