/** A parameter type: decides whether a percent-decoded text is of the type, makes the value out of it, and the text of a value. */
export interface Converter<Value = unknown> {
  /** What is written after the colon in `<name:type>`; the same for converters that do the same. */
  readonly name: string;
  /** Where several types fit one segment, the higher number is tried first. */
  readonly specificity: number;
  /** Whether it takes the rest of the path, slashes included, and not one segment. */
  readonly takesRest: boolean;
  /** The value, or `undefined` when the text is not of this type. */
  convert(text: string): Value | undefined;
  /** The text of a value, or `undefined` when the value cannot be of this type. */
  format(value: unknown): string | undefined;
  /** Whether some text fits this and another type of the same specificity; never when missing. */
  overlaps?(other: Converter): boolean;
}

/** A value that is its own text. */
export function formatText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
