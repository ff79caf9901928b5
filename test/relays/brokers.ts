import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A broker that tests may kill and start again at the same place. */
export interface Broker {
  readonly url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Ends it and removes what it wrote. */
  remove(): Promise<void>;
}

type BrokerName = "redis" | "nats";

interface Kind {
  readonly program: string;
  readonly scheme: string;
  readonly defaultPort: number;
  /** What the program is told; everything sent to it survives its end, where it keeps anything. */
  words(port: number, folder: string): string[];
}

const redis: Kind = {
  program: "redis-server",
  scheme: "redis",
  defaultPort: 6379,
  words: (port, folder) =>
    `--port ${port} --bind 127.0.0.1 --dir ${folder} --appendonly yes --save`.split(" ").concat(""),
};

const nats: Kind = {
  program: "nats-server",
  scheme: "nats",
  defaultPort: 4222,
  words: (port) => `--addr 127.0.0.1 --port ${port}`.split(" "),
};

const kinds: Readonly<Record<BrokerName, Kind>> = { redis, nats };

/** Why tests with this broker are skipped, or false to run them. On CI they run, and fail without the program. */
export function skipWithout(name: BrokerName): string | false {
  const { program } = kinds[name];
  if (pathOf(program) !== undefined || process.env.CI) return false;
  return `${program} is not on PATH (Debian: apt-get install ${program})`;
}

/** One at its usual port where it runs, else one of our own. */
export async function findBroker(name: BrokerName): Promise<Broker> {
  const { scheme, defaultPort } = kinds[name];
  if (!(await answers(defaultPort))) return startBroker(name);
  const nothing = async (): Promise<void> => {};
  return { url: `${scheme}://127.0.0.1:${defaultPort}`, start: nothing, kill: nothing, remove: nothing };
}

/** One of our own, at a free port. */
export async function startBroker(name: BrokerName): Promise<Broker> {
  const kind = kinds[name];
  const path = pathOf(kind.program);
  if (path === undefined)
    throw new Error(`${kind.program} is not installed; apt-get install ${kind.program}`);
  const port = await findFreePort();
  const folder = mkdtempSync(join(tmpdir(), "spindash-broker-"));
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(path, kind.words(port, folder), { stdio: "ignore" });
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`${kind.program} ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  const remove = async (): Promise<void> => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `${kind.scheme}://127.0.0.1:${port}`, start, kill, remove };
}

function pathOf(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
