import { compileExpression, type Instruction } from "./program.ts";
import { parseExpression, type SyntaxNode, SyntaxProblem } from "./syntax.ts";

/** Longer texts fit no expression, so that a match costs at most this many times the steps of its program. */
const LONGEST_TEXT = 1000;

/** The instructions a match is at, in the order of preference, each with what it has captured. */
interface Threads {
  readonly instructions: number[];
  readonly starts: number[];
  readonly ends: number[];
}

/**
 * A regular expression that fits whole texts, in time linear in their length whatever it says.
 *
 * JavaScript's own expressions backtrack: some take exponential time for a few dozen characters. This one follows all
 * possibilities at once (K. Thompson, 1968; with one capture after R. Pike), so no expression can be a danger.
 */
export class Expression {
  readonly source: string;
  /** The name of its group, where it has a named one. */
  readonly groupName: string | undefined;
  readonly namesSlash: boolean;
  /** The fixed text before and after its group; `undefined` when that is not fixed, so that values cannot be spelled. */
  readonly around: { readonly before: string; readonly after: string } | undefined;
  readonly #program: readonly Instruction[];
  readonly #seen: Uint32Array;
  #step = 0;

  /** @throws SyntaxProblem for what cannot be matched in linear time, and for more than one group. */
  constructor(source: string) {
    const { node, namesSlash } = parseExpression(source);
    const groups = capturesOf(node, true);
    if (groups.length > 1)
      throw new SyntaxProblem("it has more than one group; write (?:…) for those that are not the value");
    this.source = source;
    this.groupName = groups[0];
    this.namesSlash = namesSlash;
    this.around = groups.length === 0 ? { before: "", after: "" } : textAround(node);
    this.#program = compileExpression(node);
    this.#seen = new Uint32Array(this.#program.length);
  }

  /** What the group captured, or the whole text where there is none; `undefined` when the text does not fit. */
  match(text: string): string | undefined {
    if (text.length > LONGEST_TEXT) return undefined;
    let current = this.#startThreads();
    for (let index = 0; index < text.length && current.instructions.length > 0; ) {
      const codePoint = text.codePointAt(index) as number;
      index += codePoint > 0xffff ? 2 : 1;
      current = this.#advance(current, codePoint, index);
    }
    const match = current.instructions.indexOf(this.#program.length - 1);
    if (match === -1) return undefined;
    const start = current.starts[match] as number;
    return start === -1 ? text : text.slice(start, current.ends[match]);
  }

  /** Whether some text fits both. */
  overlaps(other: Expression): boolean {
    const seen = new Set<number>();
    const pending: [one: number, other: number][] = [];
    const enter = (ones: readonly number[], others: readonly number[]): void => {
      for (const one of ones) {
        for (const two of others) {
          const pair = one * other.#program.length + two;
          if (!seen.has(pair)) pending.push([one, two]);
          seen.add(pair);
        }
      }
    };
    enter(this.#closure(0), other.#closure(0));
    for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
      const [one, two] = [this.#program[pair[0]], other.#program[pair[1]]] as [Instruction, Instruction];
      if (one.set === null && two.set === null) return true;
      if (one.set === null || two.set === null || !one.set.intersects(two.set)) continue;
      enter(this.#closure(one.next), other.#closure(two.next));
    }
    return false;
  }

  #startThreads(): Threads {
    this.#nextStep();
    const threads: Threads = { instructions: [], starts: [], ends: [] };
    this.#follow(threads, 0, 0, -1, -1);
    return threads;
  }

  #advance(current: Threads, codePoint: number, index: number): Threads {
    this.#nextStep();
    const threads: Threads = { instructions: [], starts: [], ends: [] };
    for (const [thread, at] of current.instructions.entries()) {
      const { set, next } = this.#program[at] as Instruction;
      if (set?.has(codePoint) !== true) continue;
      this.#follow(threads, next, index, current.starts[thread] as number, current.ends[thread] as number);
    }
    return threads;
  }

  /** Goes on without reading until characters are read or the match is reached; each instruction once a step. */
  #follow(threads: Threads, at: number, index: number, start: number, end: number): void {
    if (at === -1 || this.#seen[at] === this.#step) return;
    this.#seen[at] = this.#step;
    const { set, next, alternative, marks } = this.#program[at] as Instruction;
    if (set !== null || next === -1) {
      threads.instructions.push(at);
      threads.starts.push(start);
      threads.ends.push(end);
      return;
    }
    this.#follow(threads, next, index, marks === "start" ? index : start, marks === "end" ? index : end);
    this.#follow(threads, alternative, index, start, end);
  }

  /** The instructions that read a character or match, reached from one without reading. */
  #closure(at: number): number[] {
    this.#nextStep();
    const threads: Threads = { instructions: [], starts: [], ends: [] };
    this.#follow(threads, at, 0, -1, -1);
    return threads.instructions;
  }

  #nextStep(): void {
    this.#step = (this.#step + 1) >>> 0;
    if (this.#step !== 0) return;
    this.#seen.fill(0);
    this.#step = 1;
  }
}

/** The names of an expression's groups, `undefined` for those without one. */
function capturesOf(node: SyntaxNode, isCertain: boolean): (string | undefined)[] {
  switch (node.kind) {
    case "characters":
      return [];
    case "sequence":
      return node.parts.flatMap((part) => capturesOf(part, isCertain));
    case "choice":
      return node.options.flatMap((option) => capturesOf(option, false));
    case "repetition":
      return capturesOf(node.part, false);
    case "capture":
      if (!isCertain) {
        throw new SyntaxProblem(
          "its group may be missing or repeated; write (?:…) for groups of alternatives and repetitions",
        );
      }
      return [node.name, ...capturesOf(node.part, isCertain)];
  }
}

function textAround(node: SyntaxNode): { before: string; after: string } | undefined {
  const parts = node.kind === "sequence" ? node.parts : [node];
  const group = parts.findIndex(({ kind }) => kind === "capture");
  const before = fixedText(parts.slice(0, group));
  const after = fixedText(parts.slice(group + 1));
  return group === -1 || before === undefined || after === undefined ? undefined : { before, after };
}

function fixedText(parts: readonly SyntaxNode[]): string | undefined {
  const codePoints = parts.map((part) => (part.kind === "characters" ? part.set.only : undefined));
  return codePoints.every((codePoint) => codePoint !== undefined)
    ? String.fromCodePoint(...codePoints)
    : undefined;
}
