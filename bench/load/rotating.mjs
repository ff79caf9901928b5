// The load of the connections scenario: <port> <connections> <seconds>. One request at a time, each on the next of the
// open connections, so that the work is the same however many there are.
import { connect } from "node:net";
import { formatRequest, scenarios } from "../scenarios.mjs";

const [port, count, seconds] = process.argv.slice(2).map(Number);
const { request } = scenarios.find(({ kind }) => kind === "connections");
const bytes = formatRequest(request, port);
const sockets = [];
let running = false;
let answers = 0;
let next = 0;

for (let index = 0; index < count; index++) sockets.push(await open());
console.log("open");
running = true;
const begin = performance.now();
send();
setTimeout(finish, seconds * 1000);

/** A connection that has been used once: the first use of each costs more than the next. */
function open() {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => socket.write(bytes));
    socket.on("error", fail);
    socket.on("close", () => fail(new Error("the server closed a connection")));
    socket.on("data", () => (running ? receive() : resolve(socket)));
  });
}

/** Answers are shorter than a packet, so each comes in one piece. */
function receive() {
  answers++;
  send();
}

function send() {
  sockets[next].write(bytes);
  next = (next + 1) % count;
}

function finish() {
  const elapsed = (performance.now() - begin) / 1000;
  console.log(JSON.stringify({ count: answers, seconds: elapsed, p99: null, errors: 0 }));
  process.exit(0);
}

function fail(error) {
  console.error(`error: ${error.message}`);
  process.exit(1);
}
