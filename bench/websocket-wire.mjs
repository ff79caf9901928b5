// The few bytes of RFC 6455 that an echo benchmark needs: handshake, one masked text frame, its unmasked echo.
import { createHash } from "node:crypto";

const key = "c3BpbmRhc2gtYmVuY2gtMQ==";
const mask = Buffer.from([0x5a, 0x17, 0xc3, 0x8e]);
const payload = Buffer.from("gotta go fast, gotta go fast! :)");

/** The frame a client sends and the frame it must get back; both below the 126 bytes that need a longer head. */
export const maskedFrame = Buffer.concat([
  Buffer.from([0x81, 0x80 | payload.length]),
  mask,
  payload.map((byte, index) => byte ^ mask[index % 4]),
]);
export const echoedFrame = Buffer.concat([Buffer.from([0x81, payload.length]), payload]);

/** The value of Sec-WebSocket-Accept that belongs to the key of `formatHandshake`. */
export const expectedAccept = createHash("sha1")
  .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  .digest("base64");

export function formatHandshake(path, port) {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
    "\r\n",
  ].join("\r\n");
}
