import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { binary, close, more, ping, text } from "../conformance/websocket/frame-bytes.ts";
import { openPair, openWebSocket, turn } from "./open-websocket.ts";

const open = { final: false } as const;
const STREAMING = { isStreaming: true } as const;

async function collect(pieces: AsyncIterable<string | Buffer>): Promise<(string | Buffer)[]> {
  const all: (string | Buffer)[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

describe("messages()", () => {
  it("gives each message as it arrives, with its type", async () => {
    const { ws, transport } = openWebSocket(STREAMING);
    const messages = ws.messages();
    transport.receive(text("Hel", open));
    const first = await messages.next();
    assert.equal(first.value?.type, "text");
    const pieces = first.value?.[Symbol.asyncIterator]();
    assert.equal((await pieces?.next())?.value, "Hel");
    const next = pieces?.next();
    transport.receive(ping("p"), more("lo"), binary("\x01\x02"), text(""));
    assert.equal((await next)?.value, "lo");
    assert.equal((await pieces?.next())?.done, true);
    const second = (await messages.next()).value;
    assert.ok(second !== undefined && second.type === "binary");
    assert.deepEqual(Buffer.concat((await collect(second)) as Buffer[]), Buffer.from([1, 2]));
    const third = (await messages.next()).value;
    assert.ok(third !== undefined && third.type === "text");
    assert.deepEqual(await collect(third), []);
    transport.receive(close(1000));
    assert.equal((await messages.next()).done, true);
  });

  it("does not cut characters of a text", async () => {
    const { ws, transport } = openWebSocket(STREAMING);
    const bytes = Buffer.from("größer als € und 😀");
    for (const [index, byte] of bytes.entries()) {
      const rest = { final: index === bytes.length - 1 };
      transport.receive(index === 0 ? text(Buffer.from([byte]), rest) : more(Buffer.from([byte]), rest));
    }
    const message = (await ws.messages().next()).value;
    assert.ok(message !== undefined);
    const pieces = await collect(message);
    assert.ok(pieces.every((piece) => piece.toString() === Buffer.from(piece.toString()).toString()));
    assert.equal(pieces.join(""), "größer als € und 😀");
  });

  it("drops the rest of a message that is left early", async () => {
    const { ws, transport } = openWebSocket(STREAMING);
    transport.receive(binary("a", open), more("b", open), more("c"), text("next"));
    const seen: string[] = [];
    for await (const message of ws.messages()) {
      for await (const piece of message) {
        seen.push(String(piece));
        break;
      }
      if (message.type === "text") break;
    }
    assert.deepEqual(seen, ["a", "next"]);
  });

  it("throws inside a message that the end of the connection cuts off, and ends between messages", async () => {
    const { ws, transport } = openWebSocket(STREAMING);
    const messages = ws.messages();
    transport.receive(text("half", open), close(1001));
    const message = (await messages.next()).value;
    assert.ok(message !== undefined);
    await assert.rejects(collect(message), { name: "WebSocketClosed", code: 1001 });
    assert.equal((await messages.next()).done, true);
  });

  it("fails at the first byte that is no UTF-8, and for half a character at the end", async () => {
    for (const bytes of [[text(Buffer.from([0xff]), open)], [text(Buffer.from([0xe2, 0x82]))]]) {
      const { ws, transport } = openWebSocket(STREAMING);
      transport.receive(...bytes);
      assert.equal((await ws.closed).code, 1007);
    }
  });

  it("holds the peer back while pieces are not read, also pieces without bytes", async () => {
    for (const piece of ["x".repeat(1000), ""]) {
      const { ws, transport } = openWebSocket(STREAMING);
      transport.receive(binary("first", open));
      let count = 0;
      // Frames of a byte, so that each of them is a piece.
      while (!transport.isPaused && count < 5000) {
        transport.receive(more(piece === "" ? "x" : piece, open));
        count++;
      }
      assert.ok(transport.isPaused && count < 2000, `${count} pieces`);
      transport.receive(more("last"));
      const message = (await ws.messages().next()).value;
      assert.ok(message !== undefined);
      const all = Buffer.concat((await collect(message)) as Buffer[]);
      assert.equal(all.length, 5 + count * (piece.length || 1) + 4);
      assert.equal(transport.isPaused, false);
    }
  });

  it("is refused where messages come whole, and the other way round", () => {
    const { ws } = openWebSocket();
    assert.throws(() => ws.messages(), /streaming: true/);
    const { ws: streaming } = openWebSocket(STREAMING);
    assert.throws(() => streaming.receive(), /ws\.messages\(\)/);
    assert.throws(() => streaming[Symbol.asyncIterator](), /ws\.messages\(\)/);
  });
});

describe("sendStream()", () => {
  it("sends one message, text or binary, and others behind it", async () => {
    const { ws, sent, transport } = openWebSocket();
    const first = ws.sendStream(["one ", "two ", "€"]);
    void ws.send("behind");
    transport.receive(ping("p"));
    const second = ws.sendStream([Buffer.from([1]), new Uint8Array([2])]);
    await Promise.all([first, second]);
    await ws.sendStream([]);
    await turn();
    const messages = sent().filter(([kind]) => kind !== "pong");
    assert.deepEqual(messages, [
      ["text", "one two €"],
      ["text", "behind"],
      ["binary", "0102"],
      ["text", ""],
    ]);
  });

  it("does not cut characters between pieces, nor wait for their end", async () => {
    const { ws, sent } = openWebSocket();
    await ws.sendStream(["a\ud83d", "\ude00b", "\ud83d"]);
    await turn();
    assert.deepEqual(sent(), [["text", "a😀b\ufffd"]]);
  });

  it("goes at the pace of the peer", async () => {
    const { ws, transport, sent } = openWebSocket({ bufferLimit: 10_000 });
    transport.isStalled = true;
    let taken = 0;
    const sending = ws.sendStream(
      (function* () {
        for (; taken < 100; taken++) yield "k".repeat(1000);
      })(),
    );
    await turn();
    assert.ok(taken < 15, `${taken} pieces`);
    transport.drain();
    await sending;
    await turn();
    assert.equal(String(sent()[0]?.[1]).length, 100_000);
  });

  it("closes with 1011 when its source fails in the middle, and nothing follows", async () => {
    const { ws, transport, sent } = openWebSocket();
    async function* source(): AsyncGenerator<string> {
      yield "half";
      await turn();
      throw new Error("the disk is gone");
    }
    const sending = ws.sendStream(source());
    void ws.send("behind");
    await assert.rejects(sending, /the disk is gone/);
    await turn();
    assert.deepEqual(sent(), [["close", 1011, "A streamed message broke off"]]);
    transport.receive(close(1011));
    await ws.closed;
  });

  it("changes nothing when its source fails before the first piece, or has wrong ones", async () => {
    const { ws, sent } = openWebSocket();
    const failing = (async function* (): AsyncGenerator<string> {
      await turn();
      if (ws.state === "open") throw new Error("no such file");
      yield "";
    })();
    await assert.rejects(ws.sendStream(failing), /no such file/);
    await assert.rejects(ws.sendStream([5 as unknown as string]), TypeError);
    await assert.rejects(ws.sendStream("whole"), TypeError);
    await ws.send("fine");
    await turn();
    assert.deepEqual(sent(), [["text", "fine"]]);
    await assert.rejects(ws.sendStream(["a", Buffer.from("b")]), /began as text and went on as binary/);
  });

  it("rejects when the websocket closes in the middle, and leaves its source", async () => {
    const { ws, transport } = openWebSocket({ bufferLimit: 10 });
    transport.isStalled = true;
    let isLeft = false;
    async function* source(): AsyncGenerator<string> {
      try {
        for (;;) yield "x".repeat(100);
      } finally {
        isLeft = true;
      }
    }
    const sending = ws.sendStream(source());
    await turn();
    transport.lose();
    await assert.rejects(sending, { name: "WebSocketClosed" });
    assert.equal(isLeft, true);
  });

  it("carries ten megabytes from one side to the other in little memory", async () => {
    const { server, client } = openPair({ isStreaming: true, bufferLimit: 64 * 1024 });
    const sending = client.sendStream(
      (function* () {
        for (let i = 0; i < 160; i++) yield Buffer.alloc(64 * 1024, i);
      })(),
    );
    let size = 0;
    for await (const message of server.messages()) {
      for await (const piece of message) size += piece.length;
      break;
    }
    await sending;
    assert.equal(size, 160 * 64 * 1024);
  });
});
