// Opens <count> connections to <port>, makes one request on each or opens a WebSocket at <path>, keeps them all open and
// says how many stayed and how long opening took.

import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { formatRequest, scenarios } from "../scenarios.mjs";
import { formatHandshake } from "../websocket-wire.mjs";

const [port, count] = process.argv.slice(2, 4).map(Number);
const path = process.argv[4];
const opening = 100;
const settling = 1000;
const hello = scenarios.find(({ name }) => name === "hello");
const bytes = path ? formatHandshake(path, port) : formatRequest(hello.request, port);
let next = 0;
let open = 0;

const began = performance.now();
await Promise.all(Array.from({ length: opening }, openMany));
const seconds = (performance.now() - began) / 1000;
await wait(settling);
console.log(JSON.stringify({ open, seconds }));

async function openMany() {
  while (next < count) await openOne(next++);
}

/** Resolves when the answer to the one request has come. Several source addresses, because ports are few. */
function openOne(index) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress: `127.0.0.${2 + (index % 4)}` });
    socket.on("connect", () => socket.write(bytes));
    socket.once("data", () => {
      open++;
      resolve();
    });
    socket.on("error", reject);
    socket.on("close", () => open--);
  });
}
