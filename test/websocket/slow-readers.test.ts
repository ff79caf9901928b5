import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const SOCKETS = 1000;
const program = fileURLToPath(new URL("broadcast-program.ts", import.meta.url));
const HANDSHAKE =
  "GET / HTTP/1.1\r\nHost: local\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

interface Report {
  open?: number;
  growth?: number;
  codes?: Record<string, number>;
}

async function reportWith(child: ChildProcess, key: keyof Report, enough: number): Promise<Report> {
  for (;;) {
    const [report] = (await once(child, "message")) as [Report];
    const value = report[key];
    if (value !== undefined && (typeof value !== "number" || value >= enough)) return report;
  }
}

/** What a broadcast does to a server whose peers never read. */
async function broadcast(way: string): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "spindash-"));
  const path = join(folder, "socket");
  const child = fork(program, [path], { execArgv: ["--import", "tsx"] });
  const peers: Socket[] = [];
  try {
    await once(child, "message");
    const open = reportWith(child, "open", SOCKETS);
    for (let i = 0; i < SOCKETS; i++) {
      const peer = connect(path, () => peer.write(HANDSHAKE));
      peer.on("error", () => undefined);
      peers.push(peer);
      // One by one: a unix socket has a short queue of peers that wait to be accepted.
      await once(peer, "data");
      peer.pause();
    }
    await open;
    child.send(way);
    return await reportWith(child, "growth", Number.NEGATIVE_INFINITY);
  } finally {
    for (const peer of peers) peer.destroy();
    child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  }
}

describe("1,000 websockets that never read, and 1,500 messages of a kilobyte to each", () => {
  const MOST_GROWTH = 100 * 1024 * 1024;

  it("are closed with 1013 by publish, and cost less than 100 MB", async () => {
    const { growth = Number.NaN, codes } = await broadcast("publish");
    assert.deepEqual(codes, { 1013: SOCKETS });
    assert.ok(growth < MOST_GROWTH, `${growth} bytes`);
  });

  it("are left out by trySend, and cost less than 200 MB of the gigabyte that waits", async () => {
    const { growth = Number.NaN, codes } = await broadcast("trySend");
    assert.deepEqual(codes, {});
    assert.ok(growth < 2 * MOST_GROWTH, `${growth} bytes`);
  });
});
