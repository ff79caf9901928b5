import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import ts from "typescript";
import { projectFolder } from "../../scripts/setup.mjs";
import { createProgram, fileOf } from "./compiler.ts";

const DOORS = ["src/index.ts", "src/testing/index.ts"];
const program = createProgram(DOORS);
const checker = program.getTypeChecker();

describe("the public API", () => {
  for (const door of DOORS) {
    it(`has a docstring for every export of ${door}`, () => {
      const bare = exportsOf(door).filter((symbol) => !isDocumented(symbol));
      assert.deepEqual(
        bare.map(({ name }) => name),
        [],
      );
    });
  }

  it("has an example for every exported function", () => {
    const bare = DOORS.flatMap(exportsOf)
      .filter(({ flags }) => (flags & ts.SymbolFlags.Function) !== 0)
      .filter((symbol) => !symbol.getJsDocTags(checker).some(({ name }) => name === "example"));
    assert.deepEqual(
      bare.map(({ name }) => name),
      [],
    );
  });

  it("has no any in its declarations", () => {
    const found = sources().flatMap((name) => {
      const { outputText } = ts.transpileDeclaration(readFileSync(join(projectFolder, "src", name), "utf8"), {
        fileName: name,
        compilerOptions: program.getCompilerOptions(),
      });
      const file = ts.createSourceFile(`${name}.d.ts`, outputText, ts.ScriptTarget.Latest, true);
      return anysIn(file).map((node) => `src/${name}: ${node.parent.getText()}`);
    });
    assert.deepEqual(found, []);
  });

  it("would be caught saying any", () => {
    const text = "export declare function f(a: unknown): Map<string, any>;";
    const file = ts.createSourceFile("any.d.ts", text, ts.ScriptTarget.Latest, true);
    assert.equal(anysIn(file).length, 1);
  });
});

function sources(): string[] {
  const names = readdirSync(join(projectFolder, "src"), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts"));
}

function anysIn(node: ts.Node): ts.Node[] {
  const found = node.kind === ts.SyntaxKind.AnyKeyword ? [node] : [];
  node.forEachChild((child) => void found.push(...anysIn(child)));
  return found;
}

function exportsOf(door: string): ts.Symbol[] {
  const module = checker.getSymbolAtLocation(fileOf(program, door));
  assert.ok(module);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

function isDocumented(symbol: ts.Symbol): boolean {
  return symbol.getDocumentationComment(checker).length > 0;
}
