// A realistic route on Hono on @hono/node-server, validated by zod in Hono's own validator.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { validator } from "hono/validator";
import { z } from "zod";

const Item = z.object({
  id: z.int(),
  name: z.string().min(1).max(100),
  price: z.number().positive(),
  available: z.boolean(),
  tags: z.array(z.string()).max(10),
  maker: z.object({ name: z.string(), country: z.string().length(2) }),
  sizes: z.array(z.number()).max(10),
  text: z.string().max(2000),
});
const users = new Map([["5f1d5f1d5f1d5f1d", "amy"]]);

const app = new Hono();
app.use(async (context, next) => {
  context.set("start", performance.now());
  await next();
});
app.use(async (context, next) => {
  const user = users.get(getCookie(context, "session") ?? "");
  if (user === undefined) return context.text("Sign in first", 401);
  context.set("user", user);
  await next();
});
app.use(async (context, next) => {
  await next();
  context.header("x-frame-options", "DENY");
  context.header("server-timing", `app;dur=${(performance.now() - context.get("start")).toFixed(2)}`);
});
const validated = validator("json", (value, context) => {
  const result = Item.safeParse(value);
  return result.success ? result.data : context.json({ issues: result.error.issues }, 400);
});
app.post("/shops/:shop/items/:id{[0-9]+}", validated, (context) => {
  const { shop, id } = context.req.param();
  return context.json({ shop, id: Number(id), user: context.get("user"), item: context.req.valid("json") });
});
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: "127.0.0.1" }, () => console.log("ready"));
