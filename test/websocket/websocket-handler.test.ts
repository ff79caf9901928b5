import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WebSocketClosed } from "../../src/websocket/websocket-closed.ts";
import { runWebSocketHandler, runWebSocketHandlers } from "../../src/websocket/websocket-handler.ts";
import type { WebSocketHandlers } from "../../src/websocket/websocket-listener.ts";
import { binary, close, text } from "../conformance/websocket/frame-bytes.ts";
import { openWebSocket, turn, unexpected } from "./open-websocket.ts";

function reports(): { errors: unknown[]; report: (error: unknown) => void } {
  const errors: unknown[] = [];
  return { errors, report: (error) => errors.push(error) };
}

describe("a handler in loop style", () => {
  it("closes with 1000 when it returns", async () => {
    const { ws, transport, sent } = openWebSocket();
    const { errors, report } = reports();
    const run = runWebSocketHandler(ws, () => ws.send("hello"), report);
    await turn();
    assert.deepEqual(sent(), [
      ["text", "hello"],
      ["close", 1000, ""],
    ]);
    transport.receive(close(1000));
    await run;
    assert.deepEqual(errors, []);
  });

  for (const [title, handler] of [
    ["throws", () => unexpected(new RangeError("broken"))],
    ["rejects", () => Promise.reject(new RangeError("broken"))],
  ] as const) {
    it(`closes with 1011 and reports when it ${title}`, async () => {
      const { ws, transport, sent } = openWebSocket();
      const { errors, report } = reports();
      const run = runWebSocketHandler(ws, handler, report);
      await turn();
      assert.deepEqual(sent(), [["close", 1011, "The handler failed"]]);
      transport.receive(close(1011));
      await run;
      assert.deepEqual(errors, [new RangeError("broken")]);
    });
  }

  it("ends normally by the close of its own websocket", async () => {
    const { ws, transport, sent } = openWebSocket();
    const { errors, report } = reports();
    const run = runWebSocketHandler(
      ws,
      async () => {
        for (;;) await ws.send(await ws.receive());
      },
      report,
    );
    transport.receive(text("one"));
    await turn();
    transport.receive(close(1001));
    await run;
    assert.deepEqual(errors, []);
    assert.deepEqual(sent(), [
      ["text", "one"],
      ["close", 1001, ""],
    ]);
  });

  it("reports the close of another websocket, which it should have caught", async () => {
    const { ws, transport } = openWebSocket();
    const other = openWebSocket();
    other.transport.lose();
    const { errors, report } = reports();
    const run = runWebSocketHandler(ws, () => other.ws.send("x"), report);
    transport.receive(close(1011));
    await run;
    assert.equal(errors.length, 1);
    assert.ok(errors[0] instanceof WebSocketClosed);
  });

  it("reports what it throws after the close, too", async () => {
    const { ws, transport } = openWebSocket();
    const { errors, report } = reports();
    const run = runWebSocketHandler(
      ws,
      async () => {
        for await (const _ of ws);
        throw new Error("clean-up failed");
      },
      report,
    );
    transport.lose();
    await run;
    assert.deepEqual(errors.map(String), ["Error: clean-up failed"]);
  });

  it("always reaches its finally when the server stops", async () => {
    const { ws, transport } = openWebSocket();
    const { errors, report } = reports();
    let isReached = false;
    const run = runWebSocketHandler(
      ws,
      async () => {
        try {
          await ws.receive();
        } finally {
          isReached = true;
        }
      },
      report,
    );
    void ws.close(1001);
    transport.receive(close(1001));
    await run;
    assert.ok(isReached);
    assert.deepEqual(errors, []);
  });
});

describe("a handler in event style", () => {
  it("is told of opening, messages and closing, in order and without a queue", async () => {
    const { ws, transport } = openWebSocket();
    const events: unknown[] = [];
    const { errors, report } = reports();
    const handlers: WebSocketHandlers = {
      open: (socket) => events.push(["open", socket === ws]),
      message: (_, data) => events.push(["message", data]),
      close: (_, code, reason) => events.push(["close", code, reason]),
    };
    const run = runWebSocketHandlers(ws, handlers, report);
    transport.receive(text("one"));
    assert.deepEqual(events, [
      ["open", true],
      ["message", "one"],
    ]);
    transport.receive(binary("two"), close(4000, "bye"), text("late"));
    await run;
    assert.deepEqual(events.slice(2), [
      ["message", Buffer.from("two")],
      ["close", 4000, "bye"],
    ]);
    assert.deepEqual(errors, []);
  });

  it("gets what arrived before it listened, even the close", () => {
    const { ws, transport } = openWebSocket();
    transport.receive(text("one"), text("two"), close(1000));
    const events: unknown[] = [];
    ws.listen(
      {
        message: (_, data) => events.push(data),
        close: (_, code) => events.push(code),
      },
      unexpected,
    );
    assert.deepEqual(events, ["one", "two", 1000]);
  });

  it("needs none of its functions", async () => {
    const { ws, transport } = openWebSocket();
    const run = runWebSocketHandlers(ws, {}, unexpected);
    transport.receive(text("one"), close(1000));
    await run;
  });

  for (const name of ["open", "message"] as const) {
    for (const kind of ["throws", "rejects"] as const) {
      it(`closes with 1011 and reports when ${name} ${kind}`, async () => {
        const { ws, transport, sent } = openWebSocket();
        const { errors, report } = reports();
        const error = new Error(`${name} ${kind}`);
        const failing = (): unknown => {
          if (kind === "throws") throw error;
          return Promise.reject(error);
        };
        ws.listen({ [name]: failing }, report);
        transport.receive(text("one"));
        await turn();
        assert.deepEqual(errors, [error]);
        assert.deepEqual(sent(), [["close", 1011, "The handler failed"]]);
      });
    }
  }

  it("reports a close function that throws", () => {
    const { ws, transport } = openWebSocket();
    const { errors, report } = reports();
    ws.listen({ close: () => assert.fail("close failed") }, report);
    transport.lose();
    assert.equal(errors.length, 1);
  });

  it("closes with 1011 and reports when drain throws", async () => {
    const { ws, transport, sent } = openWebSocket({ bufferLimit: 10 });
    const { errors, report } = reports();
    ws.listen({ drain: () => assert.fail("drain failed") }, report);
    transport.isStalled = true;
    void ws.send("more than ten bytes");
    await turn();
    transport.drain();
    await turn();
    assert.equal(errors.length, 1);
    assert.deepEqual(sent().at(-1), ["close", 1011, "The handler failed"]);
  });

  it("closes although the report throws", async () => {
    const { ws, transport, sent } = openWebSocket();
    ws.listen(
      { message: (socket, data) => (data === "bad" ? unexpected(new Error("bad")) : socket.send(data)) },
      unexpected,
    );
    assert.throws(() => transport.receive(Buffer.concat([text("one"), text("bad")])), /bad/);
    await turn();
    assert.deepEqual(sent(), [
      ["text", "one"],
      ["close", 1011, "The handler failed"],
    ]);
  });

  it("calls no message function after the one that threw", () => {
    const { ws, transport } = openWebSocket();
    let calls = 0;
    const message = (): void => {
      calls++;
      throw new Error("first");
    };
    ws.listen({ message }, () => undefined);
    transport.receive(Buffer.concat([text("1"), text("2")]));
    assert.equal(calls, 1);
  });

  it("may send after an await although the socket is gone: its own close is no error", async () => {
    const { ws, transport } = openWebSocket();
    const { errors, report } = reports();
    ws.listen(
      {
        async message(socket) {
          await turn();
          await socket.send("late");
        },
      },
      report,
    );
    transport.receive(text("one"));
    transport.lose();
    await turn();
    await turn();
    assert.deepEqual(errors, []);
  });
});
