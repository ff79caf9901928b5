// Chat rooms with names, history, and who is typing: open it in several tabs. REDIS=redis://… joins several processes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { html, Spindash, topic } from "spindash";
import { redis } from "spindash/redis";

/** What is said in a room; the last hundred lines are kept. */
interface Line {
  name: string;
  text: string;
  at: number;
}
const room = (name: string) => topic<Line>(name, { history: 100 });
const isRoom = (name: string) => /^#[\w-]{1,30}$/.test(name);
const isObject = (data: unknown): data is Record<string, unknown> =>
  typeof data === "object" && data !== null;

const page = readFileSync(new URL("page.html", import.meta.url), "utf8");
const { PORT = "8000", REDIS } = process.env;
const app = new Spindash("chat", REDIS === undefined ? {} : { relay: redis(REDIS) });

app.get("/", () => html(page));
app.static("/client.mjs", createRequire(import.meta.url).resolve("spindash/client"));

app.realtime("/live", {
  messageLimit: "8kb",
  subscribe: (name) => isRoom(name) && room(name),

  // Whoever joins says its name, which is kept with the connection; whoever types joins again.
  join: (name, data, { ctx }) => {
    if (!isRoom(name) || !isObject(data)) return false;
    ctx.name ??= String(data.name).trim().slice(0, 30) || "somebody";
    return { data: { name: ctx.name, isTyping: data.isTyping === true } };
  },

  // The server says who said it and when, so that nobody speaks for others.
  publish: (name, text, { ctx }) => {
    if (!isRoom(name) || typeof ctx.name !== "string" || typeof text !== "string" || text.trim() === "")
      return false;
    void app.publish(room(name), { name: ctx.name, text: text.trim().slice(0, 2000), at: Date.now() });
    return undefined;
  },
});

await app.run({ port: Number(PORT) });
