import type { SchemaIssue, SchemaResult, StandardSchema } from "spindash";

/** A schema of a function that gives a value, or a text that says what is wrong. */
export function schemaOf<Output>(
  check: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>,
): StandardSchema<unknown, Output> {
  return { "~standard": { version: 1, vendor: "test", validate: check } };
}

/** Gives whatever comes to the handler. */
export const anything: StandardSchema<unknown, unknown> = schemaOf((value) => ({ value }));

/** Refuses everything for these reasons. */
export function refusing(...issues: SchemaIssue[]): StandardSchema<unknown, never> {
  return schemaOf(() => ({ issues }));
}
