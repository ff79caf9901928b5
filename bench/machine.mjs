// What this machine has: cores to pin to, programs to use, and the facts a reader of the results needs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const benchFolder = fileURLToPath(new URL(".", import.meta.url));
export const projectFolder = fileURLToPath(new URL("..", import.meta.url));

const runs = (program, options) => spawnSync(program, options).error === undefined;
const cores = availableParallelism();
const canPin = platform() === "linux" && cores >= 2 && runs("taskset", ["--version"]);

/** Core numbers for the server and for the load, or undefined where processes cannot be pinned. */
export const serverCore = canPin ? cores - 1 : undefined;
export const loadCore = canPin ? 0 : undefined;

export const hasWrk = runs("wrk", ["-v"]);
export const hasProcessFiles = platform() === "linux";

/** Path of the Bun binary, or undefined where the package is missing or its binary does not run here. */
export const bunBinary = findBun();

/** One line per fact; the load average tells whether something else was running. */
export function describeMachine() {
  const [load] = loadavg();
  return [
    `Date: ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
    `Processor: ${cpus()[0]?.model ?? "unknown"}, ${cores} cores, ${Math.round(totalmem() / 1e9)} GB, ${platform()} ${release()}`,
    `Node ${process.versions.node}${bunBinary ? `, Bun ${readVersion("bun")}` : ""}`,
    `Load average before: ${load.toFixed(2)}`,
    `HTTP load: ${hasWrk ? "wrk -t1 -c64" : "autocannon, 64 connections"}; ${
      canPin ? `server on core ${serverCore}, load on core ${loadCore}` : "processes not pinned to cores"
    }`,
  ];
}

/** Whether something else runs that would show in the figures. */
export function isBusy() {
  return loadavg()[0] > 0.5;
}

/** The version of a package of the bench, or of the project itself. */
export function readVersion(name) {
  const folder = name === "spindash" ? projectFolder : join(benchFolder, "node_modules", name);
  const manifest = join(folder, "package.json");
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).version : "not installed";
}

function findBun() {
  try {
    const manifest = createRequire(import.meta.url).resolve("bun/package.json");
    const binary = join(manifest, "..", "bin", "bun.exe");
    return spawnSync(binary, ["--version"]).status === 0 ? binary : undefined;
  } catch {
    return undefined;
  }
}
