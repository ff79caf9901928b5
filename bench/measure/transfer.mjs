// Kind "transfer": how many megabytes of bodies a second, and what each costs the server process.
import { checkAnswers } from "../checks.mjs";
import { runLoad } from "../load.mjs";
import { readCpuMicroseconds, readMemory, startServer, stop } from "../processes.mjs";
import { megabyte } from "../scenarios.mjs";
import { formatFigure, formatRatio } from "../statistics.mjs";
import { interleave } from "./interleaved.mjs";

const warmUp = 1;

export async function measureTransfer(scenario, peers, { rounds, seconds, announce }) {
  const { results, failures } = await interleave(peers, rounds, announce, (peer) =>
    measureOnce(scenario, peer, seconds),
  );
  const spindash = results.find(({ peer }) => peer.name === "spindash");
  return {
    columns: ["peer", "CPU µs per MiB", "×", "MiB/s", "×", "core busy %", "peak MB"],
    rows: results.map(({ peer, cpu, rate, busy, memory }) => [
      peer.name,
      formatFigure(cpu, 0),
      formatRatio(cpu, spindash?.cpu),
      formatFigure(rate, 0),
      formatRatio(rate, spindash?.rate),
      formatFigure(busy, 0),
      formatFigure(memory, 0),
    ]),
    failures,
  };
}

async function measureOnce(scenario, peer, seconds) {
  const { child, port } = await startServer(peer);
  try {
    await checkAnswers(scenario, peer, port);
    await runLoad(scenario, peer, port, warmUp);
    const before = readCpuMicroseconds(child.pid);
    const load = await runLoad(scenario, peer, port, seconds);
    const cpu = readCpuMicroseconds(child.pid) - before;
    const megabytes = load.count / megabyte;
    return {
      cpu: cpu / megabytes,
      rate: megabytes / load.seconds,
      busy: cpu / (load.seconds * 10_000),
      memory: readMemory(child.pid, "VmHWM") / 1e6,
    };
  } finally {
    await stop(child);
  }
}
