import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestName } from "../../src/routing/nearest-name.ts";

const candidates = ["int", "float", "uuid", "slug", "strict"];
const cases: [name: string, nearest: string | undefined][] = [
  ["int", "int"],
  ["ints", "int"],
  ["in", "int"],
  ["ant", "int"],
  ["flaot", "float"],
  ["uid", "uuid"],
  ["slog", "slug"],
  ["stict", "strict"],
  ["x", undefined],
  ["", undefined],
  ["itn", undefined],
  ["constructor", undefined],
];

test("The nearest name is at most two edits away, and at least half right", () => {
  for (const [name, nearest] of cases) assert.equal(nearestName(name, candidates), nearest, name);
});
