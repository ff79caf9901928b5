import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { startProgram } from "../program.ts";

const GIGABYTE = 1024 ** 3;
const SIZE = 2 * GIGABYTE;
const WARM_UP = 128 * 1024 ** 2;
const HIGHEST_GROWTH = 40 * 1024 ** 2;
const PIECE = Buffer.alloc(1024 * 1024, "x");

/** A connection that takes what comes as fast as it comes; gives the length of the answer's body, and its last bytes. */
class Client {
  readonly socket: Socket;
  private head = "";
  private isInBody = false;
  received = 0;
  last = "";

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1" });
    this.socket.on("data", (data: Buffer) => this.take(data));
  }

  async upload(size: number, isChunked: boolean): Promise<void> {
    const framing = isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${size}`;
    this.socket.write(`POST /count HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${framing}\r\n\r\n`);
    for (let left = size; left > 0; left -= PIECE.length) {
      if (isChunked) this.socket.write(`${PIECE.length.toString(16)}\r\n`);
      const hasRoom = this.socket.write(PIECE);
      if (isChunked) this.socket.write("\r\n");
      if (!hasRoom) await once(this.socket, "drain");
    }
    if (isChunked) this.socket.write("0\r\n\r\n");
    await once(this.socket, "close");
    assert.equal(this.last, JSON.stringify({ size }));
  }

  async download(size: number): Promise<void> {
    this.socket.write(`GET /bytes/${size} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await once(this.socket, "close");
    assert.equal(this.received, size);
  }

  private take(data: Buffer): void {
    let body = data;
    if (!this.isInBody) {
      this.head += data.toString("latin1");
      const end = this.head.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.isInBody = true;
      body = Buffer.from(this.head.slice(end + 4), "latin1");
    }
    this.received += body.length;
    this.last = body.subarray(-100).toString();
  }
}

test("Two gigabytes up and two down at once, and a quarter of one up in chunks, make the server hold less than 40 MB", async (context) => {
  const program = await startProgram("test/security/hostile-program.ts");
  context.after(() => program.stop());
  const port = Number(new URL(program.url).port);
  const memory = async (): Promise<{ rss: number; highest: number }> =>
    (await (await fetch(`${program.url}/memory`)).json()) as { rss: number; highest: number };
  const run = (size: number): Promise<unknown> =>
    Promise.all([new Client(port).upload(size, false), new Client(port).download(size)]);
  await run(WARM_UP);
  const { rss } = await memory();
  await run(SIZE);
  await new Client(port).upload(SIZE / 8, true);
  const { highest } = await memory();
  const growth = highest - rss;
  assert.ok(growth < HIGHEST_GROWTH, `${Math.round(growth / 1024 ** 2)} MB more`);
});
