import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { clientFile, ensureClient } from "../../scripts/client.mjs";

const MOST = 2000;

describe("the built client", () => {
  it("has less than 2 kB when it is minified and compressed, and imports nothing", () => {
    ensureClient();
    const source = readFileSync(clientFile, "utf8");
    const size = gzipSync(source).length;
    assert.ok(size < MOST, `${size} bytes`);
    assert.doesNotMatch(source, /\bimport\b/);
  });
});
