// The servers that are compared: one file each in servers/, started as `<runtime> servers/<file> <port>`, and one of the
// same name in servers/application/ for those that take part in scenarios of that kind.

const everything = [
  "http",
  "https",
  "application",
  "static",
  "transfer",
  "connections",
  "endurance",
  "websocket",
  "websocket-idle",
  "broadcast",
  "idle",
  "start",
  "install",
];

/**
 * `kinds` are the kinds of scenario a peer takes part in; `packages` are the ones whose versions are reported, the
 * first of them the one the install scenario installs.
 */
export const peers = [
  { name: "spindash", file: "spindash.mjs", runtime: "node", packages: ["spindash"], kinds: everything },
  {
    name: "spindash-events",
    file: "spindash.mjs",
    runtime: "node",
    packages: ["spindash"],
    kinds: ["websocket"],
    websocketPath: "/ws-events",
  },
  {
    name: "node:http",
    file: "node-http.mjs",
    runtime: "node",
    packages: [],
    kinds: ["http", "https", "transfer", "connections", "endurance", "idle", "start"],
  },
  {
    name: "fastify",
    file: "fastify.mjs",
    runtime: "node",
    packages: ["fastify", "@fastify/static"],
    kinds: ["http", "https", "application", "static", "connections", "endurance", "idle", "start", "install"],
  },
  {
    name: "hono",
    file: "hono.mjs",
    runtime: "node",
    packages: ["hono", "@hono/node-server"],
    kinds: ["http", "application", "static", "start"],
  },
  { name: "h3", file: "h3.mjs", runtime: "node", packages: ["h3", "srvx"], kinds: ["http"] },
  { name: "express", file: "express.mjs", runtime: "node", packages: ["express"], kinds: ["http", "static"] },
  {
    name: "uwebsockets",
    file: "uwebsockets.mjs",
    runtime: "node",
    packages: ["uwebsockets"],
    kinds: ["http", "websocket", "websocket-idle", "broadcast", "idle"],
  },
  {
    name: "ws",
    file: "ws.mjs",
    runtime: "node",
    packages: ["ws"],
    kinds: ["websocket", "websocket-idle", "broadcast"],
  },
  {
    name: "spindash-bun",
    file: "spindash.mjs",
    runtime: "bun",
    packages: ["spindash"],
    kinds: ["http", "websocket"],
  },
  { name: "bun.serve", file: "bun-serve.mjs", runtime: "bun", packages: [], kinds: ["http", "websocket"] },
  { name: "elysia", file: "elysia.mjs", runtime: "bun", packages: ["elysia"], kinds: ["http", "websocket"] },
];
