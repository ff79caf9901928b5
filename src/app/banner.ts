import { version } from "./version.ts";

/** What the banner tells. */
export interface BannerFacts {
  name: string;
  /** Every place it listens. */
  urls: readonly string[];
  debug: boolean;
}

const LOGO = [
  "   ___       _         _           _    ",
  "  / __|_ __ (_)_ _  __| |__ _ ___ | |_  ",
  "  \\__ \\ '_ \\| | ' \\/ _` / _` (_-< | ' \\ ",
  "  |___/ .__/|_|_||_\\__,_\\__,_/__/ |_||_|",
  "      |_|          gotta go fast        ",
];
const DEBUG_MARK = " DEBUG IS ON: errors show their insides. Not for the open internet. ";

/** The start message: logo and a table; in debug mode with a mark nobody overlooks. Colours only on a terminal. */
export function formatBanner(
  facts: BannerFacts,
  isTerminal: boolean = process.stdout.isTTY === true && !process.env.NO_COLOR,
): string {
  const rows: [string, string][] = [
    ["app", facts.name],
    ["mode", facts.debug ? "debug" : "production"],
    ...facts.urls.map((url): [string, string] => ["address", url]),
    ["workers", "1 (single process)"],
    ["runtime", runtimeName()],
    ["version", `Spindash ${version}`],
  ];
  const width = Math.max(...rows.map(([, value]) => value.length), 30);
  const line = (left: string, middle: string, right: string): string =>
    `${left}${"─".repeat(11)}${middle}${"─".repeat(width + 2)}${right}`;
  const table = [
    line("┌", "┬", "┐"),
    ...rows.map(([label, value]) => `│ ${label.padEnd(9)} │ ${value.padEnd(width)} │`),
    line("└", "┴", "┘"),
  ];
  const logo = isTerminal ? LOGO.map((row) => `\u001b[36m${row}\u001b[0m`) : LOGO;
  return `${[...logo, ...table, ...(facts.debug ? debugMark(isTerminal) : [])].join("\n")}\n`;
}

function debugMark(isTerminal: boolean): string[] {
  const border = "!".repeat(DEBUG_MARK.length + 4);
  const rows = [border, `!!${DEBUG_MARK}!!`, border];
  return isTerminal ? rows.map((row) => `\u001b[1;37;41m${row}\u001b[0m`) : rows;
}

function runtimeName(): string {
  const { bun, deno, node } = process.versions;
  if (bun !== undefined) return `Bun ${bun}`;
  if (deno !== undefined) return `Deno ${deno}`;
  return `Node ${node}`;
}
