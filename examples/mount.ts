// Other apps below paths of this one: an app of ours, a web-standard handler, a listener of node:http, behind one guard.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Spindash, Unauthorized } from "spindash";

const stats = new Spindash("stats");
let visits = 0;
stats.get("/visits", (req) => ({ visits, seenBy: req.ctx.user }));
stats.websocket("/live", async (_req, ws) => {
  await ws.send(String(visits));
});

const app = new Spindash("main");
app.onRequest((req) => {
  visits++;
  req.ctx.user = req.headers.get("x-user");
});

const onlyMembers = {
  onRequest: [
    (req: { ctx: Record<string, unknown> }) => {
      if (req.ctx.user === undefined) throw new Unauthorized("Say who you are: x-user");
    },
  ],
};
app.mount("/stats", stats, onlyMembers);

// What Hono, h3 and edge workers are: a request in, a response out.
app.mount("/web", (request) => Response.json({ path: new URL(request.url).pathname }));

// What Express and Koa apps are.
app.mount("/old", (request: IncomingMessage, response: ServerResponse) => {
  response.setHeader("content-type", "text/plain");
  response.end(`Once this was ${request.url}`);
});

app.get("/", () => ({ try: ["/stats/visits", "/web/a/b", "/old/page?id=7"] }));
await app.run({ port: Number(process.env.PORT ?? 8000) });
