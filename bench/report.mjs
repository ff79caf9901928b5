// Tables as Markdown, for the terminal and for results.md alike.
import { readVersion } from "./machine.mjs";

const guide = `Every figure is the median over the rounds, with the smallest and the largest round in brackets: two peers whose
ranges overlap are not proven different. × is the multiple of Spindash's median. Compare **CPU µs** first: it is the
user and system time of the server process per answered request, and another busy program disturbs it least. Requests per
second are comparable only where "core busy" is near 100 %; below that the load, or something else on
the machine, was the limit.
p99 is the latency under full load. README.md says what is measured and how.`;

/** One scenario as a heading, a table and the peers that failed. */
export function formatScenario({ title }, { columns, rows, failures }) {
  const failed = failures.map(({ peer, reason }) => `- ${peer}: FAILED, ${reason}`);
  const parts = [`## ${title}`, rows.length > 0 ? formatTable(columns, rows) : "", failed.join("\n")];
  return parts.filter(Boolean).join("\n\n");
}

/** The whole of results.md. */
export function formatResults(machine, options, sections) {
  const facts = [
    ...machine,
    `${options.rounds} rounds of ${options.seconds} s`,
    describePeers(options.peers),
  ];
  const head = `# Results\n\n${facts.map((fact) => `- ${fact}`).join("\n")}`;
  return `${[head, `## How to read this\n\n${guide}`, ...sections].join("\n\n")}\n`;
}

function describePeers(peers) {
  const names = [...new Set(peers.flatMap(({ packages }) => packages))];
  return `Versions: ${names.map((name) => `${name} ${readVersion(name)}`).join(", ")}`;
}

function formatTable(columns, rows) {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index].length)),
  );
  const line = (cells) =>
    `| ${cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[index]))).join(" | ")} |`;
  const rule = widths.map((width, index) => (index === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(columns), line(rule), ...rows.map(line)].join("\n");
}
