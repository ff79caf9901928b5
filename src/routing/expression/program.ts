import type { CharacterSet } from "./character-set.ts";
import { type SyntaxNode, SyntaxProblem } from "./syntax.ts";

/** A step of a matcher: reads a character where it has a set, else goes on without reading one. */
export interface Instruction {
  readonly set: CharacterSet | null;
  /** Where it goes on; -1 for the end of the program, which is a match. */
  next: number;
  /** Where it goes on too, less preferred; -1 for nowhere. */
  alternative: number;
  /** Which end of the captured text it marks. */
  readonly marks: "start" | "end" | null;
}

/** Instructions times characters is what matching costs at most. */
const MOST_INSTRUCTIONS = 500;

/**
 * The program of an expression: a nondeterministic automaton after Thompson. The last instruction is the match.
 *
 * @throws SyntaxProblem when its repetitions, written out, are too many.
 */
export function compileExpression(node: SyntaxNode): readonly Instruction[] {
  const instructions: Instruction[] = [];
  emit(node, instructions);
  add(instructions, { next: -1 });
  return instructions;
}

/** Appends the instructions of a node; they go on at the first one after them. */
function emit(node: SyntaxNode, instructions: Instruction[]): void {
  switch (node.kind) {
    case "characters":
      add(instructions, { set: node.set });
      return;
    case "sequence":
      for (const part of node.parts) emit(part, instructions);
      return;
    case "choice":
      emitChoice(node.options, instructions);
      return;
    case "repetition":
      emitRepetition(node, instructions);
      return;
    case "capture":
      add(instructions, { marks: "start" });
      emit(node.part, instructions);
      add(instructions, { marks: "end" });
  }
}

function emitChoice(options: readonly SyntaxNode[], instructions: Instruction[]): void {
  const exits: Instruction[] = [];
  for (const [index, option] of options.entries()) {
    const isLast = index === options.length - 1;
    const fork = isLast ? undefined : add(instructions, {});
    emit(option, instructions);
    if (fork === undefined) break;
    exits.push(add(instructions, {}));
    fork.alternative = instructions.length;
  }
  for (const exit of exits) exit.next = instructions.length;
}

function emitRepetition(
  { part, least, most, greedy }: SyntaxNode & { kind: "repetition" },
  instructions: Instruction[],
): void {
  for (let count = 0; count < least; count++) emit(part, instructions);
  if (most === Number.POSITIVE_INFINITY) {
    const start = instructions.length;
    const fork = add(instructions, {});
    emit(part, instructions);
    add(instructions, { next: start });
    leaveAt(fork, instructions.length, greedy);
    return;
  }
  const forks: Instruction[] = [];
  for (let count = least; count < most; count++) {
    forks.push(add(instructions, {}));
    emit(part, instructions);
  }
  for (const fork of forks) leaveAt(fork, instructions.length, greedy);
}

function leaveAt(fork: Instruction, exit: number, greedy: boolean): void {
  const body = fork.next;
  fork.next = greedy ? body : exit;
  fork.alternative = greedy ? exit : body;
}

function add(instructions: Instruction[], given: Partial<Instruction>): Instruction {
  if (instructions.length >= MOST_INSTRUCTIONS) {
    throw new SyntaxProblem(
      `it is too large: with its repetitions written out it has more than ${MOST_INSTRUCTIONS} steps`,
    );
  }
  const { set = null, next = instructions.length + 1, alternative = -1, marks = null } = given;
  const instruction: Instruction = { set, next, alternative, marks };
  instructions.push(instruction);
  return instruction;
}
