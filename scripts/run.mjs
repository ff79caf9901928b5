// Runs one TypeScript program of this repository: node scripts/run.mjs examples/hello.ts
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ensureClient } from "./client.mjs";
import { ensureInstalled, projectFolder, typescriptArguments } from "./setup.mjs";

ensureInstalled();
const [program = ""] = process.argv.slice(2);
const file = resolve(projectFolder, program);
if (program === "" || !existsSync(file)) {
  console.error(
    `There is no program ${JSON.stringify(program)} here; try: node scripts/run.mjs examples/hello.ts`,
  );
  process.exit(1);
}
// Browsers take it built, unlike the rest of the sources.
if (readFileSync(file, "utf8").includes("spindash/client")) ensureClient();
const child = spawn(process.execPath, [...typescriptArguments(), ...process.argv.slice(2)], {
  cwd: projectFolder,
  stdio: "inherit",
});
// A terminal sends Ctrl-C to both processes: this one only has to outlive the program.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 0)));
