import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ConfigOptions, configKinds, environmentVariable, resolveConfig } from "../../src/app/config.ts";
import type { ConfigKind } from "../../src/app/config-value.ts";
import { readPage, readTableRows } from "./markdown.ts";

const rows = readTableRows(readPage("docs/reference/config.md"));
const defaults = resolveConfig().config;

/** Kinds that differ only in their bounds are one word to the reader. */
const words: Partial<Record<ConfigKind, string>> = {
  errorFormat: "text",
  messageSize: "size",
  sizeFromZero: "size",
  countFromZero: "count",
  durationFromZero: "duration",
};

describe("the table of settings", () => {
  it("has exactly the settings there are, each once", () => {
    assert.deepEqual(rows.map(([name]) => name).sort(), Object.keys(configKinds).sort());
  });

  for (const [name = "", kind, value, variable, meaning = ""] of rows) {
    it(`tells kind, default and environment variable of ${name}`, () => {
      const key = name as keyof typeof configKinds;
      assert.equal(kind, words[configKinds[key]] ?? configKinds[key]);
      const options = { [name]: value === "none" ? "" : value } as ConfigOptions;
      assert.deepEqual(resolveConfig({ config: options }).config[key], defaults[key], "its default");
      assert.equal(variable, environmentVariable(name));
      assert.notEqual(meaning, "", "what happens past it");
    });
  }

  it("uses kinds that the page on configuration explains", () => {
    const explained = readTableRows(readPage("docs/configuration.md")).map(([kind]) => kind);
    const used = new Set(rows.map(([, kind]) => kind));
    assert.deepEqual([...used].sort(), explained.sort());
  });
});
