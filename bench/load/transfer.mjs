// The load of long bodies: <port> <scenario> <seconds>. A few connections send their request again as soon as its answer
// is there. Bytes are counted, not looked at: what was received of answers, and what was answered of uploads.
import { connect } from "node:net";
import { formatRequest, scenarios } from "../scenarios.mjs";

const connections = 8;
const [port, seconds] = [Number(process.argv[2]), Number(process.argv[4])];
const { request } = scenarios.find(({ name }) => name === process.argv[3]);
const bytes = Buffer.from(formatRequest(request, port));
const isUpload = request.body !== "";
let running = false;
let moved = 0;

/** A connection with one request on its way. */
class Transfer {
  constructor() {
    this.missing = 0;
    const buffer = Buffer.alloc(256 * 1024);
    const onread = { buffer, callback: (length, chunk) => this.receive(length, chunk) };
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
    this.connected = new Promise((resolve) => {
      this.socket.on("connect", resolve);
    });
    this.socket.on("error", fail);
    this.socket.on("close", () => fail(new Error("the server closed a connection")));
  }

  send() {
    this.socket.write(bytes);
  }

  receive(length, chunk) {
    if (this.missing === 0) this.missing = answerLength(chunk.subarray(0, length));
    this.missing -= length;
    if (this.missing < 0) fail(new Error("more bytes came than the answer has"));
    if (running && !isUpload) moved += length;
    if (this.missing > 0) return true;
    if (running && isUpload) moved += request.body.length;
    this.send();
    return true;
  }
}

/** Of head and body together; servers send the head at once. */
function answerLength(chunk) {
  const head = chunk.latin1Slice(0, chunk.indexOf("\r\n\r\n") + 4);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
  const isExpected = head.startsWith("HTTP/1.1 200 ") && Number.isInteger(length);
  if (!isExpected) fail(new Error("an answer other than expected"));
  return head.length + length;
}

const clients = Array.from({ length: connections }, () => new Transfer());
await Promise.all(clients.map(({ connected }) => connected));
running = true;
const begin = performance.now();
for (const client of clients) client.send();
setTimeout(finish, seconds * 1000);

function finish() {
  const elapsed = (performance.now() - begin) / 1000;
  console.log(JSON.stringify({ count: moved, seconds: elapsed, p99: null, errors: 0 }));
  process.exit(0);
}

function fail(error) {
  console.error(`error: ${error.message}`);
  process.exit(1);
}
