// Installs what package-lock.json asks for when it is missing or out of date; needs nothing but Node and npm.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const projectFolder = fileURLToPath(new URL("..", import.meta.url));

/** Runs `npm ci` in `folder` unless its node_modules is at least as new as its lock file. */
export function ensureInstalled(folder = projectFolder) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(
      `Spindash needs Node 20.19 or later; this is Node ${process.versions.node}. Install a newer Node.`,
    );
    process.exit(1);
  }
  const installed = join(folder, "node_modules", ".package-lock.json");
  const lock = join(folder, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error("Installing dependencies (npm ci) …");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    console.error(
      `npm ci failed in ${folder}. Check the network and the registry, then run the command again.`,
    );
    process.exit(npm.status ?? 1);
  }
}

/**
 * Arguments that let Node run TypeScript sources. Node's own type stripping does not know the paths of tsconfig.json, by which
 * programs here find "spindash" in src/ without a build.
 */
export function typescriptArguments() {
  return ["--import", pathToFileURL(join(projectFolder, "node_modules/tsx/dist/esm/index.mjs")).href];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled();
