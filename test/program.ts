import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { projectFolder, typescriptArguments } from "../scripts/setup.mjs";

/** A program of this repository running in a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  /** Where its server listens. */
  readonly url: string;
  /** Asks it to stop, as Ctrl-C does, and waits for its end. @returns its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs a server program on a free port and waits for its banner; rejects with what it printed if it ends before. It inherits `inherited` as file descriptors from 3 on. */
export async function startProgram(
  path: string,
  environment: Record<string, string> = {},
  inherited: readonly number[] = [],
): Promise<Program> {
  const child = spawn(process.execPath, [...typescriptArguments(), path], {
    cwd: projectFolder,
    env: { ...process.env, PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe", ...inherited],
  });
  const url = await addressOf(child);
  const stop = async (signal: NodeJS.Signals = "SIGINT"): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, "exit");
    child.kill(signal);
    const [code] = (await exit) as [number | null];
    return code;
  };
  return { child, url, stop };
}

function addressOf(child: ChildProcess): Promise<string> {
  let printed = "";
  return new Promise((resolve, reject) => {
    const read = (data: Buffer): void => {
      printed += data.toString();
      const url = /https?:\/\/\S+/.exec(printed)?.[0];
      if (url !== undefined && printed.includes("└")) resolve(url);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) =>
      reject(new Error(`The program ended with code ${code} before it listened:\n${printed}`)),
    );
  });
}
