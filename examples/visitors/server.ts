// Counts who is looking at the page, live: open it in several tabs.
import { readFileSync } from "node:fs";
import { setInterval } from "node:timers/promises";
import { html, Spindash, type WebSocket } from "spindash";

const page = readFileSync(new URL("page.html", import.meta.url), "utf8");
const visitors = new Map<WebSocket, string>();
const app = new Spindash("visitors");

app.get("/", () => html(page));

app.websocket("/feed", async (req, ws) => {
  visitors.set(ws, req.headers.get("user-agent") ?? "unknown");
  try {
    for await (const _message of ws); // Visitors only listen; the loop ends when they leave.
  } finally {
    visitors.delete(ws);
  }
});

app.addTask(async function feed(signal) {
  for await (const _tick of setInterval(100, undefined, { signal })) {
    const snapshot = JSON.stringify({ count: visitors.size, agents: [...visitors.values()] });
    for (const ws of visitors.keys()) ws.trySend(snapshot);
  }
});

await app.run({ port: Number(process.env.PORT ?? 8000) });
