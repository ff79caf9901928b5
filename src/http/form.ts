import { PayloadTooLarge } from "./errors.ts";
import type { Part } from "./part.ts";
import { allValues, firstValue, type NameValuePair, parseUrlencoded, toObject } from "./query.ts";

export interface FormOptions {
  /** Fields past this many are an error. @default 1000 */
  maximumFields?: number;
}

/** A file of a multipart form, whole in memory. */
export interface FormFile {
  /** The form field's name. */
  readonly name: string;
  /** As the client sent it: anything; never use it as a path. */
  readonly filename: string;
  /** As sent, `text/plain` when the part says nothing. */
  readonly contentType: string;
  readonly bytes: Buffer;
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
  /** All files in the order sent; only multipart forms have any. */
  readonly files: readonly FormFile[];

  constructor(fields: readonly NameValuePair[], files: readonly FormFile[] = []) {
    this.fields = fields;
    this.files = files;
  }

  /** The first file of this form field. */
  file(name: string): FormFile | undefined {
    return this.files.find((file) => file.name === name);
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
 *
 * @example
 * ```ts
 * import { parseUrlencodedForm } from "spindash";
 *
 * console.assert(parseUrlencodedForm("name=Tails").get("name") === "Tails");
 * ```
 */
export function parseUrlencodedForm(text: string, options: FormOptions = {}): Form {
  const limits = { tooMany: tooManyFields };
  const { maximumFields } = options;
  return new Form(
    parseUrlencoded(text, maximumFields === undefined ? limits : { ...limits, maximumPairs: maximumFields }),
  );
}

function tooManyFields(maximumFields: number): PayloadTooLarge {
  return new PayloadTooLarge(`The form has too many fields; at most ${maximumFields} are accepted`, {
    code: "E_FORM_TOO_LARGE",
  });
}

/** Reads a whole multipart form into memory. Rejects like {@link readMultipart}. */
export async function collectForm(parts: AsyncIterable<Part>): Promise<Form> {
  const fields: NameValuePair[] = [];
  const files: FormFile[] = [];
  for await (const part of parts) {
    const { name, filename, contentType } = part;
    if (filename === undefined) fields.push([name, await part.text()]);
    else files.push({ name, filename, contentType, bytes: await part.bytes() });
  }
  return new Form(fields, files);
}
