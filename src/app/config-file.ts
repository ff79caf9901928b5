import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { describeJsonMistake } from "../http/json.ts";
import { SetupError } from "../http/setup-error.ts";

/** What a file of settings holds: values by key, or variables as an environment has them. */
export interface ConfigFile {
  /** As the program named it. */
  readonly name: string;
  readonly kind: "keys" | "variables";
  readonly values: Readonly<Record<string, unknown>>;
}

const MODULES = new Set([".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"]);
const load = createRequire(import.meta.url);

/**
 * Reads a file of settings: JSON, TOML, a module or an `.env` file, told apart by its name. An `.env` file need not be there.
 *
 * @throws {SetupError} for a file that cannot be read, with file and line where it is malformed.
 */
export function readConfigFile(file: string | URL): ConfigFile {
  const path = typeof file === "string" ? resolve(file) : fileURLToPath(file);
  const name = typeof file === "string" ? file : basename(path);
  if (isEnvFile(path)) return { name, kind: "variables", values: parseEnv(readText(path, name, "")) };
  const extension = extname(path).toLowerCase();
  if (extension === ".json") return { name, kind: "keys", values: record(parseJsonFile(path, name), name) };
  if (extension === ".toml") return { name, kind: "keys", values: record(parseTomlFile(path, name), name) };
  if (MODULES.has(extension)) return { name, kind: "keys", values: record(loadModule(path, name), name) };
  throw new SetupError(
    `${name} is no file of settings; expected .json, .toml, .env, or a module (.ts, .mts, .js, .mjs)`,
    { code: "E_BAD_CONFIG_FILE" },
  );
}

function isEnvFile(path: string): boolean {
  const name = basename(path);
  return name === ".env" || name.startsWith(".env.") || name.endsWith(".env");
}

function readText(path: string, name: string, missing?: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && missing !== undefined) return missing;
    const problem = code === "ENOENT" ? `there is no such file (${path})` : (error as Error).message;
    throw new SetupError(`The settings ${name} cannot be read: ${problem}`, {
      code: "E_BAD_CONFIG_FILE",
      cause: error,
    });
  }
}

function parseJsonFile(path: string, name: string): unknown {
  const text = readText(path, name);
  try {
    return JSON.parse(text);
  } catch {
    // What JSON.parse says may repeat the file's text, and with it a secret.
    throw new SetupError(`The settings ${name} are no JSON: ${describeJsonMistake(text)}`, {
      code: "E_BAD_CONFIG_FILE",
    });
  }
}

function parseTomlFile(path: string, name: string): unknown {
  const text = readText(path, name);
  const { parse, TomlError } = load("smol-toml") as typeof import("smol-toml");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [problem = ""] = error.message.split("\n");
    throw new SetupError(
      `The settings ${name} are no TOML at line ${error.line}, column ${error.column}: ${problem.replace("Invalid TOML document: ", "")}`,
      { code: "E_BAD_CONFIG_FILE" },
    );
  }
}

/** The default export of a module, or what it exports as `config`. */
function loadModule(path: string, name: string): unknown {
  let loaded: { default?: unknown; config?: unknown };
  try {
    loaded = load(path) as typeof loaded;
  } catch (error) {
    throw new SetupError(
      `The settings ${name} cannot be loaded: ${(error as Error).message}; import the module yourself, and pass what it exports`,
      { code: "E_BAD_CONFIG_FILE", cause: error },
    );
  }
  return loaded.default ?? loaded.config ?? loaded;
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new SetupError(`The settings ${name} are no object; expected settings by their names`, {
    code: "E_BAD_CONFIG_FILE",
  });
}
