import { constants } from "node:buffer";
import { type ErrorFormatSetting, errorFormats } from "../error-pages/error-format.ts";
import { parseDuration, parseSize } from "../http/quantity.ts";
import { SetupError } from "../http/setup-error.ts";

/** How a setting's value is read and checked. */
export type ConfigKind =
  | "duration"
  | "durationFromZero"
  | "size"
  | "sizeFromZero"
  | "messageSize"
  | "count"
  | "countFromZero"
  | "status"
  | "boolean"
  | "errorFormat"
  | "text"
  | "list";

/** A setting's value once it is read. */
export type ConfigValue = number | boolean | string | readonly string[];

/** Reads the value of a setting as its kind wants it. Throws a SetupError that names the setting when it cannot. */
export function readValue(name: string, kind: ConfigKind, value: unknown): ConfigValue {
  try {
    if (kind === "boolean") return readBoolean(value);
    if (kind === "text") return readText(value);
    if (kind === "errorFormat") return readErrorFormat(value);
    if (kind === "list") return readList(value);
    if (kind === "status") return readValidationStatus(value);
    if (typeof value !== "number" && typeof value !== "string")
      throw new SetupError(`expected a number or text, not ${typeof value}`, { code: "E_BAD_SETTING" });
    const amount = readAmount(kind, value);
    if (amount < 0 || (amount === 0 && !kind.endsWith("FromZero")))
      throw new SetupError("expected more than nothing", { code: "E_BAD_SETTING" });
    return amount;
  } catch (error) {
    throw new SetupError(`The setting ${name} is not usable: ${(error as Error).message}`, {
      code: "E_BAD_SETTING",
      cause: error,
    });
  }
}

function readAmount(kind: ConfigKind, value: number | string): number {
  if (kind === "duration" || kind === "durationFromZero") return parseDuration(value);
  if (kind === "count" || kind === "countFromZero") return readCount(value);
  return kind === "messageSize" ? parseMessageLimit(value) : parseSize(value);
}

/**
 * Bytes that a websocket's message may have at most.
 *
 * @throws {SetupError} for what is no size, and for more than fits into a string.
 */
export function parseMessageLimit(value: number | string): number {
  const limit = parseSize(value);
  if (limit <= constants.MAX_STRING_LENGTH) return limit;
  throw new SetupError(
    `${JSON.stringify(value)} is too much for a message; its text must fit into a string of ${constants.MAX_STRING_LENGTH} characters`,
    { code: "E_BAD_SETTING" },
  );
}

function readCount(value: number | string): number {
  const count = Number(value);
  if (!Number.isSafeInteger(count))
    throw new SetupError(`${JSON.stringify(value)} is not a whole number`, { code: "E_BAD_SETTING" });
  return count;
}

const TRUE_WORDS = new Set(["y", "yes", "t", "true", "on", "enable", "enabled", "1"]);
const FALSE_WORDS = new Set(["n", "no", "f", "false", "off", "disable", "disabled", "0"]);

function readBoolean(value: unknown): boolean {
  const word = String(value).toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  throw new SetupError(`${JSON.stringify(value)} is neither true nor false`, { code: "E_BAD_SETTING" });
}

/** The two statuses that say that a request is readable and yet not acceptable. */
export function readValidationStatus(value: unknown): number {
  const status = typeof value === "string" ? Number(value) : value;
  if (status === 400 || status === 422) return status;
  throw new SetupError(`${JSON.stringify(value)} is not a status for refused input; expected 400 or 422`, {
    code: "E_BAD_SETTING",
  });
}

function readText(value: unknown): string {
  if (typeof value === "string") return value;
  throw new SetupError(`expected text, not ${typeof value}`, { code: "E_BAD_SETTING" });
}

/** A list, or text with commas between its entries, as the environment has it. */
function readList(value: unknown): string[] {
  const list: unknown = typeof value === "string" ? value.split(",").map((each) => each.trim()) : value;
  if (Array.isArray(list) && list.every((each) => typeof each === "string"))
    return list.filter((each) => each !== "");
  throw new SetupError("expected a list of texts, or text with commas between them", {
    code: "E_BAD_SETTING",
  });
}

/**
 * The format of errors that text names.
 *
 * @throws {SetupError} for one that there is not.
 */
export function readErrorFormat(value: unknown): ErrorFormatSetting {
  const format = errorFormats.find((each) => each === value);
  if (format !== undefined) return format;
  throw new SetupError(
    `${JSON.stringify(value)} is no format of errors; expected one of ${errorFormats.join(", ")}`,
    { code: "E_BAD_SETTING" },
  );
}
