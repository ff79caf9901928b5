import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectFolder } from "../../scripts/setup.mjs";
import { readPage, readTableRows } from "./markdown.ts";

const map = readPage("ARCHITECTURE.md");

describe("ARCHITECTURE.md", () => {
  for (const page of ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/internals/framing.md"]) {
    it(`names only paths that exist (${page})`, () => {
      const missing = pathsIn(readPage(page)).filter((path) => !existsSync(join(projectFolder, path)));
      assert.deepEqual(missing, []);
    });
  }

  it("mentions every folder of src/", () => {
    const folders = foldersBelow("src").filter((folder) => !map.includes(`\`${folder}/`));
    assert.deepEqual(folders, []);
  });

  it("gives each name the file that defines it", () => {
    const wrong = readTableRows(map)
      .filter(([, file]) => /^src\/.*\.ts$/.test(file ?? ""))
      .filter(([name = "", file = ""]) => /^\w+$/.test(name) && !defines(file, name))
      .map(([name, file]) => `${name} is not defined in ${file}`);
    assert.deepEqual(wrong, []);
  });

  it("has the floors that the import rules enforce", () => {
    const rules = readFileSync(join(projectFolder, ".dependency-cruiser.cjs"), "utf8");
    const floors = [...rules.matchAll(/^ {2}\[([^\]]*)\],$/gm)].map(([, names = ""]) =>
      [...names.matchAll(/"([^"]+)"/g)].map(([, name]) => name),
    );
    const told = readTableRows(map)
      .map(([floor = "", folder = ""]) => [floor, /^src\/([\w-]+)\/$/.exec(folder)?.[1]] as const)
      .filter((row): row is readonly [string, string] => row[1] !== undefined && row[0] !== "");
    assert.ok(told.length > 5);
    for (const [floor, folder] of told)
      assert.ok(floors[Number(floor)]?.includes(folder), `${folder} is not on floor ${floor}`);
  });
});

/** Whatever stands in backticks and looks like a path of the project. */
function pathsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, path = ""]) => path);
  const isPath = /^(?:\.?[\w-]+\/)+(?:[\w.-]+\.\w+)?$|^[\w.-]+\.(?:ts|cjs|mjs|md|json)$/;
  // dist/ is there once it is built.
  return quoted.filter((path) => isPath.test(path) && path !== "dist/" && !path.startsWith("spindash/"));
}

function foldersBelow(folder: string): string[] {
  return foldersIn(folder).flatMap((name) => [`${folder}/${name}`, ...foldersBelow(`${folder}/${name}`)]);
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(projectFolder, folder)).filter((name) =>
    statSync(join(projectFolder, folder, name)).isDirectory(),
  );
}

function defines(file: string, name: string): boolean {
  const source = readFileSync(join(projectFolder, file), "utf8");
  return new RegExp(
    `^export (?:abstract |async )*(?:class|function|interface|type|const) ${name}\\b`,
    "m",
  ).test(source);
}
