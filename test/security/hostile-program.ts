// A server for hostile clients, and for the good ones beside them: a child process, so that its memory is its own.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Spindash, stream } from "spindash";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const app = new Spindash("hostile", { config: { bodyLimit: "4gb" } });
let highest = 0;
/** Garbage first: buffers that nobody holds may lie around up to 64 MB before the engine looks, whoever made them. */
const note = (): void => {
  collect();
  highest = Math.max(highest, process.memoryUsage.rss());
};

app.get("/", () => "ok");
/** Memory in use once everything that nobody holds has been collected, the highest there was since last asked, open sockets. */
app.get("/memory", async () => {
  for (let i = 0; i < 4; i++) {
    collect();
    await new Promise(setImmediate);
  }
  note();
  const { heapUsed, external, rss } = process.memoryUsage();
  const sockets = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  const answer = { used: heapUsed + external, rss, highest, sockets };
  highest = rss;
  return answer;
});
app.post("/form", async (req) => {
  let parts = 0;
  for await (const _part of req.multipart()) parts++;
  return { parts };
});
app.post("/count", async (req) => {
  let size = 0;
  for await (const piece of req.body) size += piece.length;
  return { size };
});
app.get("/bytes/<size:int>", (_req, { size }) =>
  stream(
    async (out) => {
      const piece = Buffer.alloc(64 * 1024, "x");
      for (let left = size; left > 0; left -= piece.length)
        await out.write(left < piece.length ? piece.subarray(0, left) : piece);
    },
    { headers: { "content-length": size } },
  ),
);
const timer = setInterval(note, 50);
timer.unref();
await app.run({ port: Number(process.env.PORT ?? 0) });
