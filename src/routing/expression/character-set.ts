/** A range of code points, both ends included. */
export type CodePointRange = readonly [first: number, last: number];

const LAST_CODE_POINT = 0x10ffff;

/** A set of code points, asked once for every character of a path that an expression reads. */
export class CharacterSet {
  /** Its one code point, `undefined` when it has none or several. */
  readonly only: number | undefined;
  /** In ascending order, with gaps between. */
  readonly #ranges: readonly CodePointRange[];
  readonly #ascii = new Uint8Array(128);

  constructor(ranges: Iterable<CodePointRange>) {
    this.#ranges = merge([...ranges]);
    const [range, ...others] = this.#ranges;
    const isSingle = range !== undefined && others.length === 0 && range[0] === range[1];
    this.only = isSingle ? range[0] : undefined;
    for (const [first, last] of this.#ranges) this.#ascii.fill(1, first, Math.min(last, 127) + 1);
  }

  has(codePoint: number): boolean {
    if (codePoint < 128) return this.#ascii[codePoint] === 1;
    return this.#ranges.some(([first, last]) => first <= codePoint && codePoint <= last);
  }

  intersects(other: CharacterSet): boolean {
    return this.#ranges.some(([first, last]) =>
      other.#ranges.some(([otherFirst, otherLast]) => first <= otherLast && otherFirst <= last),
    );
  }

  /** Every code point that is not in this set. */
  complement(): CharacterSet {
    const gaps: CodePointRange[] = [];
    let next = 0;
    for (const [first, last] of this.#ranges) {
      if (first > next) gaps.push([next, first - 1]);
      next = last + 1;
    }
    if (next <= LAST_CODE_POINT) gaps.push([next, LAST_CODE_POINT]);
    return new CharacterSet(gaps);
  }

  [Symbol.iterator](): Iterator<CodePointRange> {
    return this.#ranges[Symbol.iterator]();
  }
}

function merge(ranges: CodePointRange[]): CodePointRange[] {
  const merged: CodePointRange[] = [];
  for (const [first, last] of ranges.sort(([one], [other]) => one - other)) {
    const before = merged.at(-1);
    if (before === undefined || first > before[1] + 1) merged.push([first, last]);
    else merged[merged.length - 1] = [before[0], Math.max(before[1], last)];
  }
  return merged;
}

const digits = new CharacterSet([[0x30, 0x39]]);
const wordCharacters = new CharacterSet([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);
const spaces = new CharacterSet([
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]);

/** What `\d`, `\w`, `\s` and their opposites stand for (ECMA-262, CharacterClassEscape), by letter. */
export const namedSets: ReadonlyMap<string, CharacterSet> = new Map([
  ["d", digits],
  ["D", digits.complement()],
  ["w", wordCharacters],
  ["W", wordCharacters.complement()],
  ["s", spaces],
  ["S", spaces.complement()],
]);

/** What `.` stands for: everything but the ends of lines. */
export const anyCharacter: CharacterSet = new CharacterSet([
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]).complement();
