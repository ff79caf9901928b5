// Counts who is looking at the page, live, whichever process serves them: open it in several tabs.
import { readFileSync } from "node:fs";
import { html, Spindash, topic } from "spindash";
import { redis } from "spindash/redis";

const page = readFileSync(new URL("page.html", import.meta.url), "utf8");
const { PORT = "8000", REDIS } = process.env; // One process needs no Redis; REDIS=redis://127.0.0.1:6379 joins several.
const app = new Spindash("visitors", REDIS === undefined ? {} : { relay: redis(REDIS) });
const feed = topic<{ count: number; agents: string[] }>("feed", { slow: "drop" });

app.get("/", () => html(page));

app.websocket("/feed", async (req, ws) => {
  await ws.subscribe(feed);
  ws.join("page", req.headers.get("user-agent")?.slice(0, 200) ?? "unknown");
  await ws.closed;
});

app.addTask(async function tellVisitors(signal) {
  for await (const visitors of app.presence<string>("page").snapshots({ signal }))
    app.publish(feed, { count: visitors.length, agents: visitors.map(({ data }) => data) }, { local: true });
});

await app.run({ port: Number(PORT) });
