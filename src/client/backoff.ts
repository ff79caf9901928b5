const SHORTEST = 250;
const LONGEST = 10_000;

/**
 * Milliseconds before an attempt to connect, counted from 0. Doubled each time, and half of it left to chance, so that the
 * clients of a server that restarts do not all come at once.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.min(SHORTEST * 2 ** attempt, LONGEST) * (0.5 + random() / 2);
}
