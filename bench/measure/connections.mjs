// Kind "connections": whether a request costs more when more connections are open beside it.
import { join } from "node:path";
import { checkAnswers } from "../checks.mjs";
import { benchFolder, loadCore } from "../machine.mjs";
import { readCpuMicroseconds, start, startServer, stop, waitForLine } from "../processes.mjs";
import { formatFigure, formatRatio } from "../statistics.mjs";
import { interleave } from "./interleaved.mjs";

const many = 1000;
const warmUp = 1;
const opening = 20_000;
const slack = 10_000;

export async function measureConnections(scenario, peers, { rounds, seconds, announce }) {
  const { results, failures } = await interleave(peers, rounds, announce, (peer) =>
    measureOnce(scenario, peer, seconds),
  );
  return {
    columns: ["peer", "CPU µs per request, 1 connection", "1,000 connections", "× 1 connection"],
    rows: results.map(({ peer, one, thousand }) => [
      peer.name,
      formatFigure(one, 2),
      formatFigure(thousand, 2),
      formatRatio(thousand, one),
    ]),
    failures,
  };
}

/** Both on one server, after a warm-up: a new process would settle in another way. */
async function measureOnce(scenario, peer, seconds) {
  const { child, port } = await startServer(peer);
  try {
    await checkAnswers(scenario, peer, port);
    await cost(child, port, many, warmUp);
    return { one: await cost(child, port, 1, seconds), thousand: await cost(child, port, many, seconds) };
  } finally {
    await stop(child);
  }
}

/** Microseconds per request, once the connections are open. */
async function cost(server, port, connections, seconds) {
  const words = [String(port), String(connections), String(seconds)];
  const load = start([process.execPath, join(benchFolder, "load/rotating.mjs"), ...words], {
    core: loadCore,
  });
  try {
    await waitForLine(load, /^open$/m, opening);
    const before = readCpuMicroseconds(server.pid);
    const [line] = await waitForLine(load, /^\{.*\}$/m, seconds * 1000 + slack);
    return (readCpuMicroseconds(server.pid) - before) / JSON.parse(line).count;
  } finally {
    await stop(load);
  }
}
