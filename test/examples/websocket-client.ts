import { once } from "node:events";
import { connect } from "node:net";
import { StreamTransport } from "../../src/server/stream-transport.ts";
import { WebSocket } from "../../src/websocket/websocket.ts";

/** Opens a websocket over a real socket: `WebSocket` of the runtime is not there on Node 20. */
export async function openWebSocket(url: string, path: string): Promise<WebSocket> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  const [answer] = (await once(socket, "data")) as [Buffer];
  const headEnd = answer.indexOf("\r\n\r\n") + 4;
  if (!answer.toString("latin1").startsWith("HTTP/1.1 101 ") || headEnd < 4)
    throw new Error(`The websocket ${path} was not opened: ${answer.toString("latin1")}`);
  const transport = new StreamTransport(socket);
  const ws = new WebSocket(transport, { role: "client" });
  transport.owner = ws;
  if (headEnd < answer.length) ws.onData(answer, headEnd, answer.length);
  return ws;
}
