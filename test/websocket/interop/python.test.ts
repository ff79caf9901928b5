import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SIZES, startEchoServer } from "./echo-server.ts";

const script = fileURLToPath(new URL("python-client.py", import.meta.url));

/** The system's Python comes first: Debian's packages are for it, not for one that was installed beside it. */
const python = ["/usr/bin/python3", "python3"].find(
  (program) => spawnSync(program, ["-c", "import websockets"]).status === 0,
);
const skip =
  python === undefined && !process.env.CI
    ? "python's websockets is not there (Debian: apt-get install python3-websockets)"
    : false;

it("the client of python's websockets gets its messages echoed, with and without compression", {
  skip,
}, async () => {
  await using server = await startEchoServer();
  assert.ok(python !== undefined, "install Debian's package python3-websockets");
  const { stdout } = await promisify(execFile)(python, [script, server.origin, SIZES.join()]);
  assert.deepEqual(stdout.trim().split("\n"), [
    "without compression",
    "with an offer that is declined",
    "with compression",
    "with context takeover",
    "with every parameter",
    "with no context of the server",
    "close codes",
  ]);
});
