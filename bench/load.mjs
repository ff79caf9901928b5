// Runs one load against a server, in a process of its own on the load core.
import { join } from "node:path";
import { benchFolder, hasWrk, loadCore } from "./machine.mjs";
import { start, stop, waitForLine } from "./processes.mjs";
import { formatRequest, websocketPath } from "./scenarios.mjs";

const slack = 20_000;

/** Answers `{ count, seconds, p99 }`: answers the load counted, how long it ran, and a latency in milliseconds. */
export async function runLoad(scenario, peer, port, seconds) {
  const child = start(commandFor(scenario, peer, port, seconds), { core: loadCore });
  try {
    const [line] = await waitForLine(child, /^\{.*\}$/m, seconds * 1000 + slack);
    const { errors, ...figures } = JSON.parse(line);
    if (errors > 0) throw new Error(`${errors} of ${figures.count} requests failed under load`);
    if (figures.count === 0) throw new Error("no request was answered under load");
    return { ...figures, p99: figures.p99 ?? Number.NaN };
  } finally {
    await stop(child);
  }
}

function commandFor(scenario, peer, port, seconds) {
  const script = (name, ...words) => [process.execPath, join(benchFolder, "load", name), ...words];
  if (scenario.kind === "websocket") {
    const { inFlight, size, isCompressed } = scenario;
    const numbers = [port, seconds, inFlight, size, isCompressed ? 1 : 0];
    return script("websocket.mjs", websocketPath(scenario, peer), ...numbers.map(String));
  }
  const { request, pipeline } = scenario;
  if (scenario.kind === "transfer")
    return script("transfer.mjs", String(port), scenario.name, String(seconds));
  if (pipeline > 1) return script("pipelined.mjs", String(port), String(pipeline), String(seconds));
  const scheme = scenario.kind === "https" ? "https" : "http";
  if (!hasWrk) return script("autocannon.mjs", JSON.stringify({ scheme, port, request, seconds }));
  const options = ["-t1", "-c64", `-d${seconds}s`, "-s", join(benchFolder, "load", "wrk.lua")];
  return ["wrk", ...options, `${scheme}://127.0.0.1:${port}`, "--", formatRequest(request, port)];
}
