import type { StandardSchema } from "./standard-schema.ts";

/** Gives the names whose values are to be lists. */
export type ListNames = () => readonly string[];

/**
 * The names whose values a schema takes as lists and as nothing else: a name sent once is then a list of one. Only schemas
 * that can describe themselves (Standard JSON Schema) tell; of others it is none. They are asked when it is first needed, as
 * that may take longer than a start should.
 */
export function listNamesOf(schema: StandardSchema): ListNames {
  let names: readonly string[] | null = null;
  return () => {
    names ??= findLists(describe(schema));
    return names;
  };
}

/** Makes lists of single values, in place. */
export function wrapLists(
  object: Record<string, unknown>,
  names: readonly string[],
): Record<string, unknown> {
  for (const name of names) {
    const value = object[name];
    if (value !== undefined && !Array.isArray(value)) object[name] = [value];
  }
  return object;
}

interface DescribingSchema {
  readonly jsonSchema?: {
    input?(options: { target: string; libraryOptions: Readonly<Record<string, unknown>> }): unknown;
  };
}

/** The schema's input as JSON Schema; undefined where it cannot say. */
function describe(schema: StandardSchema): unknown {
  const { jsonSchema } = schema["~standard"] as DescribingSchema;
  try {
    // What has no JSON form must not hide the rest; the option is zod's, and others leave it alone.
    return jsonSchema?.input?.({ target: "draft-2020-12", libraryOptions: { unrepresentable: "any" } });
  } catch {
    return undefined;
  }
}

function findLists(description: unknown): string[] {
  const properties = memberOf(description, "properties");
  if (typeof properties !== "object" || properties === null) return [];
  return Object.entries(properties)
    .filter(([, property]) => memberOf(property, "type") === "array")
    .map(([name]) => name);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
