import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { converters } from "../../src/routing/converters.ts";
import { parsePattern } from "../../src/routing/pattern.ts";
import { decodePercent, describeMalformed, encodeSegment } from "../../src/routing/percent-encoding.ts";
import { Router } from "../../src/routing/router.ts";

/** How many segments a search tests against a type. */
function countConversions(search: () => unknown): number {
  const mocks = [...converters.values()].map((converter) => mock.method(converter, "convert"));
  try {
    search();
    return mocks.reduce((sum, { mock }) => sum + mock.callCount(), 0);
  } finally {
    for (const { mock } of mocks) mock.restore();
  }
}

/** All 2^depth ways to write a path of `depth` parameters as `<x>` or `<x:slug>`, each ending in a literal of its own. */
function everyMixture(depth: number): Router<string> {
  const router = new Router<string>();
  for (let mixture = 0; mixture < 2 ** depth; mixture++) {
    const parts = Array.from(
      { length: depth },
      (_, index) => `<p${index}${(mixture >> index) & 1 ? ":slug" : ""}>`,
    );
    router.add(["GET"], `/${parts.join("/")}/end${mixture}`, `${mixture}`);
  }
  return router;
}

test("Backtracking tests no registered segment twice, even where every branch looks right until its end", () => {
  for (const depth of [4, 6, 8]) {
    const router = everyMixture(depth);
    const typedNodes = 2 ** depth - 1;
    const conversions = countConversions(() => router.find("GET", `/${"a/".repeat(depth)}nowhere`));
    assert.ok(
      conversions <= typedNodes,
      `${conversions} conversions in a tree with ${typedNodes} typed nodes`,
    );
  }
});

test("The work of a search does not grow with the segments beyond the routes", () => {
  const router = everyMixture(6);
  const conversions = [10, 100, 200].map((length) =>
    countConversions(() => assert.equal(router.find("GET", "/a".repeat(length)).value, undefined)),
  );
  assert.equal(new Set(conversions).size, 1, conversions.join(" "));
});

test("Two routes of 200 segments that differ at their ends cost each segment at most once", () => {
  const names = Array.from({ length: 200 }, (_, index) => `p${index}`);
  const router = new Router<string>();
  router.add(["GET"], `/${names.map((name) => `<${name}>`).join("/")}/x`, "str");
  router.add(["GET"], `/${names.map((name) => `<${name}:slug>`).join("/")}/y`, "slug");
  router.add(["GET"], "/<p0:slug>/<rest:path>", "path");
  const path = "/a".repeat(200);
  assert.equal(router.find("GET", `${path}/x`).value, "path");
  assert.equal(router.find("GET", `${path}/y`).value, "slug");
  assert.equal(router.find("GET", `/-${path.slice(2)}/x`).value, "str");
  for (const end of ["x", "y", "z", ""]) {
    assert.ok(countConversions(() => router.find("GET", `${path}/${end}`)) <= 200);
  }
});

test("The typed children that several routes share are tested once", () => {
  const router = new Router<string>();
  for (let index = 0; index < 500; index++) router.add(["GET"], `/<id:int>/action${index}`, `${index}`);
  assert.equal(
    countConversions(() => router.find("GET", "/7/action499")),
    1,
  );
});

const router = new Router<string>();
router.add(["GET"], "/<a:slug>/<b:slug>/<c:slug>/x", "slugs");
router.add(["GET"], "/<a>/<b>/<c>/y", "strings");
router.add(["GET"], "/<a:float>/<b:int>/<c:path>", "path");
router.add(["GET"], "/<a:(?:[a-z0-9]+[-.]?)+!>/z", "expression");
router.add(["GET"], "/<a:(?:-?[a-z]+)+/(?:a+)+!>", "expression of several segments");
router.add(["GET"], "/<a=bigint:ext>", "file name");

const units = ["a", "-a", "/a", "//", "%61", "%2F", "%C3%A9", "%zz", "1", ".", "<", "<a>", ":"];
const functions: Record<string, (text: string) => unknown> = {
  "Router.find": (text) => router.find("GET", `/${text}`),
  parsePattern: (text) => parsePattern(`/${text}`),
  decodePercent,
  describeMalformed,
  encodeSegment,
  ...Object.fromEntries([...converters].map(([name, { convert }]) => [`the type ${name}`, convert])),
};

for (const [name, run] of Object.entries(functions)) {
  test(`${name} takes linear time`, () => {
    for (const unit of units) {
      // A quadratic algorithm takes minutes for a million characters; a linear one milliseconds.
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      const started = performance.now();
      try {
        run(text);
      } catch {
        // Refusals are timed like answers.
      }
      const elapsed = performance.now() - started;
      assert.ok(elapsed < 2000, `${unit} repeated takes ${elapsed.toFixed()} ms`);
    }
  });
}
