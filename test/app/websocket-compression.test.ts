import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ConfigOptions, Spindash, type WebSocketRouteOptions } from "spindash";
import { testClient } from "spindash/testing";

const HANDSHAKE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
const LONG = "gotta go fast ".repeat(200);

function echoApp(options: WebSocketRouteOptions = {}, config: ConfigOptions = {}): Spindash {
  const app = new Spindash("echo", { config });
  app.websocket("/echo", options, async (_req, ws) => {
    for await (const message of ws) await ws.send(message);
  });
  return app;
}

/** What the app agrees to when a client offers `offer`. */
async function agreed(app: Spindash, offer: string): Promise<string | undefined> {
  await using client = await testClient(app);
  const response = await client.get("/echo", {
    headers: { ...HANDSHAKE, "sec-websocket-extensions": offer },
  });
  assert.equal(response.status, 101);
  return response.headers.get("sec-websocket-extensions");
}

describe("compression", () => {
  const ALONE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  const cases: readonly (readonly [
    title: string,
    options: WebSocketRouteOptions,
    config: ConfigOptions,
    offer: string,
    answer: string | undefined,
  ])[] = [
    ["is off by default", {}, {}, "permessage-deflate", undefined],
    ["is switched on by a route", { compression: true }, {}, "permessage-deflate", ALONE],
    ["is switched on by a setting", {}, { websocketCompression: true }, "permessage-deflate", ALONE],
    [
      "is switched off by a route",
      { compression: false },
      { websocketCompression: true },
      "permessage-deflate",
      undefined,
    ],
    [
      "takes contexts over on demand",
      { compression: { contextTakeover: true } },
      {},
      "permessage-deflate",
      "permessage-deflate",
    ],
    [
      "has the window a route says",
      { compression: { contextTakeover: true, windowBits: 10 } },
      {},
      "permessage-deflate; client_max_window_bits",
      "permessage-deflate; server_max_window_bits=10; client_max_window_bits=10",
    ],
    [
      "passes over offers it cannot meet",
      { compression: true },
      {},
      "permessage-deflate; server_max_window_bits=8",
      undefined,
    ],
    [
      "passes over other extensions",
      { compression: true },
      {},
      "permessage-bzip2, permessage-deflate",
      ALONE,
    ],
    [
      "takes no contexts over past the memory for them",
      { compression: { contextTakeover: true } },
      { websocketCompressionMemory: "63kb" },
      "permessage-deflate",
      ALONE,
    ],
  ];
  for (const [title, options, config, offer, answer] of cases) {
    test(title, async () => assert.equal(await agreed(echoApp(options, config), offer), answer));
  }

  test("is not offered by a client that says nothing", async () => {
    await using client = await testClient(echoApp({ compression: true }));
    const response = await client.get("/echo", { headers: HANDSHAKE });
    assert.equal(response.status, 101);
    assert.equal(response.headers.get("sec-websocket-extensions"), undefined);
  });

  for (const field of ["permessage-deflate;", "permessage-deflate; a=", "foo bar", ""]) {
    test(`a malformed list of extensions is refused with 400: ${JSON.stringify(field)}`, async () => {
      for (const compression of [true, false]) {
        await using client = await testClient(echoApp({ compression }));
        const headers = { ...HANDSHAKE, "sec-websocket-extensions": field };
        assert.equal((await client.get("/echo", { headers })).status, 400);
      }
    });
  }

  test("carries messages both ways, whatever the two agree on", async () => {
    for (const contextTakeover of [true, false]) {
      await using client = await testClient(
        echoApp({ compression: { contextTakeover, windowBits: 11, threshold: 0 } }),
      );
      for (const offered of [
        true,
        false,
        { contextTakeover: false },
        { windowBits: 9 },
        { threshold: "1kb" },
      ] as const) {
        const compression =
          typeof offered === "object" && "threshold" in offered ? { threshold: 1024 } : offered;
        await using ws = await client.websocket("/echo", { compression });
        for (const message of [LONG, "short", LONG, Buffer.from(LONG), ""]) {
          await ws.send(message);
          assert.deepEqual(await ws.receive(), message);
        }
      }
    }
  });

  test("gives the memory of contexts back when websockets close", async () => {
    const app = echoApp({ compression: { contextTakeover: true } }, { websocketCompressionMemory: "64kb" });
    await using client = await testClient(app);
    for (let i = 0; i < 3; i++) {
      const ws = await client.websocket("/echo", { compression: true });
      await ws.send(LONG);
      assert.equal(await ws.receive(), LONG);
      const headers = { ...HANDSHAKE, "sec-websocket-extensions": "permessage-deflate" };
      const another = await client.get("/echo", { headers });
      assert.equal(another.headers.get("sec-websocket-extensions"), ALONE);
      await ws.close();
    }
  });

  const mistakes: readonly unknown[] = [
    { windowBits: 8 },
    { windowBits: 16 },
    { windowBits: 10.5 },
    { windowBits: "10" },
    { contextTakeover: 1 },
    { treshold: 5 },
    "yes",
    null,
    7,
  ];
  for (const compression of mistakes) {
    test(`a route refuses compression ${JSON.stringify(compression)}`, () => {
      const options = { compression } as WebSocketRouteOptions;
      assert.throws(() => echoApp(options), { name: "SetupError", message: /\/echo has compression/ });
    });
  }

  test("a route refuses a threshold that is no size", () => {
    assert.throws(() => echoApp({ compression: { threshold: "big" as "1kb" } }), { name: "SetupError" });
  });
});
