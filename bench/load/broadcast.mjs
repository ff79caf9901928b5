// Opens <count> websockets to <port>, lets one of them ask for a broadcast, waits until all have it, and so on for <seconds>.
// Every socket's frames are checked byte by byte.
import { connect } from "node:net";
import { broadcastFrame, formatHandshake, maskedFrame } from "../websocket-wire.mjs";

const [port, count, seconds] = process.argv.slice(2).map(Number);
const opening = 100;
const warmUp = 5;
const pong = Buffer.from([0x8a, 0x80, 1, 2, 3, 4]);
const ask = maskedFrame({ size: 32 });
const sockets = [];
let missing = 0;
let onComplete = () => {};

let next = 0;
await Promise.all(Array.from({ length: opening }, openMany));
for (let round = 0; round < warmUp; round++) await broadcast();
console.log(JSON.stringify({ open: sockets.length }));
const begin = performance.now();
let broadcasts = 0;
while (performance.now() - begin < seconds * 1000) {
  await broadcast();
  broadcasts++;
}
console.log(JSON.stringify({ broadcasts, seconds: (performance.now() - begin) / 1000 }));
process.exit(0);

function broadcast() {
  missing = sockets.length;
  return new Promise((resolve) => {
    onComplete = resolve;
    sockets[0].write(ask);
  });
}

async function openMany() {
  while (next < count) await openOne(next++);
}

/** Resolves when the handshake is done. Several source addresses, because ports are few. */
function openOne(index) {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port,
      host: "127.0.0.1",
      localAddress: `127.0.0.${2 + (index % 4)}`,
      noDelay: true,
    });
    socket.on("connect", () => socket.write(formatHandshake("/broadcast", port)));
    socket.once("data", (head) => {
      if (!head.latin1Slice(0, 12).endsWith("101") || !head.latin1Slice().endsWith("\r\n\r\n"))
        return fail(new Error("the handshake was refused"));
      sockets.push(socket);
      const receive = receiverOf(socket);
      socket.on("data", receive);
      resolve();
    });
    socket.on("error", reject);
    socket.on("close", () => fail(new Error("the server closed a connection")));
  });
}

/** Compares what a socket gets; a server that asks whether the silent are there is answered. */
function receiverOf(socket) {
  let received = 0;
  let isPing = false;
  return (chunk) => {
    for (const byte of chunk) {
      if (isPing) {
        if (byte !== 0) fail(new Error("a ping that is not empty"));
        socket.write(pong);
        isPing = false;
      } else if (received === 0 && byte === 0x89) isPing = true;
      else if (byte !== broadcastFrame[received]) fail(new Error("other bytes than published"));
      else if (++received === broadcastFrame.length) {
        received = 0;
        if (--missing === 0) onComplete();
      }
    }
  };
}

function fail(error) {
  console.error(`error: ${error.message}`);
  process.exit(1);
}
