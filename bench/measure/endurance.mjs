// Kind "endurance": whether a request costs more, and the process weighs more, after a million of them.
import { checkAnswers } from "../checks.mjs";
import { runLoad } from "../load.mjs";
import { readCpuMicroseconds, readMemory, startServer, stop } from "../processes.mjs";
import { scenarios } from "../scenarios.mjs";
import { formatFigure, formatRatio } from "../statistics.mjs";
import { interleave } from "./interleaved.mjs";

const million = 1_000_000;
const warmUp = 2;

export async function measureEndurance(scenario, peers, { rounds, seconds, announce }) {
  const { results, failures } = await interleave(peers, rounds, announce, (peer) =>
    measureOnce(scenario, peer, seconds),
  );
  return {
    columns: [
      "peer",
      "CPU µs per request, at first",
      "after 1,000,000",
      "× at first",
      "MB at first",
      "MB after",
    ],
    rows: results.map(({ peer, first, after, memoryFirst, memoryAfter }) => [
      peer.name,
      formatFigure(first, 2),
      formatFigure(after, 2),
      formatRatio(after, first),
      formatFigure(memoryFirst, 0),
      formatFigure(memoryAfter, 0),
    ]),
    failures,
  };
}

async function measureOnce(scenario, peer, seconds) {
  const { child, port } = await startServer(peer);
  const cost = async () => {
    const before = readCpuMicroseconds(child.pid);
    const { count } = await runLoad(scenario, peer, port, seconds);
    return (readCpuMicroseconds(child.pid) - before) / count;
  };
  const memory = () => readMemory(child.pid, "VmRSS") / 1e6;
  try {
    await checkAnswers(scenario, peer, port);
    await runLoad(scenario, peer, port, warmUp);
    const [first, memoryFirst] = [await cost(), memory()];
    await askMillion(peer, port, seconds);
    return { first, memoryFirst, after: await cost(), memoryAfter: memory() };
  } finally {
    await stop(child);
  }
}

/** Pipelined, since that is the quickest way to a million. */
async function askMillion(peer, port, seconds) {
  const pipelined = scenarios.find(({ name }) => name === "pipelined");
  for (let asked = 0; asked < million; asked += (await runLoad(pipelined, peer, port, seconds)).count);
}
