import { SetupError } from "../http/setup-error.ts";
import type { Converter } from "./converter.ts";
import { converters } from "./converters.ts";

/**
 * A parameter type of one's own: makes a value of a percent-decoded segment, `undefined` when the text is not of the
 * type. With `format`, `urlFor` spells values by that, otherwise by `String`.
 *
 * @example
 * ```ts
 * import { type ParameterType, Spindash } from "spindash";
 *
 * const even: ParameterType<number> = (text) => (/^[0-9]*[02468]$/.test(text) ? Number(text) : undefined);
 * const app = new Spindash("numbers", { parameterTypes: { even } });
 * app.get("/half/<n:even>", (_req, { n }) => ({ half: n / 2 }));
 * ```
 */
export type ParameterType<Value> =
  | ((text: string) => Value | undefined)
  | { parse(text: string): Value | undefined; format?(value: Value): string };

/** Parameter types of one's own by name; `Types` are their values. */
export type ParameterTypeDefinitions<Types> = {
  readonly [Name in keyof Types]: ParameterType<Types[Name]>;
};

/** More definite than every built-in type; the one that is named first is tried first. */
const HIGHEST = 1_000_000;

/**
 * All parameter types of an app by name: its own and the built-in ones.
 *
 * @throws SetupError for a name that is taken or cannot stand in a path, and for a definition that is none.
 */
export function defineParameterTypes<Types>(
  definitions?: ParameterTypeDefinitions<Types>,
): ReadonlyMap<string, Converter> {
  if (definitions === undefined) return converters;
  const types = new Map(converters);
  for (const [index, [name, definition]] of Object.entries<ParameterType<unknown>>(definitions).entries())
    types.set(name, defineParameterType(name, definition, HIGHEST - index));
  return types;
}

function defineParameterType(
  name: string,
  definition: ParameterType<unknown>,
  specificity: number,
): Converter {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    throw new SetupError(
      `${JSON.stringify(name)} cannot name a parameter type; use letters and digits, a small letter first`,
    );
  }
  if (converters.has(name) || name === "ext")
    throw new SetupError(`There is a parameter type "${name}" already; give yours another name`);
  const parse = typeof definition === "function" ? definition : definition?.parse;
  if (typeof parse !== "function") {
    throw new SetupError(
      `The parameter type "${name}" is none; expected a function from text to value, or { parse, format }`,
    );
  }
  const format = typeof definition === "function" ? undefined : definition.format;
  return {
    name,
    specificity,
    takesRest: false,
    convert: (text) => parse(text),
    format: (value) => (format === undefined ? String(value) : format(value)),
  };
}
