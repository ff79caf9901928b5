// Runs every test, or the files and node:test options given: node scripts/test.mjs test/http/query.test.ts
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, projectFolder, typescriptArguments } from "./setup.mjs";

ensureInstalled();
const given = process.argv.slice(2);
const files = given.some((argument) => argument.endsWith(".ts"))
  ? []
  : readdirSync(join(projectFolder, "test"), { recursive: true })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => join("test", name))
      .sort();
const run = spawnSync(
  process.execPath,
  [...typescriptArguments(), "--test", "--test-reporter=spec", "--test-timeout=120000", ...given, ...files],
  { cwd: projectFolder, stdio: "inherit" },
);
process.exit(run.status ?? 1);
