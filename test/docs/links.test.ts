import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { describe, it } from "node:test";
import { projectFolder } from "../../scripts/setup.mjs";
import { documentPages, readPage, withoutFences } from "./markdown.ts";

const pages = documentPages();

describe("links of the documentation", () => {
  for (const page of pages) {
    it(`${page}: every link inside the project leads somewhere`, () => {
      const broken = linksOf(page).filter(({ path, anchor }) => !leadsSomewhere(path, anchor));
      assert.deepEqual(broken, []);
    });
  }

  it("reach every page of docs/ from its index", () => {
    const linked = new Set(linksOf("docs/README.md").map(({ path }) => path));
    const lost = pages.filter(
      (page) => page.startsWith("docs/") && page !== "docs/README.md" && !linked.has(page),
    );
    assert.deepEqual(lost, []);
  });
});

function linksOf(page: string): { path: string; anchor: string }[] {
  const targets = [...withoutFences(readPage(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target = ""]) => target,
  );
  return targets
    .filter((target) => !/^https?:/.test(target))
    .map((target) => {
      const [path = "", anchor = ""] = target.split("#");
      return { path: path === "" ? page : normalize(join(dirname(page), path)), anchor };
    });
}

function leadsSomewhere(path: string, anchor: string): boolean {
  if (!existsSync(join(projectFolder, path))) return false;
  return anchor === "" || anchorsOf(path).includes(anchor);
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...withoutFences(readPage(page)).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
