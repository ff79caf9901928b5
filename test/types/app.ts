// Compiled, never run: a line that stops compiling, or an expected error that goes away, fails the type check.
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Answer,
  Blueprint,
  Conflict,
  type Handler,
  type RegisteredRoute,
  type Request,
  Response,
  Spindash,
  text,
  View,
  type WebSocket,
  type WebSocketEvents,
} from "../../src/index.ts";
import { testClient } from "../../src/testing/index.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Fails to compile unless both types are the same. */
declare function same<One, Other>(claim: Equal<One, Other>): void;

const app = new Spindash("types");

// Arguments are inferred from the path, by every way to register.
app.get("/users/<id:int>", (req, args) => {
  same<typeof req, Request>(true);
  same<typeof args, { id: number }>(true);
  return { id: args.id + 1 };
});
app.post("/:shop/on/<day:ymd>", (_req, { shop, day }) => text(shop.toUpperCase() + day.toISOString()));
app.put("/files/<file:path>", async (_req, { file }) => file.split("/"));
app.patch("/<a:float>/<b:uuid>", (_req, { a, b }) => [a.toFixed(), b.length]);
app.delete("/<a:slug>", (_req, { a }) => a);
app.head("/<a:alpha>", (_req, { a }) => a);
app.options("/x", () => "");
app.route(["GET", "POST"], "/form/<step:int>", (_req, { step }) => ({ step: step.toFixed() }));
app.websocket("/feed/<room>/<id:int>", async (req, ws, args) => {
  same<typeof req, Request>(true);
  same<typeof ws, WebSocket>(true);
  same<typeof args, { room: string; id: number }>(true);
  for await (const message of ws) await ws.send(message);
});
app.websocket("/events/<room>", {
  open(ws, req, { room }) {
    void ws.send(room + req.path);
  },
  message(ws, data) {
    void ws.send(data);
  },
  close(_ws, code, reason) {
    code.toFixed();
    reason.trim();
  },
});

// Options stand in the middle, and change nothing about that.
app.get("/<id:int>", { name: "show", strictSlashes: true, decode: false, bodyLimit: "1mb" }, (_req, { id }) =>
  id.toFixed(),
);
app.route(["GET"], "/<id:int>/x", { name: "x" }, (_req, { id }) => id.toFixed());
app.websocket(
  "/<id:int>/ws",
  { origins: ["https://a.example"], subprotocols: ["v1"], messageLimit: "1kb" },
  (_req, ws, { id }) => ws.send(id.toFixed()),
);

// What may be answered.
app.get("/", () => new Response(null, ""));
app.get("/", () => new globalThis.Response("web"));
app.get("/", async () => [1, 2]);
app.get("/", () => (Math.random() > 0.5 ? "text" : { json: true }));
const stored: Handler<"/<id:int>"> = (_req, { id }) => ({ id });
app.get("/<id:int>", stored);
const anywhere = (req: Request): Answer => req.path;
app.get("/a/<b>", anywhere);

// A wrong name, a wrong use, or nothing to answer with is a compile error.
// @ts-expect-error the path has no parameter of that name
app.get("/users/<id:int>", (_req, { name }) => name);
// @ts-expect-error the path has no parameters
app.get("/users", (_req, { id }) => id);
// @ts-expect-error a number is not a string
app.get("/users/<id:int>", (_req, { id }) => id.toUpperCase());
// @ts-expect-error the path has no parameter of that name, options or not
app.get("/users/<id:int>", { name: "show" }, (_req, { name }) => name);
// @ts-expect-error the path has no parameter of that name
app.route(["GET"], "/users/<id:int>", (_req, { name }) => name);
// @ts-expect-error the path has no parameter of that name
app.websocket("/feed/<room>", async (_req, ws, { user }) => ws.send(user));
// @ts-expect-error the path has no parameter of that name
app.websocket("/feed/<room>", { open: (ws, _req, { user }) => ws.send(user) });
// @ts-expect-error a handler must answer
app.get("/", () => {});
// @ts-expect-error an async handler must answer too
app.get("/", async () => {});
// @ts-expect-error on every path through it
app.get("/", async (req) => {
  if (req.hasBody) return "body";
  return undefined;
});
// @ts-expect-error a number is no answer
app.get("/", () => 7);
// @ts-expect-error null is none
app.get("/", () => null);
// @ts-expect-error there is no option of that name
app.get("/", { strictSlash: true }, () => "");
// @ts-expect-error the handler comes last
app.get("/", () => "", { name: "x" });
// @ts-expect-error messageLimit is for websockets
app.get("/", { messageLimit: 5 }, () => "");
// @ts-expect-error a websocket's route has no body
app.websocket("/", { bodyLimit: 5 }, () => {});
// @ts-expect-error origins are a list
app.websocket("/", { origins: "https://a.example" }, () => {});

// Middleware may answer or not; around middleware must.
app.onRequest(() => {});
app.onRequest(async () => {});
app.onRequest((req) => (req.headers.has("x") ? undefined : "stop"));
app.onResponse((_req, res) => {
  res.headers.set("x", "y");
});
app.use(async (_req, next) => {
  const response = await next();
  same<typeof response, Response>(true);
  return response;
});
// @ts-expect-error around middleware must answer
app.use(async (_req, next) => {
  await next();
});
// @ts-expect-error a number is no answer
app.onRequest(() => 7);

// Errors are typed by their class.
app.onError(Conflict, (_req, error) => {
  same<typeof error, Conflict>(true);
});
app.onError(Error, async (_req, error) => text(error.message, { status: 500 }));
// @ts-expect-error only errors can be thrown usefully
app.onError(Date, () => "");

// ctx is typed by what it begins with, and listeners see it.
const withContext = new Spindash("context", { ctx: { hits: 0 } });
withContext.ctx.hits++;
withContext.beforeServerStart((started) => {
  same<typeof started.ctx, { hits: number }>(true);
});
// @ts-expect-error nothing of that name is in ctx
withContext.ctx.misses++;

// Settings are typed.
new Spindash("settings", { config: { bodyLimit: "10mb", handlerTimeout: 5, debug: true } });
// @ts-expect-error there is no setting of that name
new Spindash("settings", { config: { bodyLimits: "10mb" } });
// @ts-expect-error a switch is true or false
new Spindash("settings", { config: { debug: "yes" } });

// The test client takes any app, and its answers say what they know.
export async function useClient(): Promise<void> {
  await using client = await testClient(withContext);
  const response = await client.get("/", { query: { page: 1, tags: ["a", "b"] }, json: { a: 1 } });
  same<typeof response.status, number>(true);
  const body = await response.json();
  same<typeof body, unknown>(true);
  await using ws = await client.websocket("/", { subprotocols: ["v1"] });
  const message = await ws.receive();
  same<typeof message, string | Buffer>(true);
  // @ts-expect-error there is no option of that name
  await client.get("/", { jsonn: {} });
}

export const events: WebSocketEvents<"/<room>"> = {
  open: (_ws, _req, { room }) => room.trim(),
};

// A route's record carries the types of its parameters to urlFor; names are checked when they are used.
const showRoute = app.get("/users/<id:int>/:tab", () => "");
const homeRoute = app.get("/", () => "");
same<string, ReturnType<typeof app.urlFor>>(true);
app.urlFor(showRoute, { id: 7, tab: "posts" });
app.urlFor(homeRoute);
app.urlFor("users.show", { id: 7 });
app.urlFor(showRoute, { id: 7, tab: "posts" }, { query: { page: [1, 2] }, anchor: "top", external: true });
// @ts-expect-error there is no such option
app.urlFor(showRoute, { id: 7, tab: "posts" }, { hash: "top" });
const pageRoute = app.get("/posts/<page?:int>", (req, { page }) => {
  same<typeof page, number | undefined>(true);
  return req.urlFor(showRoute, { id: (page ?? 1) + 1, tab: "posts" });
});
app.urlFor(pageRoute);
app.urlFor(pageRoute, {});
app.urlFor(pageRoute, { page: undefined });
// @ts-expect-error a text is not a number
app.urlFor(pageRoute, { page: "2" });
// @ts-expect-error the name is misspelt
app.urlFor(pageRoute, { pages: 2 });
// @ts-expect-error the parameters are missing
app.urlFor(showRoute);
// @ts-expect-error tab is missing
app.urlFor(showRoute, { id: 7 });
// @ts-expect-error a text is not a number
app.urlFor(showRoute, { id: "7", tab: "posts" });
// @ts-expect-error the route has no such parameter
app.urlFor(showRoute, { id: 7, tab: "posts", page: 2 });
const anyRoute: RegisteredRoute = showRoute;
app.urlFor(anyRoute, { id: 7 });

// Parameter types of an app's own are inferred from their functions.
const numbers = new Spindash("numbers", {
  parameterTypes: {
    even: (segment) => (Number(segment) % 2 === 0 ? Number(segment) : undefined),
    point: { parse: (segment) => ({ x: segment.length }), format: ({ x }: { x: number }) => "-".repeat(x) },
  },
});
const halfRoute = numbers.get("/half/<n:even>/<at:point>/<id:int>", (_req, args) => {
  same<typeof args, { n: number; at: { x: number }; id: number }>(true);
  return String(args.n / 2);
});
numbers.websocket("/<n:even>", (_req, ws, { n }) => ws.send(n.toFixed()));
numbers.urlFor(halfRoute, { n: 2, at: { x: 1 }, id: 7 });
// @ts-expect-error a text is no even number
numbers.urlFor(halfRoute, { n: "2", at: { x: 1 }, id: 7 });
await using numbersClient = await testClient(numbers);
void numbersClient;

// A blueprint's handlers get the parameters of its prefix too.
const shops = new Blueprint("shops", { prefix: "/shops/<shop:int>" });
shops.get("/items/<item>", (_req, args) => {
  same<typeof args, { shop: number; item: string }>(true);
  return "";
});
shops.get("", (_req, { shop }) => shop.toFixed());
shops.websocket("/feed/<room>", async (_req, ws, { shop, room }) => ws.send(room + shop.toFixed()));
shops.beforeServerStart((started) => started.name.trim());
// @ts-expect-error neither the path nor the prefix has that parameter
shops.get("/items", (_req, { item }) => item);
const plain = new Blueprint("plain");
plain.get("/<id:int>", (_req, { id }) => id.toFixed());
// @ts-expect-error there is no option of that name
new Blueprint("wrong", { url_prefix: "/x" });
app.blueprint([shops, Blueprint.group([plain], { prefix: "/plain", version: 1 })], { host: "a.example" });
app.blueprint(shops.copy("more", { version: 2 }), { name: "most", prefix: "/most" });
// @ts-expect-error an app is no blueprint
app.blueprint(app);

// A route's own middleware stands among its options.
app.get("/own", { onRequest: [() => {}], use: [(_req, next) => next()], skip: ["auth"] }, () => "");
// @ts-expect-error a list is expected
app.get("/own", { onRequest: () => {} }, () => "");
app.use((_req, next) => next(), { name: "timing", priority: 5 });
app.mainProcessStart(() => {}, { priority: 1 });

// A view's methods get the parameters of its path.
class ItemView extends View<"/items/<id:int>"> {
  static readonly options = { name: "item", version: 1 };
  get(req: Request, { id }: this["args"]) {
    return req.path + id.toFixed();
  }
  async delete(_req: Request, args: this["args"]) {
    return { deleted: args.id };
  }
}
app.add(ItemView, "/items/<id:int>");
shops.add(ItemView, "/items/<id:int>", { name: "other" });
app.add(new ItemView(), "/items/<id:int>");
app.add(
  {
    get: (_req, { id }) => ({ id: id.toFixed() }),
    post(req, args) {
      same<typeof req, Request>(true);
      same<typeof args, { id: number }>(true);
      return "";
    },
  },
  "/items/<id:int>",
);
// @ts-expect-error the path has no such parameter
app.add(ItemView, "/items/<item>");
// @ts-expect-error the path has no such parameter
app.add({ get: (_req, { name }) => name }, "/items/<id:int>");
// @ts-expect-error a view answers
app.add({ get: () => 7 }, "/items");
// @ts-expect-error there is no such method
app.add({ fetch: () => "" }, "/items");

// Apps, fetch handlers and listeners can be mounted.
app.mount("/inner", withContext).mount("/fetch", (request) => new globalThis.Response(request.url));
app.mount("/hono", { fetch: async (request) => new globalThis.Response(request.url) }, { bodyLimit: "1mb" });
app.mount("/node", (request: IncomingMessage, response: ServerResponse) => response.end(request.url));
shops.mount("/inner", withContext, { onRequest: [() => {}] });
// @ts-expect-error a blueprint is mounted by blueprint()
app.mount("/x", plain);
// @ts-expect-error there is no option of that name
app.mount("/x", withContext, { prefix: "/y" });
