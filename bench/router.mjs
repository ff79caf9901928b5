// How fast routes are found, beside other routers: node --import tsx bench/router.mjs [--routes 10000]
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { Router } from "../src/routing/router.ts";

const require = createRequire(import.meta.url);
const ROUNDS = 101;
const CALLS = 10_000;

/** Routes as a small service has them; a path with `:name` has a parameter. */
const ROUTES = [
  ["GET", "/user"],
  ["GET", "/user/comments"],
  ["GET", "/user/avatar"],
  ["GET", "/user/lookup/username/:username"],
  ["GET", "/user/lookup/email/:address"],
  ["GET", "/event/:id"],
  ["GET", "/event/:id/comments"],
  ["POST", "/event/:id/comment"],
  ["POST", "/map/:location/events"],
  ["GET", "/status"],
  ["GET", "/very/deeply/nested/route/hello/there"],
  ["GET", "/shops/:shop/shelves/:shelf/boxes/:box/items/:item"],
];

/** What is looked for, and what must be found. */
const REQUESTS = {
  static: ["GET", "/user/comments", {}],
  parameter: ["GET", "/user/lookup/username/amy", { username: "amy" }],
  deep: [
    "GET",
    "/shops/blue/shelves/7/boxes/12/items/99",
    { shop: "blue", shelf: "7", box: "12", item: "99" },
  ],
  miss: ["GET", "/user/lookup/phone/amy", undefined],
};

/** Each makes a function from method and path to parameters, `undefined` for a miss. */
const routers = {
  spindash(routes) {
    const router = new Router();
    for (const [method, path] of routes) router.add([method], path, path);
    return (method, path) => {
      const { value, parameters } = router.find(method, path);
      return value === undefined ? undefined : parameters;
    };
  },
  async "find-my-way"(routes) {
    const router = require("find-my-way")();
    for (const [method, path] of routes) router.on(method, path, () => {});
    return (method, path) => router.find(method, path)?.params;
  },
  async rou3(routes) {
    const { addRoute, createRouter, findRoute } = await import("rou3");
    const router = createRouter();
    for (const [method, path] of routes) addRoute(router, method, path, path);
    return (method, path) => {
      const found = findRoute(router, method, path);
      return found === undefined ? undefined : (found.params ?? NOTHING);
    };
  },
  async "hono RegExpRouter"(routes) {
    const { RegExpRouter } = await import("hono/router/reg-exp-router");
    return findByHono(new RegExpRouter(), routes);
  },
  async "hono SmartRouter"(routes) {
    const { RegExpRouter } = await import("hono/router/reg-exp-router");
    const { SmartRouter } = await import("hono/router/smart-router");
    const { TrieRouter } = await import("hono/router/trie-router");
    return findByHono(new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] }), routes);
  },
};

const NOTHING = {};

/** Hono's routers give the places of parameters; its requests look them up, so that is part of finding them. */
function findByHono(router, routes) {
  for (const [method, path] of routes) router.add(method, path, path);
  return (method, path) => {
    const [handlers, stash] = router.match(method, path);
    if (handlers.length === 0) return undefined;
    const places = handlers[0][1];
    const parameters = {};
    for (const name in places) parameters[name] = stash === undefined ? places[name] : stash[places[name]];
    return parameters;
  };
}

function nanosecondsPerCall(find, [method, path]) {
  // Paths come from the network as new strings each time: no router may know one by its identity.
  const paths = Array.from({ length: 64 }, () => Buffer.from(path).toString("latin1"));
  const started = performance.now();
  for (let call = 0; call < CALLS; call++) find(method, paths[call & 63]);
  return ((performance.now() - started) / CALLS) * 1e6;
}

function median(figures) {
  return figures.toSorted((one, other) => one - other)[figures.length >> 1];
}

function routesWith(count) {
  const more = Array.from({ length: Math.max(0, count - ROUTES.length) }, (_, index) => [
    "GET",
    `/group${index % 100}/${index % 2 === 0 ? ":id" : "list"}/action${index}`,
  ]);
  return [...ROUTES, ...more];
}

async function makeFinders(routes) {
  const finders = {};
  for (const [name, make] of Object.entries(routers)) {
    try {
      const find = await make(routes);
      for (const [method, path, expected] of Object.values(REQUESTS))
        check(name, find(method, path), expected);
      finders[name] = find;
    } catch (error) {
      console.log(`${name} cannot take these routes: ${error.message}`);
    }
  }
  return finders;
}

function check(name, found, expected) {
  const sorted = (parameters) => JSON.stringify(Object.entries(parameters ?? { nothing: true }).sort());
  if (sorted(found) !== sorted(expected))
    throw new Error(`${name} finds ${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`);
}

const at = process.argv.indexOf("--routes");
const routes = routesWith(at === -1 ? ROUTES.length : Number(process.argv[at + 1]));
const finders = await makeFinders(routes);
console.log(`${routes.length} routes, Node ${process.version}, medians of ${ROUNDS} rounds, ns per search`);
const figures = {};
for (let round = -20; round < ROUNDS; round++) {
  for (const [kind, request] of Object.entries(REQUESTS)) {
    for (const [name, find] of Object.entries(finders)) {
      const figure = nanosecondsPerCall(find, request);
      if (round < 0) continue;
      figures[name] ??= {};
      figures[name][kind] ??= [];
      figures[name][kind].push(figure);
    }
  }
}
console.table(
  Object.fromEntries(
    Object.entries(figures).map(([name, kinds]) => [
      name,
      Object.fromEntries(Object.entries(kinds).map(([kind, all]) => [kind, Math.round(median(all))])),
    ]),
  ),
);
