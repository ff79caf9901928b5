import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { importPeer, SetupError } from "spindash";

const folder = mkdtempSync(join(tmpdir(), "spindash-peers-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A module that imports a package, in a folder where `installed` are. */
function importing(name: string, installed: Readonly<Record<string, string>> = {}): () => Promise<object> {
  for (const [each, source] of Object.entries(installed)) {
    const place = join(folder, "node_modules", each);
    mkdirSync(place, { recursive: true });
    writeFileSync(
      join(place, "package.json"),
      JSON.stringify({ name: each, type: "module", main: "index.js" }),
    );
    writeFileSync(join(place, "index.js"), source);
  }
  const file = join(folder, `${name.replaceAll(/\W/g, "-")}.mjs`);
  writeFileSync(file, `export * from ${JSON.stringify(name)};`);
  return () => import(pathToFileURL(file).href);
}

describe("a package that is loaded when it is needed", () => {
  test("is given when it is there", async () => {
    const load = importing("there", { there: "export const answer = 42;" });
    const module: { answer?: number } = await importPeer("there", "The test", load);
    assert.equal(module.answer, 42);
  });

  for (const name of ["missing", "@missing/scoped"]) {
    test(`says how to install it when it is not: ${name}`, async () => {
      await assert.rejects(
        importPeer(name, "The relay redis", importing(name)),
        (error) =>
          error instanceof SetupError &&
          error.message ===
            `The relay redis needs the package ${name}, which is not installed: npm install ${name}` &&
          error.cause instanceof Error,
      );
    });
  }

  test("is not called missing when it lacks a package itself", async () => {
    const load = importing("incomplete", { incomplete: 'import "deeper";' });
    await assert.rejects(importPeer("incomplete", "The test", load), /deeper/);
    await assert.rejects(
      importPeer("incomplete", "The test", load),
      (error) => !(error instanceof SetupError),
    );
  });

  test("is not called missing when it fails", async () => {
    const load = importing("failing", { failing: 'throw new Error("broken inside");' });
    await assert.rejects(importPeer("failing", "The test", load), /^Error: broken inside$/);
  });

  test("says that another version is needed when something is not in it", async () => {
    const load = importing("old", { old: "export const connectOld = 1;" }) as () => Promise<{
      connect?: unknown;
    }>;
    await assert.rejects(
      importPeer("old", "The relay nats", load, ["connect"]),
      /^SetupError: The relay nats needs another version of the package old: the one installed has no connect; npm install old@latest$/,
    );
  });
});
