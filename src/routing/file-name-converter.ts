import { isDigit, isLowerLetter } from "./characters.ts";
import type { Converter } from "./converter.ts";
import { FILE_NAMES } from "./converters.ts";

/** What a parameter of type `ext` gives: a file name without its extension, and the extension. */
export interface FileName<Name = string, Extension extends string = string> {
  /** What stands before the extension, of the type it was given. */
  readonly name: Name;
  /** Without the point that separates it: `jpg`, `tar.gz`. */
  readonly ext: Extension;
}

/** Lower-case letters and digits in groups joined by single points. */
const EXTENSION = /^[a-z0-9]+(?:\.[a-z0-9]+)*$/;

/** What is wrong with the extensions in `<file:ext=jpg|png>`, as the end of a sentence; `undefined` for nothing. */
export function findExtensionMistake(extensions: readonly string[]): string | undefined {
  const wrong = extensions.find((extension) => !EXTENSION.test(extension));
  if (wrong !== undefined)
    return `"${wrong}" is no extension; write lower-case letters and digits, such as "jpg|png" or "tar.gz"`;
  if (new Set(extensions.map(countPoints)).size > 1)
    return `the extensions ${extensions.join("|")} differ in their points; give them routes of their own`;
  return undefined;
}

/**
 * The type of file names with an extension: `<file:ext>` for any, `<file:ext=jpg|png>` for these. The name before it is
 * text, or of another type: `<page=int:ext=html>`.
 */
export class FileNameConverter implements Converter<FileName<unknown>> {
  readonly name: string;
  readonly specificity: number;
  readonly takesRest = false;
  readonly #ofName: Converter;
  readonly #extensions: ReadonlySet<string> | undefined;
  readonly #points: number;

  /** @param extensions without a mistake; `undefined` for any. */
  constructor(ofName: Converter, extensions: readonly string[] | undefined) {
    const sorted = extensions?.toSorted();
    this.name = `${ofName.name}:ext${sorted === undefined ? "" : `=${sorted.join("|")}`}`;
    this.#ofName = ofName;
    this.#extensions = sorted === undefined ? undefined : new Set(sorted);
    this.#points = countPoints(sorted?.[0] ?? "");
    // Known extensions before any, more points before fewer, then by the type of the name.
    const known = sorted === undefined ? 0 : 50 + Math.min(this.#points, 4) * 10;
    this.specificity = FILE_NAMES + known + Math.min(Math.floor(ofName.specificity / 100), 9);
  }

  convert(text: string): FileName<unknown> | undefined {
    let point = text.length;
    for (let left = this.#points; left >= 0 && point > 0; left--) point = text.lastIndexOf(".", point - 1);
    const ext = text.slice(point + 1);
    if (point <= 0 || !this.#allows(ext)) return undefined;
    const name = this.#ofName.convert(text.slice(0, point));
    return name === undefined ? undefined : { name, ext };
  }

  format(value: unknown): string | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    const { name, ext } = value as Partial<FileName<unknown>>;
    const text = this.#ofName.format(name);
    if (text === undefined || typeof ext !== "string") return undefined;
    // An extension with other points would be read as a part of the name.
    return countPoints(ext) === this.#points ? `${text}.${ext}` : undefined;
  }

  overlaps(other: Converter): boolean {
    if (!(other instanceof FileNameConverter)) return false;
    const extensions = this.#extensions ?? other.#extensions;
    return extensions === undefined || [...extensions].some((ext) => this.#allows(ext) && other.#allows(ext));
  }

  #allows(extension: string): boolean {
    if (this.#extensions !== undefined) return this.#extensions.has(extension);
    for (let index = 0; index < extension.length; index++) {
      const code = extension.charCodeAt(index);
      if (!isLowerLetter(code) && !isDigit(code)) return false;
    }
    return extension !== "";
  }
}

function countPoints(extension: string): number {
  return extension.split(".").length - 1;
}
