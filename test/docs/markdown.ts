import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../scripts/setup.mjs";

/** A fenced block of a page. */
export interface Fence {
  /** What stands behind the opening backticks: `ts`, `ts no-run`, `sh` … */
  readonly info: string;
  /** Line of the page the code begins at, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** Every Markdown page about the project, as paths from its folder, sorted. */
export function documentPages(): string[] {
  const top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
  const docs = readdirSync(join(projectFolder, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`);
  return [...top, ...docs.sort()];
}

export function readPage(path: string): string {
  return readFileSync(join(projectFolder, path), "utf8");
}

/** The fenced blocks of Markdown text. */
export function readFences(text: string): Fence[] {
  const fences: Fence[] = [];
  let open: { info: string; line: number; code: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    if (open === null) {
      if (line.startsWith("```")) open = { info: line.slice(3).trim(), line: index + 2, code: [] };
    } else if (line.startsWith("```")) {
      fences.push({ info: open.info, line: open.line, code: open.code.join("\n") });
      open = null;
    } else open.code.push(line);
  }
  return fences;
}

/** The text without its fenced blocks. */
export function withoutFences(text: string): string {
  return text.replace(/^```.*?^```$/gms, "");
}

/** The cells of every table row but heads and rules, backticks taken off where they wrap the whole cell. */
export function readTableRows(text: string): string[][] {
  const lines = withoutFences(text).split("\n");
  return lines.flatMap((line, index) => {
    const isHead = lines[index + 1]?.startsWith("| --") === true;
    if (!line.startsWith("| ") || line.startsWith("| --") || isHead) return [];
    return [line.split("|").slice(1, -1).map(readCell)];
  });
}

function readCell(cell: string): string {
  const text = cell.trim();
  return /^`[^`]+`$/.test(text) ? text.slice(1, -1) : text;
}
