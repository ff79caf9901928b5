import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { watch } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Spindash } from "spindash";
import { testClient } from "spindash/testing";

/** What one of the cases below started, to be ended by its test. */
type End = () => unknown;

const LEAKS: [title: string, start: () => End | Promise<End>, report: RegExp][] = [
  ["setInterval", () => ends(setInterval(() => {}, 1000)), /- setInterval made .*leftovers\.test\.ts:\d+/],
  ["setTimeout", () => ends(setTimeout(() => {}, 60_000)), /- setTimeout made .*leftovers\.test\.ts:\d+/],
  [
    "a timer of node:timers/promises",
    () => {
      const abortion = new AbortController();
      sleep(60_000, undefined, { signal: abortion.signal }).catch(() => {});
      return () => abortion.abort();
    },
    /- setTimeout made .*leftovers\.test\.ts:\d+/,
  ],
  [
    "a setImmediate that goes on and on",
    () => {
      let isOver = false;
      const again = (): void => {
        if (!isOver) setImmediate(again);
      };
      again();
      return () => {
        isOver = true;
      };
    },
    /- setImmediate made .*leftovers\.test\.ts:\d+/,
  ],
  ["a server", listening, /- TCP server made .*leftovers\.test\.ts:\d+/],
  [
    "a UDP socket",
    async () => {
      const socket = createSocket("udp4").bind(0, "127.0.0.1");
      await once(socket, "listening");
      return () => socket.close();
    },
    /- UDP socket made .*leftovers\.test\.ts:\d+/,
  ],
  [
    "a file watcher",
    () => {
      const watcher = watch(import.meta.dirname);
      return () => watcher.close();
    },
    /- file watcher made .*leftovers\.test\.ts:\d+/,
  ],
  [
    "a worker thread",
    async () => {
      const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
      await once(worker, "online");
      return () => worker.terminate();
    },
    /- worker thread made .*leftovers\.test\.ts:\d+/,
  ],
  [
    "a child process",
    () => {
      const child = fork("-e", ["setInterval(() => {}, 1000)"], { execArgv: [], stdio: "ignore" });
      return () => child.kill();
    },
    /- child process made .*leftovers\.test\.ts:\d+/,
  ],
];

function ends(timer: NodeJS.Timeout): End {
  return () => clearTimeout(timer);
}

async function listening(): Promise<End> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return () => server.close();
}

/** Closes the client and gives the error's message. */
async function complaint(client: { close(): Promise<void> }): Promise<string> {
  try {
    await client.close();
  } catch (error) {
    return (error as Error).message;
  }
  return "no complaint";
}

describe("what an app leaves behind", () => {
  for (const [title, start, report] of LEAKS) {
    test(`${title} fails the client's close and is named with the line that made it`, async () => {
      const app = new Spindash("leaky");
      let end: End = () => {};
      app.get("/", async () => {
        end = await start();
        return "";
      });
      const client = await testClient(app);
      await client.get("/");
      const message = await complaint(client);
      await end();
      assert.match(message, /^The app leaky left something behind when it stopped:\n/);
      assert.match(message, report);
    });
  }

  test("a socket is named too", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const app = new Spindash("leaky");
    app.beforeServerStart(async (started) => {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      started.ctx.socket = socket;
    });
    const client = await testClient(app);
    const message = await complaint(client);
    (app.ctx.socket as ReturnType<typeof connect>).destroy();
    server.close();
    assert.match(message, /- TCP socket made .*leftovers\.test\.ts:\d+/);
  });

  const PLACES: [place: string, plant: (app: Spindash, leak: () => void) => void][] = [
    ["middleware", (app, leak) => app.onRequest(() => leak())],
    ["response middleware", (app, leak) => app.onResponse(() => leak())],
    ["a start listener", (app, leak) => app.beforeServerStart(leak)],
    ["a stop listener", (app, leak) => app.afterServerStop(leak)],
    ["a task", (app, leak) => app.addTask(leak)],
    ["an error handler", (app, leak) => app.onError(Error, leak)],
  ];
  for (const [place, plant] of PLACES) {
    test(`a timer made in ${place} is found`, async () => {
      const app = new Spindash("leaky");
      let timer: NodeJS.Timeout | undefined;
      plant(app, () => {
        timer = setInterval(() => {}, 1000);
      });
      const client = await testClient(app);
      await client.get("/nowhere");
      const message = await complaint(client);
      clearInterval(timer);
      assert.match(message, /setInterval/);
    });
  }

  test("a timer made in a websocket's handler is found, in both styles", async () => {
    const app = new Spindash("leaky");
    const timers: NodeJS.Timeout[] = [];
    const leak = (): void => void timers.push(setInterval(() => {}, 1000));
    app.websocket("/loop", async (_req, ws) => {
      for await (const _message of ws) leak();
    });
    app.websocket("/events", { open: leak, message: leak, close: leak });
    const client = await testClient(app);
    for (const path of ["/loop", "/events"]) {
      const ws = await client.websocket(path);
      await ws.send("x");
      await ws.close();
    }
    const message = await complaint(client);
    for (const timer of timers) clearInterval(timer);
    assert.equal(message.match(/setInterval/g)?.length, 4);
  });

  test("a timer made behind raw bytes is found", async () => {
    const app = new Spindash("leaky");
    let timer: NodeJS.Timeout | undefined;
    app.get("/", () => {
      timer = setInterval(() => {}, 1000);
      return "";
    });
    const client = await testClient(app);
    const connection = client.connect();
    connection.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(connection, "data");
    const message = await complaint(client);
    clearInterval(timer);
    assert.match(message, /setInterval/);
  });

  test("a task that ignores its signal is named", async () => {
    const app = new Spindash("leaky");
    let release = (): void => {};
    app.addTask(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
      { name: "poll" },
    );
    const client = await testClient(app, { timeout: "20ms" });
    await sleep(0);
    const message = await complaint(client);
    release();
    assert.match(message, /- the task "poll", which did not end when its signal aborted/);
  });

  test("a stop listener that does not return is an error, not a hang", async () => {
    const app = new Spindash("leaky");
    app.beforeServerStop(() => new Promise(() => {}));
    const client = await testClient(app, { timeout: "10ms" });
    assert.match(
      await complaint(client),
      /leaky did not stop within 0.02 s: a stop listener does not return/,
    );
  });

  test("several leftovers are all named", async () => {
    const app = new Spindash("leaky");
    const timers: NodeJS.Timeout[] = [];
    app.get("/", () => {
      timers.push(
        setInterval(() => {}, 1000),
        setTimeout(() => {}, 60_000),
      );
      return "";
    });
    const client = await testClient(app);
    await client.get("/");
    const message = await complaint(client);
    for (const timer of timers) clearTimeout(timer);
    assert.match(message, /setInterval[\s\S]*setTimeout/);
  });
});

describe("what is not the app's fault", () => {
  test("timers of the test itself are not blamed", async () => {
    const app = new Spindash("clean");
    app.get("/", () => "");
    const client = await testClient(app);
    const before = setInterval(() => {}, 1000);
    await client.get("/");
    const after = setInterval(() => {}, 1000);
    const ws = client.connect();
    const inside: NodeJS.Timeout[] = [];
    ws.on("data", () => inside.push(setInterval(() => {}, 1000)));
    ws.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(ws, "data");
    await client.close();
    for (const timer of [before, after, ...inside]) clearInterval(timer);
    assert.equal(inside.length, 1);
  });

  test("timers of another app under test are not blamed", async () => {
    const leaky = new Spindash("leaky");
    let timer: NodeJS.Timeout | undefined;
    leaky.get("/", () => {
      timer = setInterval(() => {}, 1000);
      return "";
    });
    const clean = new Spindash("clean");
    clean.get("/", () => "");
    const [one, other] = await Promise.all([testClient(leaky), testClient(clean)]);
    await Promise.all([one.get("/"), other.get("/")]);
    await other.close();
    assert.match(await complaint(one), /setInterval/);
    clearInterval(timer);
  });

  test("what has ended, or keeps no process alive, is not reported", async () => {
    const app = new Spindash("clean");
    app.get("/", async (req) => {
      clearTimeout(setTimeout(() => {}, 60_000));
      setInterval(() => {}, 60_000).unref();
      AbortSignal.timeout(60_000);
      await sleep(1);
      setImmediate(() => {});
      (await listening())();
      return req.path;
    });
    app.addTask(async (signal) => {
      while (!signal.aborted) await sleep(60_000, undefined, { signal }).catch(() => {});
    });
    await using client = await testClient(app);
    await client.get("/");
  });

  test("the engine leaves nothing, whatever it was used for", async () => {
    const app = new Spindash("clean");
    app.get("/", () => "");
    app.get("/never", () => new Promise<string>(() => {}));
    app.websocket("/ws", async (_req, ws) => {
      await ws.receive({ timeout: 60 });
    });
    await using client = await testClient(app, { timeout: "50ms" });
    await client.get("/");
    await client.websocket("/ws");
    await assert.rejects(client.get("/never"));
    client.connect().write("GET / HT");
  });
});
