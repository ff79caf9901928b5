import assert from "node:assert/strict";
import { test } from "node:test";
import { SetupError } from "../../src/http/setup-error.ts";
import { CallSite } from "../../src/routing/call-site.ts";
import { Router } from "../../src/routing/router.ts";

type Definition = [path: string, options?: { strictSlashes?: boolean; methods?: string[] }];

function register(
  router: Router<string>,
  [path, { strictSlashes = false, methods = ["GET"] } = {}]: Definition,
): void {
  router.add(methods, path, path, { strictSlashes, registeredAt: new CallSite() });
}

const AMBIGUOUS: [Definition, Definition][] = [
  [["/<a:[a-m]+>"], ["/<b:[a-z]+>"]],
  [["/x/<a:\\d+>/y"], ["/x/<b:\\d{4}>/y"]],
  [["/x/<a:\\d+>/y"], ["/x/<b:\\d{4}>/<c>"]],
  [["/<a:\\d+>/<b:int>"], ["/<c:\\d{2}>/7"]],
  [["/<a:\\d+>/<b?>"], ["/<c:\\d{2}>"]],
  [["/<a:\\d+>"], ["/<c:\\d{2}>/<b?:int>"]],
  [["/<a:\\d+>/<b:path>"], ["/<c:\\d{2}>/x/y"]],
  [["/<a:[a-z]/.*>"], ["/<b:.*/b>"]],
  [["/<a:ext=jpg|png>"], ["/<b:ext=png|gif>"]],
  [
    ["/<a:\\d+>", { methods: ["GET", "POST"] }],
    ["/<b:\\d{2}>", { methods: ["POST"] }],
  ],
  [["/<a:\\d+>", { strictSlashes: true }], ["/<b:\\d{2}>/"]],
];

for (const [one, other] of AMBIGUOUS) {
  test(`${one[0]} and ${other[0]} are ambiguous in either order, and both places are named`, () => {
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      const router = new Router<string>();
      register(router, first);
      assert.throws(
        () => register(router, second),
        (error) => {
          assert.ok(error instanceof SetupError);
          assert.match(error.message, /are ambiguous: some paths fit both/);
          assert.ok(error.message.includes(first[0]) && error.message.includes(second[0]), error.message);
          assert.equal(error.message.match(/ambiguity\.test\.ts:\d+:\d+/g)?.length, 2, error.message);
          return true;
        },
      );
    }
  });
}

const CLEAR: Definition[][] = [
  [["/<a:\\d+>"], ["/<b:[a-z]+>"], ["/<c:-.*>"]],
  [["/<a:[a-z]+>/x"], ["/<b:[a-m]+>/y"]],
  [["/<a:[a-z]+>/<n:int>"], ["/<b:[a-m]+>/y"]],
  [["/<a:[a-z]+>/x"], ["/<b:[a-m]+>"]],
  [["/<a:[a-z]+>/x"], ["/<b:[a-m]+>/x/y"]],
  [["/p/<a:[a-z]+>"], ["/q/<b:[a-m]+>"]],
  [["/<a:[a-z]+>"], ["/<b:slug>"], ["/<c:ext>"], ["/<d>"]],
  [
    ["/<a:[a-z]+>", { methods: ["GET"] }],
    ["/<b:[a-m]+>", { methods: ["POST"] }],
  ],
  [
    ["/<a:[a-z]+>", { strictSlashes: true }],
    ["/<b:[a-m]+>/", { strictSlashes: true }],
  ],
  [["/<a:[a-z]/.*>"], ["/<b:.*>"]],
  [["/<a:ext=jpg>"], ["/<b:ext=png>"], ["/<c:ext=tar.gz>"], ["/<d:ext=gz>"], ["/<e:ext>"], ["/<f=int:ext>"]],
];

for (const definitions of CLEAR) {
  test(`${definitions.map(([path]) => path).join(" and ")} live side by side`, () => {
    const router = new Router<string>();
    for (const definition of definitions) register(router, definition);
  });
}

test("Ten thousand routes with expressions are registered in a moment", () => {
  const router = new Router<string>();
  const started = performance.now();
  for (let index = 0; index < 10_000; index++) register(router, [`/r${index}/<id:\\d+>`]);
  assert.ok(performance.now() - started < 5000);
});
