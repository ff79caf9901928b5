import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectFolder, typescriptArguments } from "../../scripts/setup.mjs";
import { outsideEnvironment } from "../package/npm.ts";
import type { CodeBlock } from "./code-blocks.ts";

/** What went wrong with which block. */
export interface BlockFailure {
  readonly block: CodeBlock;
  readonly problem: string;
}

/** What `run-blocks.ts` tells about a block. */
export interface BlockReport {
  readonly file: string;
  /** Null when it ran to its end. */
  readonly problem: string | null;
}

/** Packages that programs of the documentation import beside Spindash. */
const USED_BY_PROGRAMS = ["zod"];

/**
 * A folder where each block is a module that imports `spindash` as a user's program does; the name stands for the sources, so
 * nothing has to be built.
 */
export class BlockProject {
  private readonly folder: string;
  private readonly blocks = new Map<string, CodeBlock>();

  constructor(blocks: readonly CodeBlock[]) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), "spindash-blocks-")));
    this.linkPackages();
    for (const [index, block] of blocks.entries()) {
      const file = `${block.page.replaceAll(/\W+/g, "-")}-${block.line}-${index}.ts`;
      this.blocks.set(file, block);
      // Without an import or export the file would be a script that shares its names with the others.
      writeFileSync(join(this.folder, file), `${block.code}\nexport {};\n`);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Type-checks all blocks in one process. */
  async check(): Promise<BlockFailure[]> {
    const compiler = join(projectFolder, "node_modules/typescript/bin/tsc");
    const child = this.start([compiler, "-p", join(this.folder, "tsconfig.json"), "--pretty", "false"]);
    const [printed, code] = await Promise.all([outputOf(child), exitOf(child)]);
    const failures = [
      ...printed.matchAll(/^(?:.*\/)?([^/\n]+\.ts)\((\d+),\d+\): error (.*(?:\n {2}.*)*)/gm),
    ].map(([, file = "", line = "1", message = ""]) => this.failure(file, message, Number(line)));
    if (code !== 0 && failures.length === 0) throw new Error(`tsc ended with ${code}:\n${printed}`);
    return failures;
  }

  /** Runs all blocks that can end, one after the other in one process. */
  async run(): Promise<BlockFailure[]> {
    const files = [...this.blocks].filter(([, { runs }]) => runs).map(([file]) => file);
    const runner = fileURLToPath(new URL("run-blocks.ts", import.meta.url));
    const child = this.start([
      ...typescriptArguments(),
      runner,
      ...files.map((file) => join(this.folder, file)),
    ]);
    const reports = new Map<string, BlockReport>();
    child.on("message", (report: BlockReport) => reports.set(report.file, report));
    const [printed, code] = await Promise.all([outputOf(child), exitOf(child)]);
    const ran = files.filter((file) => reports.has(join(this.folder, file)));
    const failures = ran.flatMap((file) => {
      const problem = reports.get(join(this.folder, file))?.problem ?? null;
      return problem === null ? [] : [this.failure(file, problem)];
    });
    const culprit = files[ran.length];
    if (culprit !== undefined)
      failures.push(this.failure(culprit, `It ended the whole process:\n${printed}`));
    return failures.length === 0 && code !== 0 ? this.failedTests(files, printed) : failures;
  }

  /** Programs that register tests tell of their failures by the process's exit code alone. */
  private failedTests(files: readonly string[], printed: string): BlockFailure[] {
    const suspects = files.filter((file) => this.blocks.get(file)?.code.includes('"node:test"'));
    return suspects.map((file) =>
      this.failure(file, `It, or another page with tests, has one that fails:\n${printed}`),
    );
  }

  private start(programAndOptions: readonly string[]): ChildProcess {
    return spawn(process.execPath, programAndOptions, {
      cwd: projectFolder,
      env: outsideEnvironment(),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
  }

  private failure(file: string, message: string, line = 1): BlockFailure {
    const block = this.blocks.get(file);
    if (block === undefined) throw new Error(`${file}: ${message}`);
    return { block, problem: `${block.page}:${block.line + line - 1}: ${message}` };
  }

  private linkPackages(): void {
    const own = join(this.folder, "node_modules/spindash");
    mkdirSync(own, { recursive: true });
    symlinkSync(join(projectFolder, "src"), join(own, "src"), "junction");
    writeJson(join(own, "package.json"), {
      name: "spindash",
      type: "module",
      exports: {
        ".": "./src/index.ts",
        "./client": "./src/client/index.ts",
        "./nats": "./src/websocket/relays/nats.ts",
        "./redis": "./src/websocket/relays/redis.ts",
        "./testing": "./src/testing/index.ts",
      },
    });
    const { dependencies } = readJson(join(projectFolder, "package.json")) as {
      dependencies: Record<string, string>;
    };
    for (const name of [...Object.keys(dependencies), ...USED_BY_PROGRAMS]) {
      const link = join(this.folder, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(projectFolder, "node_modules", name), link, "junction");
    }
    writeJson(join(this.folder, "package.json"), { type: "module" });
    writeJson(join(this.folder, "tsconfig.json"), {
      extends: join(projectFolder, "tsconfig.json"),
      compilerOptions: {
        // A program of a page exports nothing and is no library.
        declaration: false,
        isolatedDeclarations: false,
        paths: {},
        typeRoots: [join(projectFolder, "node_modules/@types")],
      },
      include: ["*.ts"],
    });
  }
}

async function outputOf(child: ChildProcess): Promise<string> {
  let printed = "";
  child.stdout?.on("data", (data) => {
    printed += data;
  });
  child.stderr?.on("data", (data) => {
    printed += data;
  });
  await once(child, "close");
  return printed;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value, null, 2));
}
