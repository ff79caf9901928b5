import { join } from "node:path";
import ts from "typescript";
import { projectFolder } from "../../scripts/setup.mjs";

const options = readOptions();
const files = new Map<string, ts.SourceFile | undefined>();

/** A program of the project's own settings; `sources` are files that need not exist, by their path in the project. */
export function createProgram(
  roots: readonly string[],
  sources: Readonly<Record<string, string>> = {},
): ts.Program {
  const host = ts.createCompilerHost(options);
  const given = new Map(Object.entries(sources).map(([path, text]) => [absolute(path), text]));
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => given.has(name) || fileExists.call(host, name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const text = given.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, languageVersion);
    // Reading the libraries again for each program would take longer than everything else.
    if (!files.has(name)) files.set(name, getSourceFile.call(host, name, languageVersion, ...rest));
    return files.get(name);
  };
  return ts.createProgram(roots.map(absolute), options, host);
}

/** A file of a program, which must have it. */
export function fileOf(program: ts.Program, path: string): ts.SourceFile {
  const file = program.getSourceFile(absolute(path));
  if (file === undefined) throw new Error(`The program has no file ${path}`);
  return file;
}

function absolute(path: string): string {
  return join(projectFolder, path).replaceAll("\\", "/");
}

function readOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(projectFolder, "tsconfig.json"), ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, projectFolder);
  // A program of one test is not to be continued by the next.
  delete parsed.options.tsBuildInfoFile;
  return { ...parsed.options, incremental: false };
}
