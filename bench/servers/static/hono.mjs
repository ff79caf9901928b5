// A folder of files on Hono with the serveStatic of @hono/node-server.
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";

const app = new Hono();
app.use(
  "/files/*",
  serveStatic({
    root: fileURLToPath(new URL("../../public", import.meta.url)),
    rewriteRequestPath: (path) => path.slice("/files".length),
  }),
);
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: "127.0.0.1" }, () => console.log("ready"));
