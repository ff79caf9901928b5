import assert from "node:assert/strict";
import { test } from "node:test";
import { Router } from "../../src/routing/router.ts";

const REQUESTS = ["/users/7/posts", "/about", "/shops/blue/shelves/7", "/nowhere/at/all"];

function routerWith(count: number): Router<string> {
  const router = new Router<string>();
  router.add(["GET"], "/users/<id:int>/posts", "posts");
  router.add(["GET"], "/about", "about");
  router.add(["GET"], "/shops/:shop/shelves/<shelf:int>", "shelf");
  for (let index = 3; index < count; index++) {
    const path = [`/area${index}/<id:int>`, `/users/list${index}`, `/shops/:shop/shelves/x${index}`][
      index % 3
    ];
    router.add(["GET"], path as string, path as string);
  }
  return router;
}

/** Of all requests, found and not found, in turns. */
function timeOf(router: Router<string>): number {
  const started = performance.now();
  for (let call = 0; call < 1000; call++) for (const path of REQUESTS) router.find("GET", path);
  return performance.now() - started;
}

test("Ten thousand routes are searched as fast as ten", () => {
  const few = routerWith(10);
  const many = routerWith(10_000);
  // The shortest of many short rounds, taken in turns: what else the machine does only makes rounds longer.
  let ratio = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 10 && ratio > 1.2; attempt++) {
    const shortest = [few, many].map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < 60; round++) {
      for (const [index, router] of [few, many].entries())
        shortest[index] = Math.min(shortest[index] as number, timeOf(router));
    }
    ratio = (shortest[1] as number) / (shortest[0] as number);
  }
  assert.ok(ratio <= 1.2, `a search takes ${ratio.toFixed(2)} times as long among 10,000 routes as among 10`);
});
