// A server for slow-readers.test.ts: told how to broadcast, it answers what that did to its memory and its websockets.
import { setImmediate } from "node:timers/promises";
import { Spindash, type WebSocket } from "../../src/index.ts";

const MESSAGES = 1500;
const KILOBYTE = "k".repeat(1000);

const [path = ""] = process.argv.slice(2);
const sockets = new Set<WebSocket>();
const codes: Record<number, number> = {};
const app = new Spindash("broadcast", { config: { websocketPingInterval: 0 } });
app.websocket("/", async (_req, ws) => {
  sockets.add(ws);
  await ws.subscribe("news");
  process.send?.({ open: sockets.size });
  const { code } = await ws.closed;
  codes[code] = (codes[code] ?? 0) + 1;
});

const ways: Record<string, (message: string) => void> = {
  publish: (message) => void app.publish("news", message),
  trySend(message) {
    for (const ws of sockets) ws.trySend(message);
  },
};

process.on("message", async (way: string) => {
  const before = process.memoryUsage().rss;
  let most = before;
  for (let count = 0; count < MESSAGES; count++) {
    ways[way]?.(`${count} ${KILOBYTE}`);
    await setImmediate();
    most = Math.max(most, process.memoryUsage().rss);
  }
  process.send?.({ growth: most - before, codes });
});
await app.listen({ unix: path, banner: false });
process.send?.({ ready: true });
