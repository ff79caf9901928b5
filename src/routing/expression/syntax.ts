import { anyCharacter, CharacterSet, type CodePointRange, namedSets } from "./character-set.ts";

/** A part of a regular expression. */
export type SyntaxNode =
  | { readonly kind: "characters"; readonly set: CharacterSet }
  | { readonly kind: "sequence"; readonly parts: readonly SyntaxNode[] }
  | { readonly kind: "choice"; readonly options: readonly SyntaxNode[] }
  | {
      readonly kind: "repetition";
      readonly part: SyntaxNode;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    }
  | { readonly kind: "capture"; readonly part: SyntaxNode; readonly name: string | undefined };

/** An expression as it was read. */
export interface Syntax {
  readonly node: SyntaxNode;
  /** Whether it asks for a slash by itself, and not as one of a set: such an expression is for several segments. */
  readonly namesSlash: boolean;
}

/** Why an expression cannot be used, as the end of a sentence. */
export class SyntaxProblem extends Error {}

const SLASH = 0x2f;
const CONTROL_ESCAPES: ReadonlyMap<string, number> = new Map([
  ["t", 0x09],
  ["n", 0x0a],
  ["v", 0x0b],
  ["f", 0x0c],
  ["r", 0x0d],
  ["0", 0x00],
]);

/**
 * Reads a regular expression in JavaScript's syntax (with the `u` flag) as far as it can be matched in linear time: no
 * references back, no looking around. `^` at its start and `$` at its end say what is true anyway, that it fits whole texts.
 *
 * @throws SyntaxProblem for everything else.
 */
export function parseExpression(source: string): Syntax {
  assertJavaScript(source);
  const inner = source.replace(/^\^/, "").replace(/(?<!\\)((?:\\\\)*)\$$/, "$1");
  return new ExpressionParser(inner).parse();
}

/** What JavaScript refuses, it explains better: it sees the whole grammar. */
function assertJavaScript(source: string): void {
  try {
    new RegExp(source, "u");
  } catch (error) {
    throw new SyntaxProblem((error as Error).message.replace(/^.*: /, "").toLowerCase());
  }
}

class ExpressionParser {
  readonly #source: string;
  #position = 0;
  #namesSlash = false;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Syntax {
    const node = this.#parseChoice();
    return { node, namesSlash: this.#namesSlash };
  }

  #parseChoice(): SyntaxNode {
    const options = [this.#parseSequence()];
    while (this.#take("|")) options.push(this.#parseSequence());
    return options.length === 1 ? (options[0] as SyntaxNode) : { kind: "choice", options };
  }

  #parseSequence(): SyntaxNode {
    const parts: SyntaxNode[] = [];
    while (this.#position < this.#source.length && !this.#sees("|") && !this.#sees(")"))
      parts.push(this.#parseRepetition());
    return { kind: "sequence", parts };
  }

  #parseRepetition(): SyntaxNode {
    const part = this.#parseAtom();
    const counts = this.#parseCounts();
    if (counts === undefined) return part;
    const greedy = !this.#take("?");
    return { kind: "repetition", part, least: counts[0], most: counts[1], greedy };
  }

  #parseCounts(): [least: number, most: number] | undefined {
    if (this.#take("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#take("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#take("?")) return [0, 1];
    const braces = this.#takeMatch(/\{(\d+)(,?)(\d*)\}/y);
    if (braces === undefined) return undefined;
    const [, least = "", comma, most = ""] = braces;
    if (comma === "") return [Number(least), Number(least)];
    return [Number(least), most === "" ? Number.POSITIVE_INFINITY : Number(most)];
  }

  #parseAtom(): SyntaxNode {
    if (this.#take("(")) return this.#parseGroup();
    if (this.#take("[")) return { kind: "characters", set: this.#parseClass() };
    if (this.#take(".")) return { kind: "characters", set: anyCharacter };
    if (this.#sees("^") || this.#sees("$"))
      throw new SyntaxProblem(`it has "${this.#source[this.#position]}" inside; it always fits a whole text`);
    const set = this.#parseCharacters(false);
    this.#namesSlash ||= set.only === SLASH;
    return { kind: "characters", set };
  }

  #parseGroup(): SyntaxNode {
    const [opening = "", name] = this.#takeMatch(/\?:|\?<([^=!>][^>]*)>/y) ?? [];
    if (opening === "" && this.#sees("?"))
      throw new SyntaxProblem("it looks around or sets flags, which cannot be matched in linear time");
    const part = this.#parseChoice();
    this.#take(")");
    return opening === "?:" ? part : { kind: "capture", part, name };
  }

  #parseClass(): CharacterSet {
    const isNegated = this.#take("^");
    const ranges: CodePointRange[] = [];
    while (!this.#take("]")) {
      const first = this.#parseCharacters(true);
      const isRange = this.#sees("-") && this.#source[this.#position + 1] !== "]";
      if (!isRange) {
        ranges.push(...first);
        continue;
      }
      this.#take("-");
      const last = this.#parseCharacters(true);
      // JavaScript allows single characters here only.
      ranges.push([first.only as number, last.only as number]);
    }
    const set = new CharacterSet(ranges);
    return isNegated ? set.complement() : set;
  }

  /** One character or one escape. */
  #parseCharacters(isInClass: boolean): CharacterSet {
    if (!this.#take("\\")) return single(this.#takeCodePoint());
    const letter = this.#source[this.#position] ?? "";
    const named = namedSets.get(letter);
    if (named !== undefined) {
      this.#position++;
      return named;
    }
    if (letter === "b" && isInClass) return this.#skipTo(0x08);
    if (/[1-9kbBpP]/.test(letter)) {
      throw new SyntaxProblem(
        `it uses "\\${letter}", which is not supported; write groups out, and characters in brackets`,
      );
    }
    return single(this.#parseEscape(letter));
  }

  #parseEscape(letter: string): number {
    const hexadecimal = this.#takeMatch(/x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]+)\}/y);
    if (hexadecimal !== undefined) return Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? "", 16);
    const units = this.#takeMatch(
      /u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})/y,
    );
    if (units !== undefined) {
      const [, high, low, only] = units;
      const codes = [high ?? only, low].map((code) => Number.parseInt(code ?? "", 16));
      return String.fromCharCode(...codes.filter((code) => !Number.isNaN(code))).codePointAt(0) as number;
    }
    const control = this.#takeMatch(/c([A-Za-z])/y);
    if (control !== undefined) return (control[1] as string).charCodeAt(0) % 32;
    const codePoint = CONTROL_ESCAPES.get(letter);
    const itself = this.#takeCodePoint();
    return codePoint ?? itself;
  }

  #skipTo(codePoint: number): CharacterSet {
    this.#position++;
    return single(codePoint);
  }

  #takeCodePoint(): number {
    const codePoint = this.#source.codePointAt(this.#position) as number;
    this.#position += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  #sees(character: string): boolean {
    return this.#source[this.#position] === character;
  }

  #take(character: string): boolean {
    const isThere = this.#sees(character);
    if (isThere) this.#position++;
    return isThere;
  }

  #takeMatch(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.#position;
    const found = sticky.exec(this.#source);
    if (found === null) return undefined;
    this.#position += found[0].length;
    return found;
  }
}

function single(codePoint: number): CharacterSet {
  return new CharacterSet([[codePoint, codePoint]]);
}
