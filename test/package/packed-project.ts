import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { promisify } from "node:util";
import { projectFolder } from "../../scripts/setup.mjs";
import { runNpm } from "./npm.ts";

const execute = promisify(execFile);
/** Made by tools, or too large to copy for nothing. */
const LEFT_OUT = new Set(["node_modules", ".git", "dist", "coverage"]);

/** The package as it would be published, and a project that has it installed. */
export interface PackedProject {
  /** The folder the package was built in: a copy of this one, so that nobody's `dist` changes under them. */
  readonly source: string;
  /** Paths of the files inside the tarball. */
  readonly files: readonly string[];
  /** An npm project of its own with the tarball as its only dependency. */
  readonly consumer: string;
  remove(): void;
}

/** Builds and packs the project, and installs the result. */
export async function packProject(): Promise<PackedProject> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "spindash-package-")));
  const source = join(folder, "source");
  const consumer = join(folder, "consumer");
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    cpSync(projectFolder, source, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
    symlinkSync(join(projectFolder, "node_modules"), join(source, "node_modules"), "junction");
    const builder = join(projectFolder, "node_modules/tsdown/dist/run.mjs");
    await execute(process.execPath, [builder, "--log-level", "error"], { cwd: source });
    const printed = await runNpm(
      ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
      source,
    );
    const [packed] = JSON.parse(printed) as [{ filename: string; files: { path: string }[] }];
    const tarball = join(folder, packed.filename);
    mkdirSync(consumer);
    writeFileSync(join(consumer, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await runNpm(["install", "--prefer-offline", tarball], consumer);
    return { source, files: packed.files.map(({ path }) => path), consumer, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** All files below a folder, as paths from it, with their sizes in bytes. */
export function filesBelow(folder: string): Map<string, number> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [relative(folder, file), statSync(file).size]));
}
