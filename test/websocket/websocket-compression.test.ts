import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SharedMessage } from "../../src/protocol/websocket/shared-message.ts";
import type { WebSocketCompression } from "../../src/websocket/compression.ts";
import { compressed, deflated } from "../conformance/websocket/compressed-frames.ts";
import { close, ping } from "../conformance/websocket/frame-bytes.ts";
import { openPair, openWebSocket, turn, unexpected } from "./open-websocket.ts";

function compressionOf(takeover: boolean, windowBits = 15, threshold = 0): WebSocketCompression {
  return {
    agreement: {
      serverTakeover: takeover,
      clientTakeover: takeover,
      serverWindowBits: windowBits,
      clientWindowBits: windowBits,
    },
    threshold,
  };
}

const JSON_TEXT = JSON.stringify(Array.from({ length: 40 }, (_, id) => ({ id, name: `Größe ${id}` })));

describe("a websocket with compression", () => {
  for (const takeover of [false, true]) {
    for (const windowBits of [9, 15]) {
      const title = `window of ${windowBits} bits ${takeover ? "and" : "without"} context takeover`;
      it(`exchanges messages both ways with a ${title}`, async () => {
        const { server, client } = openPair({ compression: compressionOf(takeover, windowBits) });
        server.listen({ message: (ws, data) => ws.send(data) }, unexpected);
        const messages = [
          JSON_TEXT,
          "",
          "a",
          JSON_TEXT,
          Buffer.alloc(20_000, "ab"),
          "größer €😀".repeat(50),
          JSON_TEXT,
        ];
        for (const message of messages) void client.send(message);
        for (const message of messages) assert.deepEqual(await client.receive(), message);
        await client.close();
      });
    }
  }

  it("sets the bit on compressed messages alone, and sends short ones as they are", async () => {
    const { ws, transport, sent } = openWebSocket({ compression: compressionOf(false, 15, 100) });
    ws.send("short");
    await turn();
    ws.send("x".repeat(100));
    await turn();
    transport.receive(ping("x".repeat(125)));
    transport.receive(close(1000));
    const firsts = transport.writes.map((bytes) => bytes[0]);
    assert.deepEqual(firsts, [0x81, 0xc1, 0x8a, 0x88]);
    assert.ok((transport.writes[1]?.length ?? 100) < 20);
    assert.deepEqual(sent()[1], ["text", "x".repeat(100)]);
  });

  it("keeps its context whole when trySend leaves messages out", async () => {
    const { ws, transport, sent } = openWebSocket({ compression: compressionOf(true), bufferLimit: 300 });
    transport.isStalled = true;
    const taken: string[] = [];
    for (let i = 0; i < 200; i++) {
      const message = `${i} ${JSON_TEXT.slice(i, i + 500)}`;
      if (ws.trySend(message)) taken.push(message);
      await turn();
      if (i % 20 === 0) {
        transport.drain();
        transport.isStalled = true;
      }
    }
    transport.drain();
    await turn();
    assert.ok(taken.length > 10 && taken.length < 200, `${taken.length} of 200`);
    assert.deepEqual(
      sent(),
      taken.map((message) => ["text", message]),
    );
  });

  it("sends messages for many between its own, compressed once for each window", async () => {
    const sockets = [
      openWebSocket(),
      openWebSocket({ compression: compressionOf(false) }),
      openWebSocket({ compression: compressionOf(true) }),
      openWebSocket({ compression: compressionOf(true) }),
      openWebSocket({ compression: compressionOf(true, 9) }),
    ];
    const shared = [new SharedMessage(JSON_TEXT), new SharedMessage(Buffer.from(JSON_TEXT))];
    for (let round = 0; round < 3; round++) {
      for (const { ws } of sockets) {
        void ws.send(`${round}: ${JSON_TEXT}`);
        for (const message of shared) ws.sendShared(message);
      }
    }
    await turn();
    const bytes = Buffer.from(JSON_TEXT).toString("hex");
    const expected = [0, 1, 2].flatMap((round) => [
      ["text", `${round}: ${JSON_TEXT}`],
      ["text", JSON_TEXT],
      ["binary", bytes],
    ]);
    for (const { sent } of sockets) assert.deepEqual(sent(), expected);
    const sizes = sockets.map(({ transport }) => transport.written.length);
    assert.ok((sizes[2] ?? 0) < (sizes[1] ?? 0) && (sizes[1] ?? 0) < (sizes[0] ?? 0) / 3, sizes.join());
    assert.equal(shared[0]?.compressed(15), shared[0]?.compressed(15));
  });

  it("closes with 1009 past the message limit and with 1007 for what is no deflate", async () => {
    for (const [payload, code] of [
      [deflated(Buffer.alloc(2_000_000)), 1009],
      [Buffer.from("rubbish"), 1007],
    ] as const) {
      const { ws, transport } = openWebSocket({ compression: compressionOf(false) });
      transport.receive(...compressed(2, payload));
      assert.equal((await ws.closed).code, code);
    }
  });
});

/** A read of 60 kB whose messages come to 40 MB. */
function avalanche(): Buffer {
  const [message] = compressed(2, deflated(Buffer.alloc(1024 * 1024)));
  assert.ok(message !== undefined);
  return Buffer.concat(Array.from({ length: 40 }, () => message));
}

describe("a read that grows a thousandfold", () => {
  it("is restored only as fast as the loop takes messages", async () => {
    const { ws, transport } = openWebSocket({ compression: compressionOf(false) });
    transport.receive(avalanche(), close(1000));
    await turn();
    assert.equal(transport.isPaused, true);
    let count = 0;
    for await (const message of ws) {
      assert.equal(message.length, 1024 * 1024);
      count++;
    }
    assert.equal(count, 40);
    assert.deepEqual(await ws.closed, { code: 1000, reason: "", wasClean: true });
  });

  it("leaves the event loop to others in event style, about a megabyte at a time", async () => {
    const { ws, transport } = openWebSocket({ compression: compressionOf(true) });
    const turns: number[] = [];
    ws.listen({ message: () => (turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1) }, unexpected);
    turns.push(0);
    transport.receive(avalanche());
    while (turns.reduce((sum, each) => sum + each, 0) < 40) {
      turns.push(0);
      await turn();
    }
    assert.ok(Math.max(...turns) <= 2, turns.join());
    transport.receive(close(1000));
    assert.equal((await ws.closed).wasClean, true);
  });

  it("is heard to its end when the peer ends its side behind it", async () => {
    const { ws, transport } = openWebSocket({ compression: compressionOf(false) });
    transport.receive(Buffer.concat([avalanche(), close(4000, "done")]));
    transport.owner.onEnd();
    let count = 0;
    for await (const _message of ws) count++;
    assert.equal(count, 40);
    assert.equal((await ws.closed).code, 4000);
  });

  it("is lost without a close frame when the peer only ends its side", async () => {
    const { ws, transport } = openWebSocket({ compression: compressionOf(false) });
    transport.receive(avalanche());
    transport.owner.onEnd();
    let count = 0;
    for await (const _message of ws) count++;
    assert.equal(count, 40);
    assert.equal((await ws.closed).code, 1006);
  });
});
