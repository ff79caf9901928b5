import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { RunningServer, RunOptions } from "../../src/app/running-server.ts";
import { Spindash } from "../../src/app/spindash.ts";
import { SetupError } from "../../src/http/setup-error.ts";
import { startProgram } from "../program.ts";

describe("listening", () => {
  const folder = mkdtempSync(join(tmpdir(), "spindash-listen-"));
  after(() => rmSync(folder, { recursive: true }));

  it("takes any free port for port 0 and says which", async () => {
    await serving({ port: 0 }, async (server) => {
      assert.notEqual(server.address.port, 0);
      assert.equal(await get({ port: server.address.port }), "127.0.0.1");
    });
  });

  it("listens on IPv6 addresses and brackets them in its URL", async () => {
    await serving({ host: "::1", port: 0 }, async (server) => {
      assert.equal(server.url, `http://[::1]:${server.address.port}`);
      assert.equal(await get({ host: "::1", port: server.address.port }), "::1");
    });
  });

  it("listens in several places for one app", async () => {
    const unix = join(folder, "several.sock");
    await serving({ listeners: [{ port: 0 }, { port: 0 }, { unix }] }, async (server) => {
      const ports = server.addresses.map(({ port }) => port);
      assert.equal(await get({ port: ports[0] }), "127.0.0.1");
      assert.equal(await get({ port: ports[1] }), "127.0.0.1");
      assert.equal(await get({ socketPath: unix }), "");
    });
  });

  it("stops what it has opened when a later place cannot be had", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const { port } = blocker.address() as { port: number };
    const unix = join(folder, "first.sock");
    await assert.rejects(new Spindash("blocked").listen({ listeners: [{ unix }, { port }] }), {
      code: "EADDRINUSE",
    });
    assert.equal(existsSync(unix), false);
    blocker.close();
  });

  it("refuses an empty list of places before any listener runs", async () => {
    const app = new Spindash("nowhere");
    app.beforeServerStart(() => assert.fail("started"));
    await assert.rejects(app.listen({ listeners: [] }), /listeners is empty/);
  });

  it("shares a port between servers where the system can, and says where it cannot", async () => {
    const first = await start({ port: 0, reusePort: true }).catch((error: unknown) => error);
    if (first instanceof Error) {
      assert.ok(first instanceof SetupError);
      assert.match(first.message, /cannot share a port between processes; reusePort needs Node 23.1/);
      assert.ok(Number.parseFloat(process.versions.node) < 23.1 || process.platform !== "linux");
      return;
    }
    const server = first as RunningServer;
    await serving({ port: server.address.port, reusePort: true }, async () => {
      assert.equal(await get({ port: server.address.port }), "127.0.0.1");
      await assert.rejects(start({ port: server.address.port }), { code: "EADDRINUSE" });
    });
    await server.stop();
  });

  it("refuses reusePort where there is no port", async () => {
    for (const place of [{ unix: join(folder, "reuse.sock") }, { fd: 3 }])
      await assert.rejects(start({ ...place, reusePort: true }), SetupError);
  });

  it("serves a socket that the process inherited", async () => {
    const inherited = createServer().listen(0, "127.0.0.1");
    await once(inherited, "listening");
    const { port } = inherited.address() as { port: number };
    const { fd } = (inherited as unknown as { _handle: { fd: number } })._handle;
    const program = await startProgram("test/server/inherited-socket-program.ts", {}, [fd]);
    // This process accepts nothing more, so the answer is the other one's.
    inherited.close();
    assert.equal(new URL(program.url).port, String(port));
    assert.equal(await get({ port }), `answered by ${program.child.pid}`);
    assert.equal(await program.stop(), 0);
  });
});

describe("a unix socket", () => {
  const folder = mkdtempSync(join(tmpdir(), "spindash-unix-"));
  after(() => rmSync(folder, { recursive: true }));

  it("answers, names itself, and is removed at the end with nothing left beside it", async () => {
    const unix = join(folder, "plain.sock");
    await serving({ unix }, async (server) => {
      assert.equal(server.url, `unix:${unix}`);
      assert.equal(await get({ socketPath: unix }), "");
      assert.deepEqual(readdirSync(folder), ["plain.sock"]);
    });
    assert.deepEqual(readdirSync(folder), []);
  });

  it("replaces the socket of another server without a gap, and that one leaves it alone when it stops", async () => {
    const unix = join(folder, "shared.sock");
    const old = await start({ unix });
    let stopped = false;
    const asking = askUntil(unix, () => stopped);
    const successor = await start({ unix });
    await old.stop();
    stopped = true;
    assert.deepEqual(await asking, []);
    assert.equal(await get({ socketPath: unix }), "");
    await successor.stop();
    assert.equal(existsSync(unix), false);
  });

  it("replaces a socket whose server has died", async () => {
    const unix = join(folder, "dead.sock");
    const dead = createServer().listen(unix);
    await once(dead, "listening");
    await serving({ unix }, async () => {
      assert.equal(await get({ socketPath: unix }), "");
    });
    dead.close();
  });

  it("does not replace what is no socket, nor follow a link", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "precious");
    const link = join(folder, "link");
    symlinkSync(file, link);
    for (const unix of [file, link]) {
      await assert.rejects(new Spindash("careful").listen({ unix }), /is no socket, so it is not replaced/);
    }
    await assert.rejects(
      new Spindash("lost").listen({ unix: join(folder, "no", "x.sock") }),
      /folder .* does not exist/,
    );
  });

  async function askUntil(unix: string, isOver: () => boolean): Promise<unknown[]> {
    const failures: unknown[] = [];
    while (!isOver()) await get({ socketPath: unix }).catch((error: unknown) => failures.push(error));
    return failures;
  }
});

async function start(options: RunOptions): Promise<RunningServer> {
  const app = new Spindash("listening");
  app.get("/", (req) => req.ip);
  return app.listen(options);
}

async function serving(options: RunOptions, test: (server: RunningServer) => Promise<void>): Promise<void> {
  const server = await start(options);
  try {
    await test(server);
  } finally {
    await server.stop();
  }
}

function get(place: { host?: string; port?: number | undefined; socketPath?: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", agent: false, ...place } as object, async (response) => {
      let text = "";
      for await (const chunk of response) text += String(chunk);
      resolve(text);
    });
    request.on("error", reject);
    request.end();
  });
}
