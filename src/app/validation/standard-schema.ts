/**
 * A schema of any library that follows the Standard Schema specification (version 1): zod, valibot, arktype and others,
 * or an object written by hand.
 *
 * @example
 * ```ts
 * import type { StandardSchema } from "spindash";
 *
 * const shout: StandardSchema<unknown, string> = {
 *   "~standard": {
 *     version: 1,
 *     vendor: "example",
 *     validate: (value) =>
 *       typeof value === "string" ? { value: value.toUpperCase() } : { issues: [{ message: "expected a string" }] },
 *   },
 * };
 * ```
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    /** Name of the library. */
    readonly vendor: string;
    /** The value to go on with, perhaps transformed, or what is wrong with the one given. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** For the compiler only. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value: it has `issues`, or it has none and there is a `value`. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** What is wrong with a value, as a schema tells it. */
export interface SchemaIssue {
  readonly message: string;
  /** Where in the value: keys and indexes, from the outside in. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Whether a value follows the specification; libraries may make their schemas callable. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as { "~standard"?: Partial<StandardSchema["~standard"]> | null })["~standard"];
  return (
    typeof standard === "object" &&
    standard !== null &&
    standard.version === 1 &&
    typeof standard.validate === "function"
  );
}
