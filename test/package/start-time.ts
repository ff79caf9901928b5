import { spawn } from "node:child_process";
import { once } from "node:events";

const PAIRS = 9;

/**
 * How many milliseconds longer one program takes than another from its start to its first line on standard output: the
 * median over pairs of runs, one after the other, so that a busy moment falls on both.
 */
export async function measureExtraStartTime(program: string, bare: string, folder: string): Promise<number> {
  const differences: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const base = await measureStart(bare, folder);
    differences.push((await measureStart(program, folder)) - base);
  }
  return median(differences);
}

async function measureStart(program: string, folder: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const milliseconds = performance.now() - started;
  child.kill("SIGKILL");
  await once(child, "exit");
  return milliseconds;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
