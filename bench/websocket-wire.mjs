// The few bytes of RFC 6455 and 7692 that an echo benchmark needs: handshake, one masked text frame, its unmasked echo.
import { createHash } from "node:crypto";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";

const key = "c3BpbmRhc2gtYmVuY2gtMQ==";
const mask = Buffer.from([0x5a, 0x17, 0xc3, 0x8e]);
const smallest = "gotta go fast, gotta go fast! :)";
const flushTail = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** The value of Sec-WebSocket-Accept that belongs to the key of `formatHandshake`. */
export const expectedAccept = createHash("sha1")
  .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  .digest("base64");

export function formatHandshake(path, port, isCompressed = false) {
  // Messages that stand for themselves are the same each time, so that they can be prepared.
  const offer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
    ...(isCompressed ? [`Sec-WebSocket-Extensions: ${offer}`] : []),
    "\r\n",
  ].join("\r\n");
}

/** What a server publishes when a client of `/broadcast` says anything: 100 bytes, and the frame everybody gets. */
export const broadcastText = "gotta go fast ".repeat(8).slice(0, 100);
export const broadcastFrame = Buffer.concat([Buffer.from([0x81, 100]), Buffer.from(broadcastText)]);

/** The text of a scenario's messages: the same words again, or where they are compressed, JSON of many objects. */
export function messageOf({ size, isCompressed }) {
  if (!isCompressed) return Buffer.alloc(size, smallest);
  const objects = Array.from({ length: size }, (_, id) => ({ id, name: `item ${id * 7919}`, price: id / 8 }));
  return Buffer.from(JSON.stringify(objects).slice(0, size));
}

/** The frame a client sends. */
export function maskedFrame(scenario) {
  const message = messageOf(scenario);
  const payload = scenario.isCompressed ? deflated(message) : message;
  const head = frameHead(scenario.isCompressed ? 0xc1 : 0x81, payload.length);
  head[1] |= 0x80;
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ mask[index % 4])]);
}

/** Where the first frame of a server's bytes ends, undefined when not all of it is there. */
export function frameEnd(bytes) {
  const [start, length] = frameBounds(bytes) ?? [Number.POSITIVE_INFINITY, 0];
  return bytes.length >= start + length ? start + length : undefined;
}

/** The message in a server's frame; undefined when the first byte is not that of a text. */
export function echoedMessage(frame) {
  const [start] = frameBounds(frame);
  const payload = frame.subarray(start);
  if (frame[0] === 0x81) return payload;
  if (frame[0] !== 0xc1) return undefined;
  return inflateRawSync(Buffer.concat([payload, flushTail]), { finishFlush: constants.Z_SYNC_FLUSH });
}

function frameBounds(bytes) {
  const short = bytes[1];
  if (short < 126) return [2, short];
  if (short === 126) return bytes.length < 4 ? undefined : [4, bytes.readUInt16BE(2)];
  return bytes.length < 10 ? undefined : [10, Number(bytes.readBigUInt64BE(2))];
}

function frameHead(first, length) {
  if (length < 126) return Buffer.from([first, length]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

function deflated(message) {
  return deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -flushTail.length);
}
