// Server-sent events: a page that shows the server's time, fed by a stream.
import { setTimeout as sleep } from "node:timers/promises";
import { html, Spindash, stream } from "spindash";

const page = `<!doctype html><title>Clock</title><h1></h1>
<script>new EventSource("/ticks").onmessage = (event) => (document.querySelector("h1").textContent = event.data);</script>`;
const app = new Spindash("clock");

app.get("/", () => html(page));

app.get("/ticks", () =>
  stream(
    async (out) => {
      while (!out.signal.aborted) {
        await out.write(`data: ${new Date().toISOString()}\n\n`);
        await sleep(1000, undefined, { signal: out.signal });
      }
    },
    { contentType: "text/event-stream", headers: { "cache-control": "no-store" } },
  ),
);

await app.run({ port: Number(process.env.PORT ?? 8000) });
