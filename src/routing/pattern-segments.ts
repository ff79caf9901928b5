/** A piece of a pattern between two slashes, before it is read. */
export interface PatternPiece {
  readonly text: string;
  /** How much of the text, from its start, is a parameter in brackets; 0 for none, -1 where brackets do not close. */
  readonly bracketsEnd: number;
}

/**
 * Cuts the path of a route at its slashes, but not at those inside the expression of a parameter. Stops at brackets that do
 * not close.
 */
export function splitPattern(path: string): PatternPiece[] {
  const pieces: PatternPiece[] = [];
  for (let start = 1; start <= path.length; ) {
    const bracketsEnd = path[start] === "<" ? findBracketsEnd(path, start) : start;
    const slash = path.indexOf("/", Math.max(bracketsEnd, start));
    const end = slash === -1 ? path.length : slash;
    const isOpen = bracketsEnd === -1;
    pieces.push({ text: path.slice(start, end), bracketsEnd: isOpen ? -1 : bracketsEnd - start });
    if (isOpen) break;
    start = end + 1;
  }
  return pieces;
}

/** The index after the `>` that closes the parameter at `start`, -1 when there is none. */
function findBracketsEnd(path: string, start: number): number {
  let index = start + 1;
  while (index < path.length && !"<>/:".includes(path[index] as string)) index++;
  if (path[index] === ">") return index + 1;
  return path[index] === ":" ? findExpressionEnd(path, index + 1) : -1;
}

function findExpressionEnd(path: string, start: number): number {
  let isInSet = false;
  for (let index = start; index < path.length; index++) {
    const character = path[index];
    if (character === "\\") index++;
    else if (isInSet) isInSet = character !== "]";
    else if (character === "[") isInSet = true;
    else if (path.startsWith("(?<", index)) index = closeGroupName(path, index + 3);
    else if (character === ">") return index + 1;
    else if (character === "<") return -1;
  }
  return -1;
}

/** Where the name of a group ends; the `<` itself for one that looks behind, which has none. */
function closeGroupName(path: string, start: number): number {
  if (path[start] === "=" || path[start] === "!") return start;
  const end = path.indexOf(">", start);
  return end === -1 ? path.length : end;
}
