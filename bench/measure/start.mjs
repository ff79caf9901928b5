// Kind "start": from spawning the process to its `ready` line, which each server prints once it is listening.
import { startServer, stop } from "../processes.mjs";
import { formatFigure, formatRatio } from "../statistics.mjs";
import { interleave } from "./interleaved.mjs";

export async function measureStart(_scenario, peers, { starts, announce }) {
  const { results, failures } = await interleave(peers, starts, announce, measureOnce);
  const spindash = results.find(({ peer }) => peer.name === "spindash");
  return {
    columns: ["peer", `ms from start to listening, ${starts} starts`, "×"],
    rows: results.map(({ peer, milliseconds }) => [
      peer.name,
      formatFigure(milliseconds, 0),
      formatRatio(milliseconds, spindash?.milliseconds),
    ]),
    failures,
  };
}

async function measureOnce(peer) {
  const { child, milliseconds } = await startServer(peer);
  await stop(child);
  return { milliseconds };
}
