// Middleware for every route, and a guard for some: how long answers take, an id for each request, and a key.
import { type Handler, Spindash, text, Unauthorized } from "spindash";

const key = process.env.ADMIN_KEY ?? "change me";
const app = new Spindash("guarded");

app.use(async (_req, next) => {
  const started = performance.now();
  const response = await next();
  response.headers.set("server-timing", `handler;dur=${(performance.now() - started).toFixed(2)}`);
  return response;
});

app.onResponse((req, response) => {
  response.headers.set("x-request-id", req.id);
});

app.get("/", () => text("For everybody"));
app.get(
  "/admin/<area>",
  withKey((_req, { area }) => text(`Only for you: ${area}`)),
);

await app.run({ port: Number(process.env.PORT ?? 8000) });

/** Guards the handler itself: a comparison of paths could be got around by spelling the path in another way. */
function withKey<Path extends string>(handler: Handler<Path>): Handler<Path> {
  return (req, args) => {
    if (req.headers.get("authorization") === `Bearer ${key}`) return handler(req, args);
    throw new Unauthorized("This needs a key", { headers: { "www-authenticate": "Bearer" } });
  };
}
