import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectFolder } from "../../scripts/setup.mjs";
import { requestErrorCodes, setupErrorCodes } from "../../src/http/error-codes.ts";
import { readPage, readTableRows } from "./markdown.ts";

const codes: Readonly<Record<string, string>> = { ...requestErrorCodes, ...setupErrorCodes };
const documented = readTableRows(readPage("docs/reference/errors.md")).filter(([code = ""]) =>
  code.startsWith("E_"),
);

/** Codes as they stand in the sources, outside their registry. */
const raised = new Set(
  readdirSync(join(projectFolder, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith("error-codes.ts"))
    .flatMap((name) => readFileSync(join(projectFolder, "src", name), "utf8").match(/"E_[A-Z0-9_]+"/g) ?? [])
    .map((quoted) => quoted.slice(1, -1)),
);

describe("the codes of errors", () => {
  it("are documented, all of them and no others, with when they are given", () => {
    assert.deepEqual(
      documented.map(([code, meaning]) => [code, meaning]),
      Object.entries(codes),
    );
  });

  it("are raised somewhere in the sources, all of them and no others", () => {
    assert.deepEqual([...raised].sort(), Object.keys(codes).sort());
  });

  it("belong to an answer or to a setup error, not to both", () => {
    assert.equal(
      Object.keys(codes).length,
      Object.keys(requestErrorCodes).length + Object.keys(setupErrorCodes).length,
    );
  });
});
