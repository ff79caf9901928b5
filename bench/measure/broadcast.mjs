// Kind "broadcast": CPU time of the server process for one message to many subscribers.
import { join } from "node:path";
import { benchFolder, hasProcessFiles, loadCore } from "../machine.mjs";
import { readCpuMicroseconds, readMemory, start, startServer, stop, waitForLine } from "../processes.mjs";
import { formatFigure, formatRatio, median } from "../statistics.mjs";
import { interleave } from "./interleaved.mjs";

const connections = 10_000;
const files = connections + 1000;
const openingLimit = 60_000;
const slack = 20_000;

export async function measureBroadcast(_scenario, peers, { rounds, seconds, announce }) {
  if (!hasProcessFiles)
    return { columns: [], rows: [], failures: [{ peer: "all", reason: "needs Linux's /proc" }] };
  const { results, failures } = await interleave(peers, rounds, announce, (peer) =>
    measureOnce(peer, seconds),
  );
  const spindash = results.find(({ peer }) => peer.name === "spindash");
  results.sort((a, b) => median(a.cpu) - median(b.cpu));
  return {
    columns: ["peer", "CPU µs per delivered message", "×", "broadcasts/s", "peak MB"],
    rows: results.map(({ peer, cpu, rate, memory }) => [
      peer.name,
      formatFigure(cpu, 2),
      formatRatio(cpu, spindash?.cpu),
      formatFigure(rate, 1),
      formatFigure(memory, 0),
    ]),
    failures,
  };
}

async function measureOnce(peer, seconds) {
  const { child, port } = await startServer(peer, { files });
  const command = [process.execPath, join(benchFolder, "load/broadcast.mjs"), port, connections, seconds];
  const load = start(command.map(String), { core: loadCore, files });
  try {
    const [opened] = await waitForLine(load, /^\{"open".*\}$/m, openingLimit);
    const before = readCpuMicroseconds(child.pid);
    const [line] = await waitForLine(load, /^\{"broadcasts".*\}$/m, seconds * 1000 + slack);
    const cpu = readCpuMicroseconds(child.pid) - before;
    const { broadcasts, seconds: elapsed } = JSON.parse(line);
    return {
      cpu: cpu / (broadcasts * JSON.parse(opened).open),
      rate: broadcasts / elapsed,
      memory: readMemory(child.pid, "VmHWM") / 1e6,
    };
  } finally {
    await stop(load);
    await stop(child);
  }
}
