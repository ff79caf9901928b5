import { SetupError } from "../http/setup-error.ts";
import type { GivenValue } from "./config-layers.ts";
import { readValue } from "./config-value.ts";

/**
 * A setting of the app's own: its default value, whose type says how text is read, or a function that makes the value of
 * text. It gets `undefined` when nothing is given, and throws when it needs something.
 */
export type SettingDefinition =
  | number
  | boolean
  | string
  | readonly string[]
  | ((text: string | undefined) => unknown);

/** Settings of the app's own, by name. */
export type SettingDefinitions = Readonly<Record<string, SettingDefinition>>;

/** The values of settings, as their definitions make them. */
export type SettingsOf<Definitions extends SettingDefinitions> = {
  readonly [Name in keyof Definitions]: Definitions[Name] extends (...args: never[]) => infer Value
    ? Value
    : Definitions[Name] extends number
      ? number
      : Definitions[Name] extends boolean
        ? boolean
        : Definitions[Name] extends string
          ? string
          : readonly string[];
};

const NAME = /^[a-z][A-Za-z0-9]*$/;

/** @throws {SetupError} for a name that no variable can stand for, and for one that Spindash has. */
export function assertSettingNames(names: readonly string[], taken: object): void {
  for (const name of names) {
    if (!NAME.test(name)) {
      throw new SetupError(
        `${JSON.stringify(name)} cannot name a setting; expected letters and digits in camelCase, such as "pageSize"`,
        { code: "E_BAD_SETTING" },
      );
    }
    if (Object.hasOwn(taken, name))
      throw new SetupError(`Spindash has a setting ${name} itself; choose another name for yours`, {
        code: "E_BAD_SETTING",
      });
  }
}

/**
 * The value of one setting.
 *
 * @param variable the environment variable that could give it.
 * @throws {SetupError} when it is missing or cannot be read. The message never has the value in it: it may be a secret.
 */
export function readSetting(
  name: string,
  definition: SettingDefinition,
  given: GivenValue | undefined,
  variable: string,
): unknown {
  if (typeof definition === "function") return readByFunction(name, definition, given, variable);
  if (given === undefined) return definition;
  const { label, value } = given;
  if (typeof definition === "number") return readNumber(label, value);
  if (typeof definition === "boolean") return readQuietly(label, "boolean", value);
  return readQuietly(label, typeof definition === "string" ? "text" : "list", value);
}

function readByFunction(
  name: string,
  read: (text: string | undefined) => unknown,
  given: GivenValue | undefined,
  variable: string,
): unknown {
  const text = given === undefined ? undefined : textOf(given.value);
  try {
    return read(text);
  } catch (error) {
    if (given === undefined) {
      throw new SetupError(
        `The setting ${name} is missing and has no default: set ${variable}, or ${name} in one of configSources`,
        { code: "E_BAD_SETTING" },
      );
    }
    const problem = error instanceof Error ? error.message : "its reader refuses it";
    throw new SetupError(`The setting ${given.label} is not usable: ${hide(problem, text ?? "")}`, {
      code: "E_BAD_SETTING",
    });
  }
}

function readNumber(label: string, value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new SetupError(`The setting ${label} is not usable: expected a number`, { code: "E_BAD_SETTING" });
}

function readQuietly(label: string, kind: "boolean" | "text" | "list", value: unknown): unknown {
  const expected = { boolean: "true or false", text: "text", list: "a list of texts" }[kind];
  try {
    return readValue(label, kind, value);
  } catch {
    throw new SetupError(`The setting ${label} is not usable: expected ${expected}`, {
      code: "E_BAD_SETTING",
    });
  }
}

/** Values of files that are no text, as text. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function hide(problem: string, text: string): string {
  return text === "" ? problem : problem.replaceAll(text, "…");
}
