// Early hints ahead of a page, and a checksum behind a download: curl -v http://127.0.0.1:8000/
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { html, Spindash, stream, text } from "spindash";

const app = new Spindash("hints");

app.get("/", async (req) => {
  req.earlyHints("</style.css>; rel=preload; as=style");
  // The browser fetches the style while the page is still being made.
  await sleep(50, undefined, { signal: req.signal });
  return html('<link rel="stylesheet" href="/style.css"><h1>Fast</h1>');
});

app.get("/style.css", () => text("h1 { color: gold }", { contentType: "text/css" }));

app.get("/numbers", () => {
  const hash = createHash("sha256");
  return stream(
    async (out) => {
      for (let number = 1; number <= 1000; number++) {
        hash.update(`${number}\n`);
        await out.write(`${number}\n`);
      }
    },
    {
      contentType: "text/plain",
      trailers: () => ({ "content-digest": `sha-256=:${hash.digest("base64")}:` }),
    },
  );
});

await app.run({ port: Number(process.env.PORT ?? 8000) });
