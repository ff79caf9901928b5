// Spindash from the built package; the same file serves the Node and the Bun peer.
import { json, raw, Spindash, stream, text } from "../../dist/index.mjs";
import { broadcastText } from "../websocket-wire.mjs";

const app = new Spindash("bench");
app.get("/", () => text("Hello, World!"));
app.get("/json", () => ({ hello: "world" }));
app.get("/users/<id:int>", (_request, { id }) => text(String(id)));
app.post("/echo", async (request) => json(await request.json()));
app.post("/upload", async (request) => {
  let size = 0;
  for await (const piece of request.body) size += piece.length;
  return text(String(size));
});
const megabyte = Buffer.alloc(1024 * 1024, "x");
app.get("/megabyte", () => raw(megabyte));
const piece = Buffer.alloc(64 * 1024, "x");
app.get("/stream/<pieces:int>", (_request, { pieces }) =>
  stream(
    async (out) => {
      for (let i = 0; i < pieces; i++) await out.write(piece);
    },
    { headers: { "content-length": pieces * piece.length } },
  ),
);
app.websocket("/ws", async (_request, ws) => {
  for await (const message of ws) ws.send(message);
});
app.websocket("/ws-events", {
  message(ws, data) {
    ws.send(data);
  },
});
app.websocket("/ws-deflate", { compression: true }, async (_request, ws) => {
  for await (const message of ws) ws.send(message);
});
app.websocket(
  "/ws-events-deflate",
  { compression: true },
  {
    message(ws, data) {
      ws.send(data);
    },
  },
);
app.websocket("/broadcast", {
  open: (ws) => ws.subscribe("all"),
  message: () => app.publish("all", broadcastText),
});
app.afterServerStart(() => console.log("ready"));
const [, , port, certificate] = process.argv;
const tls = certificate === undefined ? {} : { tls: certificate };
await app.run({ port: Number(port), host: "127.0.0.1", banner: false, ...tls });
