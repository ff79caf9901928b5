import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import WebSocket, { type ClientOptions } from "ws";
import { type EchoServer, SIZES, startEchoServer } from "./echo-server.ts";

/** What the client offers, and the route that answers. */
const variants: readonly (readonly [title: string, route: string, options: ClientOptions])[] = [
  ["without compression", "plain", { perMessageDeflate: false }],
  ["with an offer that is declined", "plain", { perMessageDeflate: { threshold: 0 } }],
  ["with compression", "alone", { perMessageDeflate: { threshold: 0 } }],
  ["with context takeover", "chained", { perMessageDeflate: { threshold: 0 } }],
  [
    "with compression in narrow windows",
    "chained",
    { perMessageDeflate: { threshold: 0, clientMaxWindowBits: 9, serverMaxWindowBits: 10 } },
  ],
  [
    "with context takeover by the server alone",
    "chained",
    { perMessageDeflate: { threshold: 0, clientNoContextTakeover: true } },
  ],
];

describe("the client of npm's ws", () => {
  let server: EchoServer;
  before(async () => {
    server = await startEchoServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const open = async (path: string, options: ClientOptions): Promise<WebSocket> => {
    const ws = new WebSocket(`${server.origin}${path}`, options);
    await once(ws, "open");
    return ws;
  };

  for (const [title, route, options] of variants) {
    for (const style of ["loop", "events"]) {
      it(`gets its messages echoed ${title} (${style})`, async () => {
        const ws = await open(`/${route}/${style}`, options);
        assert.equal(ws.extensions !== "", route !== "plain");
        const sent: (string | Buffer)[] = SIZES.flatMap((size) => [
          "gotta go fast! ".repeat(size / 10).slice(0, size),
          Buffer.alloc(size, `${size} bytes of `),
        ]);
        const received: (string | Buffer)[] = [];
        ws.on("message", (data: Buffer, isBinary) => received.push(isBinary ? data : data.toString()));
        for (const message of sent) ws.send(message);
        while (received.length < sent.length) await once(ws, "message");
        assert.deepEqual(received, sent);
        ws.close();
        await once(ws, "close");
      });
    }

    it(`gets a message of many fragments echoed as one ${title}`, async () => {
      const ws = await open(`/${route}/loop`, options);
      const pieces = Array.from({ length: 50 }, (_, index) => `piece ${index} €😀 `);
      pieces.forEach((piece, index) => {
        ws.send(piece, { fin: index === pieces.length - 1 });
        if (index === 20) ws.ping("between");
      });
      const [[pong], [echo]] = await Promise.all([once(ws, "pong"), once(ws, "message")]);
      assert.equal(String(pong), "between");
      assert.equal(String(echo), pieces.join(""));
      ws.close();
      await once(ws, "close");
    });
  }

  it("sees the close code of the handler", async () => {
    for (const code of [1000, 1001, 1008, 1011, 3000, 4999]) {
      const ws = await open("/plain/close", {});
      ws.send(String(code));
      const [closedBy, reason] = await once(ws, "close");
      assert.deepEqual([closedBy, String(reason)], [code, "as you wish"]);
    }
  });

  it("gets its own close code back", async () => {
    for (const code of [1000, 3000, 4999]) {
      const ws = await open("/alone/loop", {});
      ws.close(code, "enough");
      assert.equal((await once(ws, "close"))[0], code);
    }
  });

  it("is closed with 1009 past the message limit, compressed or not", async () => {
    for (const route of ["plain", "alone", "chained"]) {
      const ws = await open(`/${route}/loop`, { perMessageDeflate: { threshold: 0 } });
      ws.send(Buffer.alloc(500_000));
      assert.equal((await once(ws, "close"))[0], 1009);
    }
  });
});
