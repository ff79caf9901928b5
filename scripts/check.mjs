// The quick checks: format and lint, types, import rules, unused exports. Side by side, quiet when all is well.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled, projectFolder } from "./setup.mjs";

ensureInstalled();
const checks = {
  "format and lint": ["@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."],
  types: ["typescript/bin/tsc", "-p", "tsconfig.json"],
  "import rules": [
    "dependency-cruiser/bin/dependency-cruise.mjs",
    "--config",
    ".dependency-cruiser.cjs",
    "src",
  ],
  "unused exports": ["knip/bin/knip.js", "--no-progress"],
};

const results = await Promise.all(
  Object.entries(checks).map(([name, [program, ...options]]) => check(name, program, options)),
);
for (const { name, code, seconds, output } of results) {
  console.log(`${code === 0 ? "ok  " : "FAIL"} ${name} (${seconds.toFixed(1)} s)`);
  if (code !== 0) console.log(output);
}
process.exitCode = results.every(({ code }) => code === 0) ? 0 : 1;

function check(name, program, options) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(projectFolder, "node_modules", program), ...options], {
      cwd: projectFolder,
    });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("close", (code) =>
      resolve({ name, code, output, seconds: (performance.now() - started) / 1000 }),
    );
  });
}
