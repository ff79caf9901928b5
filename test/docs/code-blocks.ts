import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../scripts/setup.mjs";
import { documentPages, readFences, readPage } from "./markdown.ts";

/** A program of the documentation. */
export interface CodeBlock {
  /** File it stands in, as a path from the project's folder. */
  readonly page: string;
  /** Line of that file its code begins at, counted from 1. */
  readonly line: number;
  readonly code: string;
  /** False for those that cannot end by themselves: they are type-checked only. */
  readonly runs: boolean;
}

/** Words for TypeScript and JavaScript that would slip past the test. */
const OTHER_NAMES = new Set(["typescript", "js", "javascript", "mjs", "mts"]);

/** The programs of every Markdown page. Throws for a fence whose info string is none of ours. */
export function blocksOfPages(): CodeBlock[] {
  return documentPages().flatMap((page) =>
    readFences(readPage(page)).flatMap(({ info, line, code }) => {
      const [language = "", ...marks] = info.split(" ");
      if (
        OTHER_NAMES.has(language) ||
        (language === "ts" && marks.join() !== "" && marks.join() !== "no-run")
      )
        throw new Error(`${page}:${line - 1}: code is marked as "ts" or "ts no-run", not as "${info}"`);
      return language === "ts" ? [{ page, line, code, runs: marks.length === 0 }] : [];
    }),
  );
}

/** The `@example` blocks of every docstring in `src/`. */
export function examplesOfSources(): CodeBlock[] {
  return readdirSync(join(projectFolder, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .flatMap((name) => examplesOf(`src/${name.replaceAll("\\", "/")}`));
}

function examplesOf(page: string): CodeBlock[] {
  const source = readFileSync(join(projectFolder, page), "utf8");
  const blocks: CodeBlock[] = [];
  for (const match of source.matchAll(/^ *\* @example\n *\* ```ts\n(.*?)^ *\* ```$/gms)) {
    const before = source.slice(0, match.index).split("\n").length;
    const code = (match[1] ?? "").replaceAll(/^ *\* ?/gm, "");
    blocks.push({ page, line: before + 2, code, runs: true });
  }
  return blocks;
}
