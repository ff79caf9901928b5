// Runs the benchmark: node bench/run.mjs --scenario hello,json --peer spindash,fastify (see README.md).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchFolder, bunBinary, describeMachine, isBusy } from "./machine.mjs";
import { measureBroadcast } from "./measure/broadcast.mjs";
import { measureConnections } from "./measure/connections.mjs";
import { measureEndurance } from "./measure/endurance.mjs";
import { measureIdle } from "./measure/idle.mjs";
import { measureInstall } from "./measure/install.mjs";
import { measureRounds } from "./measure/rounds.mjs";
import { measureStart } from "./measure/start.mjs";
import { measureTransfer } from "./measure/transfer.mjs";
import { parseOptions } from "./options.mjs";
import { formatResults, formatScenario } from "./report.mjs";

const measures = {
  http: measureRounds,
  application: measureRounds,
  static: measureRounds,
  https: measureRounds,
  transfer: measureTransfer,
  connections: measureConnections,
  endurance: measureEndurance,
  websocket: measureRounds,
  "websocket-idle": measureIdle,
  broadcast: measureBroadcast,
  idle: measureIdle,
  start: measureStart,
  install: measureInstall,
};

const options = parseOptions(process.argv.slice(2));
const machine = describeMachine();
console.log(machine.join("\n"));
if (isBusy()) console.log("The machine is busy: such figures show that it works, not how fast it is.");
const skipped = options.peers.filter(({ runtime }) => runtime === "bun" && bunBinary === undefined);
const namesOfSkipped = skipped.map(({ name }) => name).join(", ");
if (skipped.length > 0) console.log(`Skipped, for Bun does not run here: ${namesOfSkipped}`);
const peers = options.peers.filter((peer) => !skipped.includes(peer));

const sections = [];
for (const scenario of options.scenarios) {
  const taking = peers.filter(({ kinds }) => kinds.includes(scenario.kind));
  if (taking.length === 0) continue;
  const announce = (step) => showProgress(`${scenario.name}: ${step}`);
  const result = await measures[scenario.kind](scenario, taking, { ...options, announce });
  showProgress("");
  if (result.failures.some(({ peer }) => peer === "spindash")) process.exitCode = 1;
  sections.push(formatScenario(scenario, result));
  console.log(`\n${sections.at(-1)}`);
}
if (options.write) {
  const results = formatResults(machine, { ...options, peers }, sections);
  writeFileSync(join(benchFolder, "results.md"), results);
}

/** One line that is overwritten by the next, on a terminal only. */
function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
