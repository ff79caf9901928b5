// Spindash from the built package; the same file serves the Node and the Bun peer.
import { json, Spindash, text } from "../../dist/index.mjs";

const app = new Spindash("bench");
app.get("/", () => text("Hello, World!"));
app.get("/json", () => ({ hello: "world" }));
app.get("/users/<id:int>", (_request, { id }) => text(String(id)));
app.post("/echo", async (request) => json(await request.json()));
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
app.afterServerStart(() => console.log("ready"));
await app.run({ port: Number(process.argv[2]), host: "127.0.0.1", banner: false });
