import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Runs npm quietly in a folder. Rejects with what it printed when it fails. */
export async function runNpm(words: readonly string[], folder: string): Promise<string> {
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const { stdout } = await execute("npm", [...words, ...quiet], {
    cwd: folder,
    env: outsideEnvironment(),
    shell: process.platform === "win32",
  });
  return stdout;
}

/** The environment as it is outside of npm and of the test runner: both leave words for those they start. */
export function outsideEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:npm_|INIT_CWD$|NODE_TEST_CONTEXT$|NODE_OPTIONS$|SPINDASH_)/i.test(name),
    ),
  );
}
