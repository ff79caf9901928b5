import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { type BlockFailure, BlockProject } from "./block-project.ts";
import { blocksOfPages, type CodeBlock, examplesOfSources } from "./code-blocks.ts";

const blocks: readonly CodeBlock[] = [...blocksOfPages(), ...examplesOfSources()];

describe("the programs of the documentation", { timeout: 60_000 }, () => {
  const project = new BlockProject(blocks);
  after(() => project.remove());
  // Two processes for all blocks, side by side: starting one for each would take minutes.
  const failures = Promise.all([project.check(), project.run()]).then((both) => both.flat());
  failures.catch(() => {});

  for (const page of new Set(blocks.map((block) => block.page))) {
    it(`${page}: its programs have the right types, run and end by themselves`, async () => {
      const own = (await failures).filter(({ block }) => block.page === page);
      assert.equal(own.length, 0, formatFailures(own));
    });
  }
});

describe("the programs found", () => {
  it("are there in every tutorial page and many docstrings", () => {
    const pages = new Set(blocks.map((block) => block.page));
    for (const page of ["README.md", "docs/getting-started.md", "docs/routing.md", "src/app/spindash.ts"])
      assert.ok(pages.has(page), `no program was found in ${page}`);
  });

  it("are run with few exceptions", () => {
    const skipped = blocks.filter(({ runs }) => !runs);
    assert.ok(
      skipped.length * 10 <= blocks.length,
      `marked as no-run: ${skipped.map(({ page, line }) => `${page}:${line}`).join(", ")}`,
    );
  });
});

function formatFailures(failures: readonly BlockFailure[]): string {
  return failures.map(({ block, problem }) => `${block.page}:${block.line}\n${problem}`).join("\n\n");
}
