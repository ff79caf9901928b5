import assert from "node:assert/strict";

const HIGHEST_ROUNDS = 40;
const GROWTH = 8;
/** Quadratic work grows by 64; linear by 8, plus what a busy machine and garbage collection add. */
const HIGHEST_RATIO = 20;
/** Milliseconds; shorter measurements are mostly noise. */
const SHORTEST = 0.2;

/**
 * Asserts that eight times as much input does not take far more than eight times as long. The quickest of several rounds
 * counts, as the others were disturbed, and rounds end as soon as the ratio is good.
 */
export function assertLinearTime(run: (repetitions: number) => unknown, repetitions = 10_000): void {
  run(repetitions);
  let small = Number.POSITIVE_INFINITY;
  let large = Number.POSITIVE_INFINITY;
  let ratio = Number.POSITIVE_INFINITY;
  for (let round = 0; round < HIGHEST_ROUNDS && ratio >= HIGHEST_RATIO; round++) {
    small = Math.min(small, milliseconds(run, repetitions));
    large = Math.min(large, milliseconds(run, repetitions * GROWTH));
    ratio = large / Math.max(small, SHORTEST);
  }
  assert.ok(ratio < HIGHEST_RATIO, `${GROWTH} times the input took ${ratio.toFixed(1)} times as long`);
}

/** By the clock, or by the processor's time where other programs took turns; that alone counts collecting threads too. */
function milliseconds(run: (repetitions: number) => unknown, repetitions: number): number {
  const start = performance.now();
  const before = process.cpuUsage();
  run(repetitions);
  const { user, system } = process.cpuUsage(before);
  return Math.min(performance.now() - start, Math.max((user + system) / 1000, SHORTEST));
}
