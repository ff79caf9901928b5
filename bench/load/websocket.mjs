// The WebSocket load: <port> <path> <seconds> <in flight> <size> <compressed>. Frames are prepared once and echoes only
// counted by their length, so that a message costs the load no more than the leanest server.
import { connect } from "node:net";
import { formatHandshake, frameEnd, maskedFrame } from "../websocket-wire.mjs";

const connections = 64;
const bucketsPerMillisecond = 100;
const [path, ...numbers] = process.argv.slice(2);
const [port, seconds, inFlight, size, compressed] = numbers.map(Number);
const isCompressed = compressed === 1;
const frame = maskedFrame({ size, isCompressed });
const batches = Array.from({ length: inFlight + 1 }, (_, messages) =>
  Buffer.alloc(messages * frame.length, frame),
);
/** How long an echo is; the first one tells. */
let echoLength = 0;
const latencies = new Uint32Array(1000 * bucketsPerMillisecond);
let running = false;
let count = 0;

/** A connection that answers every echo with the next frame; `sentAt` is a ring of the times of the frames in flight. */
class EchoClient {
  constructor() {
    this.sentAt = new Float64Array(inFlight);
    this.newest = 0;
    this.oldest = 0;
    this.pendingBytes = 0;
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
    const onread = { buffer: Buffer.alloc(65_536), callback: (length, chunk) => this.receive(length, chunk) };
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
    this.socket.on("connect", () => this.socket.write(formatHandshake(path, port, isCompressed)));
    this.socket.on("error", fail);
    this.socket.on("close", () => fail(new Error("the server closed a connection")));
  }

  send(messages, now) {
    for (let index = 0; index < messages; index++) {
      this.sentAt[this.newest] = now;
      this.newest = (this.newest + 1) % inFlight;
    }
    this.socket.write(batches[messages]);
  }

  receive(length, chunk) {
    if (running) this.receiveEchoes(length);
    else if (this.first !== undefined) this.receiveFirst(chunk.subarray(0, length));
    else if (chunk.latin1Slice(0, length).endsWith("\r\n\r\n")) this.greet();
    return true;
  }

  /** One echo before the clock runs: with compression its length is the server's. */
  greet() {
    this.first = Buffer.alloc(0);
    this.socket.write(frame);
  }

  receiveFirst(bytes) {
    this.first = Buffer.concat([this.first, bytes]);
    const end = frameEnd(this.first);
    if (end === undefined) return;
    echoLength = end;
    this.open();
  }

  receiveEchoes(length) {
    this.pendingBytes += length;
    const messages = Math.floor(this.pendingBytes / echoLength);
    if (messages === 0) return;
    this.pendingBytes -= messages * echoLength;
    count += messages;
    const now = performance.now();
    for (let index = 0; index < messages; index++) {
      const bucket = Math.floor((now - this.sentAt[this.oldest]) * bucketsPerMillisecond);
      latencies[Math.min(bucket, latencies.length - 1)]++;
      this.oldest = (this.oldest + 1) % inFlight;
    }
    this.send(messages, now);
  }
}

const clients = Array.from({ length: connections }, () => new EchoClient());
await Promise.all(clients.map((client) => client.opened));
running = true;
const begin = performance.now();
for (const client of clients) client.send(inFlight, begin);
setTimeout(finish, seconds * 1000);

function finish() {
  const elapsed = (performance.now() - begin) / 1000;
  console.log(JSON.stringify({ count, seconds: elapsed, p99: percentile(0.99), errors: 0 }));
  process.exit(0);
}

function percentile(share) {
  let left = count * share;
  const bucket = latencies.findIndex((amount) => {
    left -= amount;
    return left <= 0;
  });
  return (bucket + 1) / bucketsPerMillisecond;
}

function fail(error) {
  console.error(`error: ${error.message}`);
  process.exit(1);
}
