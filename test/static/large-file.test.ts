import assert from "node:assert/strict";
import { truncateSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../http/temporary-folder.ts";
import { startProgram } from "../program.ts";

const GIGABYTE = 1024 ** 3;
const MEGABYTE = 1024 ** 2;

test("A file of a gigabyte is sent without being in memory", async (context) => {
  const folder = temporaryFolder((remove) => context.after(remove));
  writeFileSync(join(folder, "large.bin"), "");
  truncateSync(join(folder, "large.bin"), GIGABYTE);
  const program = await startProgram("test/static/large-file-program.ts", { FOLDER: folder });
  context.after(() => program.stop());
  const memory = async (): Promise<number> => {
    const { rss } = (await (await fetch(`${program.url}/memory`)).json()) as { rss: number };
    return rss;
  };
  const before = await memory();
  let highest = before;
  let received = 0;
  let asked = 0;
  const { port, hostname } = new URL(program.url);
  const socket = connect(Number(port), hostname);
  socket.write("GET /files/large.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  for await (const piece of socket) {
    received += piece.length;
    if (received < asked) continue;
    asked += 128 * MEGABYTE;
    highest = Math.max(highest, await memory());
  }
  assert.ok(received > GIGABYTE && received < GIGABYTE + 1000, `${received} bytes came`);
  const growth = (highest - before) / MEGABYTE;
  assert.ok(growth < 150, `it took ${growth.toFixed(0)} MB more`);
});
