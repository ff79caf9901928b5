// Server-sent events: a page that shows the server's time, and comes back by itself when the server was away.
import { setTimeout as sleep } from "node:timers/promises";
import { html, Spindash, sse } from "spindash";

const page = `<!doctype html><title>Clock</title><h1></h1>
<script>new EventSource("/ticks").onmessage = (event) => (document.querySelector("h1").textContent = event.data);</script>`;
const app = new Spindash("clock");

app.get("/", () => html(page));

app.get("/ticks", () =>
  sse(async (events) => {
    for (;;) {
      await events.send(new Date().toISOString());
      await sleep(1000, undefined, { signal: events.signal });
    }
  }),
);

await app.run({ port: Number(process.env.PORT ?? 8000) });
