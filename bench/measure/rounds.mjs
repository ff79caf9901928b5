// Kinds "http", "https", "application", "static" and "websocket": rounds of load, with the CPU time of the server process as the main figure.
import { join } from "node:path";
import { makeCertificate } from "../certificate.mjs";
import { checkAnswers } from "../checks.mjs";
import { runLoad } from "../load.mjs";
import { readCpuMicroseconds, readMemory, startServer, stop } from "../processes.mjs";
import { formatFigure, formatRatio, median } from "../statistics.mjs";
import { interleave } from "./interleaved.mjs";

const longestWarmUp = 2;

export async function measureRounds(scenario, peers, { rounds, seconds, announce }) {
  const { results, failures } = await interleave(peers, rounds, announce, (peer) =>
    measureRound(scenario, peer, seconds),
  );
  const unit = scenario.kind === "websocket" ? "message" : "request";
  const spindash = results.find(({ peer }) => peer.name === "spindash");
  results.sort((a, b) => median(a.cpu) - median(b.cpu) || median(b.rate) - median(a.rate));
  return {
    columns: ["peer", `CPU µs per ${unit}`, "×", `${unit}s/s`, "×", "p99 ms", "core busy %", "peak MB"],
    rows: results.map(({ peer, cpu, rate, p99, busy, memory }) => [
      peer.name,
      formatFigure(cpu, 2),
      formatRatio(cpu, spindash?.cpu),
      formatFigure(rate, 0),
      formatRatio(rate, spindash?.rate),
      formatFigure(p99, 2),
      formatFigure(busy, 0),
      formatFigure(memory, 0),
    ]),
    failures,
  };
}

// A fresh process each round: how the compiler and the heap of one process happen to settle then varies from round to
// round and shows in the range, while a process that is kept would repeat its luck in every round and look exact. It also
// leaves no other server's timers and memory beside the one measured, and makes the peak memory that of one round.
async function measureRound(scenario, peer, seconds) {
  const { kind } = scenario;
  const file = kind === "application" || kind === "static" ? join(kind, peer.file) : peer.file;
  const options = scenario.kind === "https" ? { certificate: await makeCertificate() } : {};
  const { child, port } = await startServer({ ...peer, file }, options);
  try {
    await checkAnswers(scenario, peer, port);
    await runLoad(scenario, peer, port, Math.min(seconds, longestWarmUp));
    const before = readCpuMicroseconds(child.pid);
    const load = await runLoad(scenario, peer, port, seconds);
    const cpu = readCpuMicroseconds(child.pid) - before;
    return {
      cpu: cpu / load.count,
      rate: load.count / load.seconds,
      p99: load.p99,
      busy: cpu / (load.seconds * 10_000),
      memory: readMemory(child.pid, "VmHWM") / 1e6,
    };
  } finally {
    await stop(child);
  }
}
