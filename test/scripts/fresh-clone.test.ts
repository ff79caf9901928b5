import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { projectFolder } from "../../scripts/setup.mjs";
import { outsideEnvironment } from "../package/npm.ts";

const execute = promisify(execFile);

const skip =
  process.env.CI !== "true"
    ? "It installs everything anew, which takes a minute: only with CI=true"
    : !existsSync(join(projectFolder, ".git")) && "There is nothing to clone: this is no git repository";

describe("a fresh clone", { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "spindash-clone-"));
  before(async () => {
    if (skip !== false) return;
    await execute("git", ["clone", "--quiet", "--depth=1", `file://${projectFolder}`, folder]);
    // A link that was committed by mistake would lead the installation to somebody else's folder.
    assert.ok(!existsSync(join(folder, "node_modules")), "node_modules is in the repository");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("listens after npm start, with nothing installed before", { skip, timeout: 180_000 }, async () => {
    const program = npm(["start"]);
    try {
      const page = await (await fetch(await addressOf(program))).text();
      assert.match(page, /<html|<!doctype/i);
    } finally {
      await stop(program);
    }
  });

  it("runs tests by npm test", { skip, timeout: 60_000 }, async () => {
    const program = npm(["test", "--", "test/http/query.test.ts"]);
    const [[code], printed] = await Promise.all([once(program, "exit"), outputOf(program)]);
    assert.equal(code, 0, printed);
    assert.match(printed, /^ℹ pass [1-9]/m);
  });

  function npm(words: readonly string[]): ChildProcess {
    return spawn("npm", words, {
      cwd: folder,
      env: { ...outsideEnvironment(), PORT: "0" },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C reaches everything npm started.
      detached: true,
      shell: process.platform === "win32",
    });
  }
});

/** Waits for the banner; rejects with what was printed if the program ends before. */
async function addressOf(program: ChildProcess): Promise<string> {
  const ended = outputOf(program).then((printed) => {
    throw new Error(`It ended before it listened:\n${printed}`);
  });
  ended.catch(() => {});
  const listening = new Promise<string>((resolve) => {
    let printed = "";
    program.stdout?.on("data", (data) => {
      printed += data;
      const url = /http:\/\/\S+/.exec(printed)?.[0];
      if (url !== undefined && printed.includes("└")) resolve(url);
    });
  });
  return Promise.race([listening, ended]);
}

async function outputOf(program: ChildProcess): Promise<string> {
  let printed = "";
  for (const stream of [program.stdout, program.stderr])
    stream?.on("data", (data) => {
      printed += data;
    });
  await once(program, "close");
  return printed;
}

async function stop(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.pid === undefined) return;
  const exit = once(program, "exit");
  process.kill(process.platform === "win32" ? program.pid : -program.pid, "SIGINT");
  await exit;
}
