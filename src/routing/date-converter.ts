import { endOfDigits, HYPHEN } from "./characters.ts";

export function convertDate(segment: string): Date | undefined {
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

/** The day of a `Date` in UTC. */
export function formatDate(value: unknown): string | undefined {
  const isDate = value instanceof Date && !Number.isNaN(value.getTime());
  return isDate ? value.toISOString().slice(0, 10) : undefined;
}
