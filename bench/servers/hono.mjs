// Hono on @hono/node-server with their defaults.
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
app.get("/", (context) => context.text("Hello, World!"));
app.get("/json", (context) => context.json({ hello: "world" }));
app.get("/users/:id", (context) => context.text(context.req.param("id")));
app.post("/echo", async (context) => context.json(await context.req.json()));
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: "127.0.0.1" }, () => console.log("ready"));
