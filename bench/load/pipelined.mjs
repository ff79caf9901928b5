// The pipelined load: <port> <requests in one write> <seconds>. Each connection sends its batch in one write, waits for as many bytes
// as the answers have, and sends the next. Answers are told by their length only (the probes have read them before),
// so that a request costs the load less than the leanest server.
import { connect } from "node:net";
import { exchange } from "../http-exchange.mjs";
import { formatRequest, scenarios } from "../scenarios.mjs";

const connections = 64;
const [port, pipeline, seconds] = process.argv.slice(2).map(Number);
const { request } = scenarios.find(({ pipeline: depth }) => depth > 1);
const bytes = formatRequest(request, port);
const answers = await exchange(port, bytes.repeat(pipeline), pipeline);
const answerLength = answers[0].length;
if (answers.some(({ status, length }) => status !== 200 || length !== answerLength))
  fail(new Error("the answers to the same request differ in status or length"));

const batch = Buffer.from(bytes.repeat(pipeline));
const batchLength = answerLength * pipeline;
let running = false;
let batches = 0;

/** A connection with one batch on its way. */
class Pipeline {
  constructor() {
    this.missing = 0;
    const onread = { buffer: Buffer.alloc(65_536), callback: (length) => this.receive(length) };
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
    this.connected = new Promise((resolve) => {
      this.socket.on("connect", resolve);
    });
    this.socket.on("error", fail);
    this.socket.on("close", () => fail(new Error("the server closed a connection")));
  }

  send() {
    this.missing = batchLength;
    this.socket.write(batch);
  }

  receive(length) {
    this.missing -= length;
    if (this.missing < 0) fail(new Error("more bytes came than the answers have"));
    if (this.missing > 0) return true;
    if (running) batches++;
    this.send();
    return true;
  }
}

const clients = Array.from({ length: connections }, () => new Pipeline());
await Promise.all(clients.map(({ connected }) => connected));
running = true;
const begin = performance.now();
for (const client of clients) client.send();
setTimeout(finish, seconds * 1000);

function finish() {
  const elapsed = (performance.now() - begin) / 1000;
  console.log(JSON.stringify({ count: batches * pipeline, seconds: elapsed, p99: null, errors: 0 }));
  process.exit(0);
}

function fail(error) {
  console.error(`error: ${error.message}`);
  process.exit(1);
}
