/** The candidate that a mistyped name most probably means: at most two edits away, or `undefined`. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewestEdits = 3;
  for (const candidate of candidates) {
    const edits = countEdits(name, candidate);
    // Short names are few edits from anything: at most half of the candidate may be wrong.
    if (edits < fewestEdits && edits * 2 <= candidate.length) {
      nearest = candidate;
      fewestEdits = edits;
    }
  }
  return nearest;
}

/** Insertions, deletions and substitutions between two words (Levenshtein), row by row. */
function countEdits(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substitution = at(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, at(previous, column) + 1, at(current, column - 1) + 1));
    }
    previous = current;
  }
  return at(previous, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
