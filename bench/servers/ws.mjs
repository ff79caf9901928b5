// ws with its defaults; compression is off by default. It has no topics: a broadcast is a loop, as its documentation shows.
import { createServer } from "node:http";
import WebSocket, { WebSocketServer } from "ws";
import { broadcastText } from "../websocket-wire.mjs";

const http = createServer();
const plain = new WebSocketServer({ noServer: true });
const compressed = new WebSocketServer({ noServer: true, perMessageDeflate: true });
for (const server of [plain, compressed]) {
  server.on("connection", (ws, { url }) => {
    if (url === "/broadcast") ws.on("message", broadcast);
    else ws.on("message", (message, isBinary) => ws.send(message, { binary: isBinary }));
  });
}
http.on("upgrade", (request, socket, head) => {
  const server = request.url === "/ws-deflate" ? compressed : plain;
  server.handleUpgrade(request, socket, head, (ws) => server.emit("connection", ws, request));
});
http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));

function broadcast() {
  for (const client of plain.clients) if (client.readyState === WebSocket.OPEN) client.send(broadcastText);
}
