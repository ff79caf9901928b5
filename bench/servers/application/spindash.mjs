// A realistic route on Spindash, validated by zod.
import { z } from "zod";
import { json, Spindash, Unauthorized } from "../../../dist/index.mjs";

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

const app = new Spindash("bench");
app.onRequest((request) => {
  request.ctx.start = performance.now();
});
app.onRequest((request) => {
  const user = users.get(request.cookies.get("session") ?? "");
  if (user === undefined) throw new Unauthorized("Sign in first");
  request.ctx.user = user;
});
app.onResponse((request, response) => {
  response.headers.set("x-frame-options", "DENY");
  response.headers.set("server-timing", `app;dur=${(performance.now() - request.ctx.start).toFixed(2)}`);
});
app.post("/shops/:shop/items/<id:int>", { body: Item }, (request, { shop, id, body }) =>
  json({ shop, id, user: request.ctx.user, item: body }),
);
app.afterServerStart(() => console.log("ready"));
await app.run({ port: Number(process.argv[2]), host: "127.0.0.1", banner: false });
