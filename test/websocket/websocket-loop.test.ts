import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { WebSocket } from "../../src/websocket/websocket.ts";
import { WebSocketClosed } from "../../src/websocket/websocket-closed.ts";
import type { WebSocketMessage } from "../../src/websocket/websocket-options.ts";
import { binary, close, more, text } from "../conformance/websocket/frame-bytes.ts";
import type { MemoryTransport } from "./memory-transport.ts";
import { openWebSocket, turn } from "./open-websocket.ts";

async function collect(ws: WebSocket): Promise<WebSocketMessage[]> {
  const messages: WebSocketMessage[] = [];
  for await (const message of ws) messages.push(message);
  return messages;
}

describe("the loop over a websocket", () => {
  it("gets texts as strings and binary messages as buffers, in order", async () => {
    const { ws, transport } = openWebSocket();
    const messages = collect(ws);
    transport.receive(text("one"), Buffer.concat([binary("two"), text("thr", { final: false }), more("ee")]));
    transport.receive(close(1000));
    assert.deepEqual(await messages, ["one", Buffer.from("two"), "three"]);
  });

  const endings: readonly (readonly [
    title: string,
    end: (transport: MemoryTransport, ws: WebSocket) => void,
  ])[] = [
    ["the peer closes", (transport) => transport.receive(close(1000, "done"))],
    ["the peer closes with a code of its own", (transport) => transport.receive(close(4001))],
    ["the peer closes without a code", (transport) => transport.receive(close())],
    ["the peer ends the connection without a close", (transport) => transport.owner.onEnd()],
    ["the connection breaks", (transport) => transport.lose(new Error("ECONNRESET"))],
    ["the peer breaks the protocol", (transport) => transport.receive(text("x", { reserved: 4 }))],
    [
      "we close and the peer answers",
      (transport, ws) => {
        void ws.close(1001);
        transport.receive(close(1001));
      },
    ],
    [
      "we close and the peer is gone",
      (transport, ws) => {
        void ws.close();
        transport.lose();
      },
    ],
  ];
  for (const [title, end] of endings) {
    it(`ends normally when ${title}`, async () => {
      const { ws, transport } = openWebSocket();
      const messages = collect(ws);
      transport.receive(text("before"));
      await turn();
      end(transport, ws);
      assert.deepEqual(await messages, ["before"]);
      assert.equal(ws.state, "closed");
      assert.deepEqual(await collect(ws), [], "another loop ends at once");
    });
  }

  it("gets what arrived before the close although it was not waiting", async () => {
    const { ws, transport } = openWebSocket();
    transport.receive(Buffer.concat([text("one"), text("two"), close(1000)]));
    assert.equal(ws.state, "closed");
    assert.deepEqual(await collect(ws), ["one", "two"]);
  });

  it("may be left and begun again without closing anything", async () => {
    const { ws, transport } = openWebSocket();
    transport.receive(text("one"), text("two"), text("three"));
    for await (const message of ws) {
      assert.equal(message, "one");
      break;
    }
    assert.equal(ws.state, "open");
    await assert.rejects(
      (async () => {
        for await (const message of ws) throw new Error(`at ${message}`);
      })(),
      /at two/,
    );
    assert.equal(ws.state, "open");
    assert.equal(await ws.receive(), "three");
    assert.equal(transport.written.length, 0);
  });

  it("runs finally blocks when the connection breaks", async () => {
    const { ws, transport } = openWebSocket();
    const steps: string[] = [];
    const handler = (async () => {
      try {
        for await (const message of ws) steps.push(String(message));
        steps.push("after");
      } finally {
        steps.push("finally");
      }
    })();
    transport.receive(text("one"));
    await turn();
    transport.lose();
    await handler;
    assert.deepEqual(steps, ["one", "after", "finally"]);
  });

  it("reads on while the handler keeps up", async () => {
    const { ws, transport } = openWebSocket();
    const messages = collect(ws);
    for (let i = 0; i < 200; i++) {
      transport.receive(text("x".repeat(2000)));
      await turn();
    }
    assert.equal(transport.pauses, 0);
    transport.receive(close());
    assert.equal((await messages).length, 200);
  });
});

describe("backpressure on the peer", () => {
  it("stops reading at 64 messages and reads on at half of them", async () => {
    const { ws, transport } = openWebSocket();
    for (let i = 0; i < 63; i++) transport.receive(text("x"));
    assert.equal(transport.isPaused, false);
    transport.receive(text("x"));
    assert.equal(transport.isPaused, true);
    for (let i = 0; i < 31; i++) await ws.receive();
    assert.equal(transport.isPaused, true);
    await ws.receive();
    assert.equal(transport.isPaused, false);
    assert.equal(transport.pauses, 1);
  });

  it("stops reading at 64 KiB and reads on at half of them", async () => {
    const { ws, transport } = openWebSocket();
    transport.receive(binary(Buffer.alloc(32 * 1024)), text("x".repeat(32 * 1024 - 1)));
    assert.equal(transport.isPaused, false);
    transport.receive(text("x"));
    assert.equal(transport.isPaused, true);
    await ws.receive();
    assert.equal(transport.isPaused, false);
  });

  it("loses nothing and keeps the order while it stops and goes", async () => {
    const { ws, transport } = openWebSocket();
    const expected = Array.from({ length: 2000 }, (_, index) => `message ${index}`);
    for (let i = 0; i < expected.length; i += 100) {
      transport.receive(Buffer.concat(expected.slice(i, i + 100).map((message) => text(message))));
    }
    for (const message of expected) {
      assert.equal(await ws.receive(), message);
    }
    assert.ok(transport.pauses > 1);
    assert.equal(transport.isPaused, false);
  });

  it("reads again once we close, to see the peer's answer", async () => {
    const { ws, transport } = openWebSocket();
    transport.receive(Buffer.concat(Array.from({ length: 100 }, () => text("x"))));
    assert.equal(transport.isPaused, true);
    const closed = ws.close();
    assert.equal(transport.isPaused, false);
    transport.receive(text("dropped"), close(1000));
    await closed;
    assert.equal((await collect(ws)).length, 100);
  });
});

describe("receive", () => {
  it("gives the next message, whether it waits or is waited for", async () => {
    const { ws, transport } = openWebSocket();
    const waiting = ws.receive();
    transport.receive(text("one"), text("two"));
    assert.equal(await waiting, "one");
    assert.equal(await ws.receive({ timeout: 5 }), "two");
  });

  it("rejects with code and reason once the websocket is closed", async () => {
    const { ws, transport } = openWebSocket();
    transport.receive(text("one"));
    const taken = await ws.receive();
    const waiting = ws.receive({ timeout: "1m" });
    transport.receive(close(4000, "Feierabend"));
    assert.equal(taken, "one");
    await assert.rejects(waiting, (error) => {
      assert.ok(error instanceof WebSocketClosed);
      assert.deepEqual([error.code, error.reason, error.wasClean], [4000, "Feierabend", true]);
      assert.equal(error.message, "The websocket is closed (4000: Feierabend)");
      return true;
    });
    await assert.rejects(ws.receive(), { name: "WebSocketClosed", code: 4000 });
  });

  it("keeps the error that broke the connection as its cause", async () => {
    const { ws, transport } = openWebSocket();
    const cause = new Error("ECONNRESET");
    transport.lose(cause);
    await assert.rejects(ws.receive(), { name: "WebSocketClosed", code: 1006, wasClean: false, cause });
  });

  it("rejects when nothing arrives in time, and goes on afterwards", async () => {
    const { ws, transport } = openWebSocket();
    await assert.rejects(ws.receive({ timeout: "5ms" }), {
      name: "TimeoutError",
      message: "No message arrived within 0.005 s",
    });
    transport.receive(text("late"));
    assert.equal(await ws.receive({ timeout: 0.005 }), "late");
  });

  it("only looks when the timeout is 0", async () => {
    const { ws, transport } = openWebSocket();
    await assert.rejects(ws.receive({ timeout: 0 }), { name: "TimeoutError" });
    transport.receive(text("there"));
    assert.equal(await ws.receive({ timeout: 0 }), "there");
  });

  it("refuses a second reader", async () => {
    const { ws, transport } = openWebSocket();
    const first = ws.receive();
    await assert.rejects(ws.receive(), /Another receive\(\) or loop already waits/);
    await assert.rejects(collect(ws), /Another receive\(\) or loop already waits/);
    transport.receive(text("one"));
    assert.equal(await first, "one");
    const loop = collect(ws);
    await assert.rejects(ws.receive(), /let one place read/);
    transport.receive(close());
    assert.deepEqual(await loop, []);
  });

  it("refuses a timeout that is none", () => {
    const { ws } = openWebSocket();
    assert.throws(() => ws.receive({ timeout: -1 }), { name: "SetupError" });
  });
});
