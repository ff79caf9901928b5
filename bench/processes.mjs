// Child processes of the bench: started on a core, always ended with the bench, read through /proc.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { benchFolder, bunBinary, hasProcessFiles, projectFolder, serverCore } from "./machine.mjs";

const startLimit = 10_000;
const living = new Set();

process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

/** Starts a program on `core`; its output is collected in `child.output`. */
export function start(command, { core, files } = {}) {
  let words = core === undefined ? command : ["taskset", "-c", String(core), ...command];
  // Both taskset and exec keep the process id, so the figures read are those of the program itself.
  if (files !== undefined) words = ["sh", "-c", `ulimit -n ${files} && exec "$@"`, "sh", ...words];
  const child = spawn(words[0], words.slice(1), {
    cwd: benchFolder,
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.output = "";
  living.add(child);
  child.on("error", (error) => {
    child.output += error.message;
  });
  child.on("close", () => living.delete(child));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      child.output += text;
    });
  }
  return child;
}

/**
 * Starts a peer's server and waits for its `ready` line; answers the process, its port and how long that took. With
 * `certificate`, a folder with `fullchain.pem` and `privkey.pem`, it serves https.
 */
export async function startServer(peer, { certificate, ...options } = {}) {
  const port = await findFreePort();
  const runtime = peer.runtime === "bun" ? bunBinary : process.execPath;
  const begin = performance.now();
  const words = [runtime, join(benchFolder, "servers", peer.file), String(port)];
  const child = start(certificate === undefined ? words : [...words, certificate], {
    core: serverCore,
    ...options,
  });
  try {
    await waitForLine(child, /^ready$/m, startLimit);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { child, port, milliseconds: performance.now() - begin };
}

/** Waits until the output of `child` matches `pattern`; throws what the child said when it ends or is too slow. */
export function waitForLine(child, pattern, milliseconds) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${why}: ${firstErrorLine(child.output)}`));
    const timer = setTimeout(() => fail(`no ${pattern} within ${milliseconds} ms`), milliseconds);
    const look = () => {
      const match = pattern.exec(child.output);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout.on("data", look);
    child.on("close", () => {
      clearTimeout(timer);
      fail("the process ended");
    });
  });
}

/** Ends a child and waits until it is gone, so that it cannot disturb the next one. */
export function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  return ended;
}

/** User and system time of all threads, in microseconds with a resolution of nanoseconds; NaN without /proc. */
export function readCpuMicroseconds(pid) {
  if (!hasProcessFiles) return Number.NaN;
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + readThreadNanoseconds(pid, thread), 0) / 1000;
}

/** A memory figure of a process in bytes: "VmRSS" (now) or "VmHWM" (its peak); NaN without /proc. */
export function readMemory(pid, field) {
  if (!hasProcessFiles) return Number.NaN;
  const line = readFileSync(`/proc/${pid}/status`, "latin1")
    .split("\n")
    .find((text) => text.startsWith(`${field}:`));
  return Number.parseInt(line.slice(field.length + 1), 10) * 1024;
}

function readThreadNanoseconds(pid, thread) {
  try {
    return Number.parseInt(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1"), 10);
  } catch {
    return 0; // a thread may end between the listing and the reading
  }
}

function findFreePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function firstErrorLine(output) {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const line = lines.find((text) => /error|unknown|cannot/i.test(text)) ?? lines[0] ?? "it printed nothing";
  return line.replaceAll(projectFolder, "");
}
