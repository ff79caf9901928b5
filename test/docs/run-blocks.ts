// Imports the given modules one after the other and tells the parent process how each of them ended.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { BlockReport } from "./block-project.ts";

const BLOCK_SECONDS = 10;
/** What keeps a process alive although its program has come to its end. */
const ALIVE = new Set(["TCPServerWrap", "TCPSocketWrap", "PipeServerWrap", "Timeout", "Immediate"]);

// Programs of a page state facts by console.assert, which only prints.
console.assert = assert.ok;
let onStrayError: (error: unknown) => void = () => {};
process.on("uncaughtException", (error) => onStrayError(error));
process.on("unhandledRejection", (error) => onStrayError(error));

let hasProblem = false;
for (const file of process.argv.slice(2)) {
  const problem = await problemOf(file);
  hasProblem ||= problem !== null;
  await tell({ file, problem });
}
// What a program left open must not keep this one; else the end is a natural one, which tests wait for.
if (hasProblem) process.exit(1);
process.disconnect();

async function problemOf(file: string): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const trouble = new Promise<never>((_resolve, reject) => {
    onStrayError = reject;
    timer = setTimeout(
      () => reject(new Error(`It did not end within ${BLOCK_SECONDS} s`)),
      BLOCK_SECONDS * 1000,
    );
  });
  try {
    await Promise.race([import(pathToFileURL(file).href), trouble]);
    clearTimeout(timer);
    await Promise.race([hasLeftNothing(), trouble]);
    return null;
  } catch (error) {
    clearTimeout(timer);
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Closing takes some turns of the event loop. */
async function hasLeftNothing(): Promise<void> {
  let alive: string[] = [];
  for (let turn = 0; turn < 50; turn++) {
    await sleep(1);
    alive = process.getActiveResourcesInfo().filter((name) => ALIVE.has(name));
    if (alive.length === 0) return;
  }
  throw new Error(`It left open: ${alive.join(", ")}`);
}

function tell(report: BlockReport): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(report, () => resolve());
  });
}
