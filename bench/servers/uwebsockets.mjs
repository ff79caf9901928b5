// uWebSockets.js (C++) with its defaults.
import uwebsockets from "uwebsockets";
import { broadcastText } from "../websocket-wire.mjs";

const app = uwebsockets.App();
app.get("/", (response) => response.end("Hello, World!"));
app.get("/json", (response) => sendJson(response, { hello: "world" }));
app.get("/users/:id", (response, request) => response.end(request.getParameter(0)));
app.post("/echo", (response) => {
  let received = Buffer.alloc(0);
  response.onAborted(() => {});
  response.onData((chunk, isLast) => {
    received = Buffer.concat([received, Buffer.from(chunk)]);
    if (isLast) sendJson(response, JSON.parse(received));
  });
});
// By default a message has at most 16 kB, and what waits for a slow reader past 64 kB is dropped.
const limits = { maxPayloadLength: 1024 * 1024, maxBackpressure: 16 * 1024 * 1024 };
app.ws("/ws", { ...limits, message: (ws, message, isBinary) => ws.send(message, isBinary) });
app.ws("/ws-deflate", {
  ...limits,
  compression: uwebsockets.SHARED_COMPRESSOR,
  message: (ws, message, isBinary) => ws.send(message, isBinary, true),
});
app.ws("/broadcast", {
  open: (ws) => ws.subscribe("all"),
  message: () => app.publish("all", broadcastText),
});
app.listen("127.0.0.1", Number(process.argv[2]), () => console.log("ready"));

function sendJson(response, value) {
  response.writeHeader("content-type", "application/json").end(JSON.stringify(value));
}
