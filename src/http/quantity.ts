import { SetupError } from "./setup-error.ts";

export type DurationUnit = "ms" | "s" | "m" | "h" | "d" | "w";

/** A length of time: a number of seconds, or text such as `"30s"`, `"500ms"`, `"5m"`, `"1h"`, `"2d"`, `"1w"`. */
export type Duration = number | `${number}` | `${number}${DurationUnit}`;

export type SizeUnit = "b" | "kb" | "mb" | "gb" | "tb" | "kib" | "mib" | "gib" | "tib";

/** An amount of data: a number of bytes, or text such as `"512b"`, `"64kb"`, `"1mb"`, `"1gb"`; a kilobyte is 1024 bytes. */
export type Size =
  | number
  | `${number}`
  | `${number}${SizeUnit | Uppercase<SizeUnit> | "kB" | "KiB" | "MiB" | "GiB" | "TiB"}`;

const SECONDS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
  ["w", 604_800],
]);

const BYTES: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["b", 1],
  ...["k", "m", "g", "t"].flatMap((letter, index): [string, number][] => [
    [`${letter}b`, 1024 ** (index + 1)],
    [`${letter}ib`, 1024 ** (index + 1)],
  ]),
]);

/**
 * The seconds of a duration given as a number of seconds or as text with a unit.
 *
 * @throws {SetupError} for anything else, for negative and for infinite values.
 *
 * @example
 * ```ts
 * import { parseDuration } from "spindash";
 *
 * console.assert(parseDuration("5m") === 300);
 * console.assert(parseDuration("500ms") === 0.5);
 * ```
 */
export function parseDuration(value: number | string): number {
  const quantity = readQuantity(value);
  if (quantity !== undefined) {
    const { amount, unit } = quantity;
    // Dividing keeps 7 ms the number nearest to 0.007; multiplying by 0.001 would not always.
    const seconds = unit === "ms" ? amount / 1000 : amount * (SECONDS.get(unit) ?? Number.NaN);
    if (Number.isFinite(seconds)) return seconds;
  }
  throw new SetupError(
    `${describe(value)} is not a duration; expected a number of seconds that is not negative, ` +
      'or text such as "30s", "500ms", "5m", "1h", "2d" or "1w"',
    { code: "E_BAD_QUANTITY" },
  );
}

/**
 * The bytes of a size given as a number of bytes or as text with a unit, in whatever case; units are powers of 1024.
 *
 * @throws {SetupError} for anything else, for negative values and for what is not a whole number of bytes.
 *
 * @example
 * ```ts
 * import { parseSize } from "spindash";
 *
 * console.assert(parseSize("64kb") === 65_536);
 * ```
 */
export function parseSize(value: number | string): number {
  const quantity = readQuantity(value);
  if (quantity !== undefined) {
    const bytes = quantity.amount * (BYTES.get(quantity.unit.toLowerCase()) ?? Number.NaN);
    if (Number.isSafeInteger(bytes)) return bytes;
  }
  throw new SetupError(
    `${describe(value)} is not a size; expected a whole number of bytes that is not negative, ` +
      'or text such as "512b", "64kb", "1mb" or "1gb"',
    { code: "E_BAD_QUANTITY" },
  );
}

interface Quantity {
  amount: number;
  unit: string;
}

function readQuantity(value: number | string): Quantity | undefined {
  if (typeof value === "number") return value >= 0 ? { amount: value, unit: "" } : undefined;
  const match = typeof value === "string" ? /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(value) : null;
  return match === null ? undefined : { amount: Number(match[1]), unit: match[2] ?? "" };
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
