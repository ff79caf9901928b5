// ws with its defaults.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ port: Number(process.argv[2]), host: "127.0.0.1", path: "/ws" });
server.on("connection", (ws) => {
  ws.on("message", (message, isBinary) => ws.send(message, { binary: isBinary }));
});
server.on("listening", () => console.log("ready"));
