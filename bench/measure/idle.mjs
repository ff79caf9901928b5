// Kinds "idle" and "websocket-idle": memory of the server process while many connections stay open, each of them used for
// one request or upgraded to a WebSocket.
import { join } from "node:path";
import { benchFolder, hasProcessFiles, loadCore } from "../machine.mjs";
import { readMemory, start, startServer, stop, waitForLine } from "../processes.mjs";
import { formatFigure, formatRatio } from "../statistics.mjs";
import { interleave } from "./interleaved.mjs";

const connections = 10_000;
const files = connections + 1000;
const openingLimit = 60_000;

export async function measureIdle(scenario, peers, { rounds, announce }) {
  if (!hasProcessFiles)
    return { columns: [], rows: [], failures: [{ peer: "all", reason: "needs Linux's /proc" }] };
  const { results, failures } = await interleave(peers, rounds, announce, (peer) =>
    measureOnce(scenario, peer),
  );
  const spindash = results.find(({ peer }) => peer.name === "spindash");
  return {
    columns: [
      "peer",
      "MB with 10,000 connections",
      "×",
      "MB before",
      "kB per connection",
      "s to open",
      "still open",
    ],
    rows: results.map(({ peer, before, after, each, seconds, open }) => [
      peer.name,
      formatFigure(after, 0),
      formatRatio(after, spindash?.after),
      formatFigure(before, 0),
      formatFigure(each, 1),
      formatFigure(seconds, 1),
      formatFigure(open, 0),
    ]),
    failures,
  };
}

async function measureOnce(scenario, peer) {
  const server = await startServer(peer, { files });
  try {
    const before = readMemory(server.child.pid, "VmRSS");
    const { open, after, seconds } = await openConnections(scenario, server);
    const each = (after - before) / open / 1e3;
    return { before: before / 1e6, after: after / 1e6, each, seconds, open };
  } finally {
    await stop(server.child);
  }
}

/** Answers how many connections are open and what the server weighs with them, in bytes. */
async function openConnections({ path = "" }, { child, port }) {
  const words = [String(port), String(connections), path];
  const command = [process.execPath, join(benchFolder, "load/idle.mjs"), ...words];
  const load = start(command, { core: loadCore, files });
  try {
    const [line] = await waitForLine(load, /^\{.*\}$/m, openingLimit);
    return { ...JSON.parse(line), after: readMemory(child.pid, "VmRSS") };
  } finally {
    await stop(load);
  }
}
