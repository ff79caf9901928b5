// Bun.serve with its router and its defaults.
/* global Bun */

Bun.serve({
  port: Number(process.argv[2]),
  hostname: "127.0.0.1",
  routes: {
    "/": () => new Response("Hello, World!"),
    "/json": () => Response.json({ hello: "world" }),
    "/users/:id": (request) => new Response(request.params.id),
    "/echo": { POST: async (request) => Response.json(await request.json()) },
    "/ws": (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 426 })),
  },
  websocket: { message: (ws, message) => ws.send(message) },
});
console.log("ready");
