// Builds the package, installs the bench peers and runs the benchmark: npm run bench -- --scenario hello
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled, projectFolder } from "./setup.mjs";

ensureInstalled();
ensureInstalled(join(projectFolder, "bench"));
const run = (program, options) => {
  const { status } = spawnSync(process.execPath, [program, ...options], {
    cwd: projectFolder,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
};
run(join(projectFolder, "node_modules/tsdown/dist/run.mjs"), ["--log-level", "error"]);
run(join(projectFolder, "bench/run.mjs"), process.argv.slice(2));
