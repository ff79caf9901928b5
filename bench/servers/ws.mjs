// ws with its defaults; compression is off by default.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const http = createServer();
const plain = new WebSocketServer({ noServer: true });
const compressed = new WebSocketServer({ noServer: true, perMessageDeflate: true });
for (const server of [plain, compressed]) {
  server.on("connection", (ws) => {
    ws.on("message", (message, isBinary) => ws.send(message, { binary: isBinary }));
  });
}
http.on("upgrade", (request, socket, head) => {
  const server = request.url === "/ws-deflate" ? compressed : plain;
  server.handleUpgrade(request, socket, head, (ws) => server.emit("connection", ws, request));
});
http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
