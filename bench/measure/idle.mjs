// Kind "idle": memory of the server process while many keep-alive connections, each used once, stay open.
import { join } from "node:path";
import { benchFolder, hasProcessFiles, loadCore } from "../machine.mjs";
import { readMemory, start, startServer, stop, waitForLine } from "../processes.mjs";
import { formatFigure, formatRatio } from "../statistics.mjs";
import { interleave } from "./interleaved.mjs";

const connections = 10_000;
const files = connections + 1000;
const openingLimit = 60_000;

export async function measureIdle(_scenario, peers, { rounds, announce }) {
  if (!hasProcessFiles)
    return { columns: [], rows: [], failures: [{ peer: "all", reason: "needs Linux's /proc" }] };
  const { results, failures } = await interleave(peers, rounds, announce, measureOnce);
  const spindash = results.find(({ peer }) => peer.name === "spindash");
  return {
    columns: ["peer", "MB with 10,000 connections", "×", "MB before", "kB per connection", "still open"],
    rows: results.map(({ peer, before, after, each, open }) => [
      peer.name,
      formatFigure(after, 0),
      formatRatio(after, spindash?.after),
      formatFigure(before, 0),
      formatFigure(each, 1),
      formatFigure(open, 0),
    ]),
    failures,
  };
}

async function measureOnce(peer) {
  const server = await startServer(peer, { files });
  try {
    const before = readMemory(server.child.pid, "VmRSS");
    const { open, after } = await openConnections(server);
    return { before: before / 1e6, after: after / 1e6, each: (after - before) / open / 1e3, open };
  } finally {
    await stop(server.child);
  }
}

/** Answers how many connections are open and what the server weighs with them, in bytes. */
async function openConnections({ child, port }) {
  const command = [process.execPath, join(benchFolder, "load/idle.mjs"), String(port), String(connections)];
  const load = start(command, { core: loadCore, files });
  try {
    const [line] = await waitForLine(load, /^\{.*\}$/m, openingLimit);
    return { ...JSON.parse(line), after: readMemory(child.pid, "VmRSS") };
  } finally {
    await stop(load);
  }
}
