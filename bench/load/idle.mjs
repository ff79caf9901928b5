// Opens <count> connections to <port>, makes one request on each, keeps them all open and says how many stayed.

import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { formatRequest, scenarios } from "../scenarios.mjs";

const [port, count] = process.argv.slice(2).map(Number);
const opening = 100;
const settling = 1000;
const hello = scenarios.find(({ name }) => name === "hello");
const bytes = formatRequest(hello.request, port);
let next = 0;
let open = 0;

await Promise.all(Array.from({ length: opening }, openMany));
await wait(settling);
console.log(JSON.stringify({ open }));

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
