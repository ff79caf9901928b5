// A realistic route on Fastify, with its own validation and its own cookie plugin.
import cookie from "@fastify/cookie";
import fastify from "fastify";

const item = {
  type: "object",
  required: ["id", "name", "price", "available", "tags", "maker", "sizes", "text"],
  properties: {
    id: { type: "integer" },
    name: { type: "string", minLength: 1, maxLength: 100 },
    price: { type: "number", exclusiveMinimum: 0 },
    available: { type: "boolean" },
    tags: { type: "array", items: { type: "string" }, maxItems: 10 },
    maker: {
      type: "object",
      required: ["name", "country"],
      properties: { name: { type: "string" }, country: { type: "string", minLength: 2, maxLength: 2 } },
      additionalProperties: false,
    },
    sizes: { type: "array", items: { type: "number" }, maxItems: 10 },
    text: { type: "string", maxLength: 2000 },
  },
  additionalProperties: false,
};
const params = {
  type: "object",
  properties: { shop: { type: "string" }, id: { type: "integer" } },
};
const users = new Map([["5f1d5f1d5f1d5f1d", "amy"]]);

const app = fastify();
app.register(cookie);
app.decorateRequest("start", 0);
app.decorateRequest("user", "");
app.addHook("onRequest", async (request) => {
  request.start = performance.now();
});
// Before validation, as in the others; its plugin reads cookies in onRequest.
app.addHook("preValidation", async (request, reply) => {
  const user = users.get(request.cookies.session ?? "");
  if (user === undefined) return reply.code(401).send({ message: "Sign in first" });
  request.user = user;
});
app.addHook("onSend", async (request, reply) => {
  reply.header("x-frame-options", "DENY");
  reply.header("server-timing", `app;dur=${(performance.now() - request.start).toFixed(2)}`);
});
app.post("/shops/:shop/items/:id", { schema: { body: item, params } }, async (request) => {
  const { shop, id } = request.params;
  return { shop, id, user: request.user, item: request.body };
});
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
console.log("ready");
