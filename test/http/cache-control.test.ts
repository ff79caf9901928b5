import assert from "node:assert/strict";
import { test } from "node:test";
import { type CacheOptions, formatCacheControl } from "../../src/http/cache-control.ts";
import { SetupError } from "../../src/http/setup-error.ts";

const cases: [options: CacheOptions, value: string][] = [
  [{}, "no-cache"],
  [{ maxAge: 0 }, "no-cache"],
  [{ maxAge: "500ms" }, "no-cache"],
  [{ maxAge: 60 }, "public, max-age=60"],
  [{ maxAge: "1h" }, "public, max-age=3600"],
  [{ maxAge: "365d", immutable: true }, "public, max-age=31536000, immutable"],
  [{ immutable: true }, "public, max-age=31536000, immutable"],
  [{ private: true }, "private, no-cache"],
  [{ private: true, maxAge: 5 }, "private, max-age=5"],
  [{ noStore: true, maxAge: 5 }, "no-store"],
];
for (const [options, value] of cases) {
  test(`${JSON.stringify(options)} is sent as ${value}`, () =>
    assert.equal(formatCacheControl(options), value));
}

test("A lifetime that is none is refused", () => {
  assert.throws(() => formatCacheControl({ maxAge: "soon" as "1s" }), SetupError);
  assert.throws(() => formatCacheControl({ maxAge: -1 }), SetupError);
});
