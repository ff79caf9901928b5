// The command line of the bench.
import { parseArgs } from "node:util";
import { peers } from "./peers.mjs";
import { scenarios } from "./scenarios.mjs";

const usage = `node bench/run.mjs [options]
  --scenario a,b   only these: ${scenarios.map(({ name }) => name).join(", ")}
  --peer a,b       only these: ${peers.map(({ name }) => name).join(", ")}
  --rounds n       rounds per peer and scenario (5)
  --seconds n      seconds of load per round (3)
  --quick          2 rounds of 1 second: for a glance, not for a comparison
  --write          write bench/results.md even after a partial or quick run
  --no-write       only print`;

// A load answers no pings, so a server that sends one every 20 s could give it up in a longer round.
const longestRound = 15;

/** Options with defaults; ends the process with a message when they are wrong. */
export function parseOptions(words) {
  try {
    return interpret(parse(words));
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(1);
  }
}

function parse(words) {
  const text = { type: "string" };
  const flag = { type: "boolean", default: false };
  const options = {
    scenario: text,
    peer: text,
    rounds: text,
    seconds: text,
    quick: flag,
    write: flag,
    "no-write": flag,
  };
  const { values } = parseArgs({ args: words, options: { ...options, help: flag } });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  return values;
}

function interpret(values) {
  const complete = values.scenario === undefined && values.peer === undefined && !values.quick;
  return {
    scenarios: choose(scenarios, values.scenario, "scenario"),
    peers: choose(peers, values.peer, "peer"),
    rounds: toCount(values.rounds ?? (values.quick ? "2" : "5"), "--rounds", 100),
    seconds: toCount(values.seconds ?? (values.quick ? "1" : "3"), "--seconds", longestRound),
    starts: values.quick ? 5 : 15,
    write: values.write || (complete && !values["no-write"]),
  };
}

function choose(all, list, kind) {
  if (list === undefined) return all;
  const names = list.split(",");
  const unknown = names.find((name) => !all.some((entry) => entry.name === name));
  if (unknown !== undefined) throw new Error(`There is no ${kind} called "${unknown}".`);
  return all.filter(({ name }) => names.includes(name));
}

function toCount(text, option, most) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > most) {
    throw new Error(`${option} is "${text}"; expected a whole number from 1 to ${most}.`);
  }
  return count;
}
