import { PayloadTooLarge } from "./errors.ts";
import { allValues, firstValue, type NameValuePair, parseUrlencoded, toObject } from "./query.ts";

export interface FormOptions {
  /** Fields past this many are an error. @default 1000 */
  maximumFields?: number;
}

/**
 * A submitted form: an ordered list of fields, names may repeat.
 *
 * @example
 * ```ts
 * import { parseUrlencodedForm } from "spindash";
 *
 * const form = parseUrlencodedForm("name=Tails&colour=orange&colour=white");
 * console.assert(form.get("name") === "Tails");
 * console.assert(form.getAll("colour").join() === "orange,white");
 * ```
 */
export class Form {
  /** All fields in the order sent. */
  readonly fields: readonly NameValuePair[];

  constructor(fields: readonly NameValuePair[]) {
    this.fields = fields;
  }

  /** How many fields there are, repeated names counted each time. */
  get size(): number {
    return this.fields.length;
  }

  /** The first value of this name. */
  get(name: string): string | undefined {
    return firstValue(this.fields, name);
  }

  /** All values of this name in the order sent; empty when there are none. */
  getAll(name: string): string[] {
    return allValues(this.fields, name);
  }

  /** Whether there is a field of this name, be its value empty. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** All fields in the order sent. */
  entries(): IterableIterator<NameValuePair> {
    return this.fields.values();
  }

  [Symbol.iterator](): IterableIterator<NameValuePair> {
    return this.entries();
  }

  /** A new object without a prototype; a name sent more than once has all its values as an array. */
  toObject(): Record<string, string | string[]> {
    return toObject(this.fields);
  }
}

/**
 * Reads the text of an `application/x-www-form-urlencoded` body; no text is a form without fields.
 *
 * @throws {PayloadTooLarge} when there are more than `maximumFields` fields.
 */
export function parseUrlencodedForm(text: string, options: FormOptions = {}): Form {
  const limits = { tooMany: tooManyFields };
  const { maximumFields } = options;
  return new Form(
    parseUrlencoded(text, maximumFields === undefined ? limits : { ...limits, maximumPairs: maximumFields }),
  );
}

function tooManyFields(maximumFields: number): PayloadTooLarge {
  return new PayloadTooLarge(`The form has too many fields; at most ${maximumFields} are accepted`);
}
