import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Request } from "../../src/http/request.ts";
import { Response } from "../../src/http/response.ts";
import { raw, stream, text } from "../../src/http/responses.ts";
import { Clock } from "../../src/server/clock.ts";
import type { Handle } from "../../src/server/connection-host.ts";
import { Connections } from "../../src/server/connections.ts";
import { Http1Connection } from "../../src/server/http1-connection.ts";
import { defaultServerLimits, type ServerLimits } from "../../src/server/limits.ts";
import { FakeTransport } from "./fake-transport.ts";
import { Gate } from "./gate.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
const LIMITS: Partial<ServerLimits> = {
  headTimeout: 1,
  bodyTimeout: 3,
  sendTimeout: 4,
  handlerTimeout: 6,
  keepAliveTimeout: 7,
};

/** One connection whose clock is the test's. */
class TimedConnection {
  readonly transport = new FakeTransport();
  readonly reports: unknown[] = [];
  readonly connections = new Connections();
  private readonly clock = new Clock(20);
  private readonly connection: Http1Connection;

  constructor(handle: Handle, limits: Partial<ServerLimits> = {}) {
    this.connection = new Http1Connection(this.transport, {
      handle,
      refuse: (error) => new Response(error.message, "text/plain", { status: error.status }),
      report: (error) => void this.reports.push(error),
      limits: { ...defaultServerLimits, ...LIMITS, ...limits },
      clock: this.clock,
      connections: this.connections,
      isStopping: false,
    });
    this.connections.add(this.connection);
  }

  /** Lets time pass and deadlines be met. */
  pass(seconds: number): void {
    this.clock.now += seconds * 1000;
    this.connection.sweep(this.clock.now);
  }

  /** Asserts that `happens` is false until `seconds` have passed, and true then. */
  assertAfter(seconds: number, happens: () => boolean): void {
    this.pass(seconds);
    assert.equal(happens(), false, `before ${seconds} s`);
    this.pass((this.clock.period + 1) / 1000);
    assert.equal(happens(), true, `after ${seconds} s`);
  }

  wrote(what: string): boolean {
    return this.transport.written.includes(what);
  }

  get isCut(): boolean {
    return this.transport.destroyed;
  }
}

const never = () => new Promise<Response>(() => {});

describe("deadlines", () => {
  test("A connection without a byte is cut after headTimeout", () => {
    const timed = new TimedConnection(() => text(""));
    timed.assertAfter(1, () => timed.isCut);
    assert.equal(timed.transport.written, "");
    assert.equal(timed.connections.size, 0);
  });

  test("The first head has headTimeout from the connection's start, whatever drips in", () => {
    const timed = new TimedConnection(() => text(""));
    timed.transport.receive("GET /");
    timed.pass(0.5);
    timed.transport.receive("a");
    timed.assertAfter(0.5, () => timed.wrote("HTTP/1.1 408 "));
    assert.equal(timed.transport.hasEnded, true);
  });

  test("A later head has headTimeout from its first byte", () => {
    const timed = new TimedConnection(() => text(""));
    timed.transport.receive(GET);
    timed.pass(5);
    timed.transport.receive("GET /");
    timed.pass(0.5);
    timed.transport.receive("a");
    timed.assertAfter(0.5, () => timed.wrote("HTTP/1.1 408 "));
  });

  test("A head that is in the same read as a request before it has headTimeout from there", () => {
    const timed = new TimedConnection(() => text(""));
    timed.transport.receive(`${GET}GET /`);
    timed.assertAfter(1, () => timed.wrote("HTTP/1.1 408 "));
  });

  test("A kept connection is cut after keepAliveTimeout, and each answer begins it anew", () => {
    const timed = new TimedConnection(() => text(""));
    timed.transport.receive(GET);
    timed.pass(6.9);
    timed.transport.receive(GET);
    timed.assertAfter(7, () => timed.isCut);
    assert.doesNotMatch(timed.transport.written, /408/);
  });

  test("An empty line does not make a kept connection wait for a head", () => {
    const timed = new TimedConnection(() => text(""));
    timed.transport.receive(`${GET}\r\n`);
    timed.assertAfter(7, () => timed.isCut);
    assert.doesNotMatch(timed.transport.written, /408/);
  });

  test("A handler is given up after handlerTimeout", () => {
    let reason: unknown;
    const timed = new TimedConnection((request) => {
      request.signal.addEventListener("abort", () => {
        reason = request.signal.reason;
      });
      return never();
    });
    timed.transport.receive(GET);
    timed.assertAfter(6, () => timed.wrote("HTTP/1.1 503 "));
    assert.match(String(reason), /did not answer within 6 s/);
    assert.equal(timed.transport.hasEnded, true);
  });

  test("A handler that waits for its body has bodyTimeout from each byte, and no other deadline", async () => {
    for (const read of [
      (request: Request) => request.text(),
      async (request: Request) => {
        for await (const _ of request.body);
        return "";
      },
    ]) {
      const handle: Handle = async (request) => text(await read(request));
      const timed = new TimedConnection(handle, { minimumReceiveRate: 0 });
      timed.transport.receive(POST);
      for (let i = 0; i < 9; i++) {
        timed.pass(2.9);
        timed.transport.receive("x");
        await new Promise(setImmediate);
      }
      assert.equal(timed.transport.written, "");
    }
  });

  for (const [how, read] of [
    ["whole", (request: Request) => request.bytes()],
    [
      "piece by piece",
      async (request: Request) => {
        for await (const _ of request.body);
      },
    ],
  ] as const) {
    const reading: Handle = async (request) => {
      await read(request);
      return text("ok");
    };
    const long = POST.replace("10", "100000");

    test(`A body read ${how} that drips is given up once it has used up bodyTimeout`, async () => {
      const timed = new TimedConnection(reading, { minimumReceiveRate: 10 });
      timed.transport.receive(long);
      for (let i = 0; i < 7; i++) {
        timed.pass(0.5);
        timed.transport.receive("x");
        await new Promise(setImmediate);
      }
      assert.equal(timed.transport.written, "");
      timed.pass(0.5);
      await new Promise(setImmediate);
      assert.ok(timed.wrote("HTTP/1.1 500") || timed.wrote("408"), timed.transport.written);
    });

    test(`A body read ${how} that keeps the minimum rate may take as long as it needs`, async () => {
      const timed = new TimedConnection(reading, { minimumReceiveRate: 10 });
      timed.transport.receive(long);
      for (let i = 0; i < 100; i++) {
        timed.pass(2.5);
        timed.transport.receive("x".repeat(26));
        await new Promise(setImmediate);
      }
      assert.equal(timed.transport.written, "");
    });
  }

  test("Time that a handler takes between two pieces of a body is not held against the client", async () => {
    let goOn = (): void => {};
    const timed = new TimedConnection(
      async (request) => {
        for await (const _ of request.body)
          await new Promise<void>((resolve) => {
            goOn = resolve;
          });
        return text("ok");
      },
      { minimumReceiveRate: 10 },
    );
    timed.transport.receive(POST);
    for (let i = 0; i < 9; i++) {
      timed.transport.receive("x");
      await new Promise(setImmediate);
      timed.pass(5);
      goOn();
      await new Promise(setImmediate);
    }
    timed.pass(2.9);
    assert.equal(timed.transport.written, "");
  });

  test("A body of which nothing arrives fails after bodyTimeout, and the answer ends the connection", async () => {
    const answered = new Gate();
    const timed = new TimedConnection(async (request) => {
      const failure: unknown = await request.text().catch((error: unknown) => error);
      answered.open();
      return text(String(failure));
    });
    timed.transport.receive(`${POST}hello`);
    timed.pass(3.1);
    await answered.opened;
    await new Promise(setImmediate);
    assert.ok(timed.wrote("connection: close"));
    assert.match(
      timed.transport.written,
      /RequestTimeout: The body did not arrive: it stood still for 3 s, or came too slowly$/,
    );
  });

  test("A handler that does not answer after its body broke is given up", () => {
    const timed = new TimedConnection(async (request) => {
      await request.text().catch(() => {});
      return never();
    });
    timed.transport.receive(`${POST}hello`);
    timed.pass(3.1);
    timed.assertAfter(6, () => timed.wrote("HTTP/1.1 503 "));
  });

  test("A handler has handlerTimeout from the end of its body", () => {
    const timed = new TimedConnection(async (request) => {
      await request.text();
      return never();
    });
    timed.transport.receive(`${POST}hello`);
    timed.pass(2.9);
    timed.transport.receive("world");
    timed.assertAfter(6, () => timed.wrote("HTTP/1.1 503 "));
  });

  test("A handler that has a piece of its body and asks for no more has handlerTimeout", async () => {
    const begun = new Gate();
    const timed = new TimedConnection(async (request) => {
      for await (const _ of request.body) break;
      begun.open();
      return never();
    });
    timed.transport.receive(POST);
    timed.transport.receive("hello");
    await begun.opened;
    timed.assertAfter(6, () => timed.wrote("HTTP/1.1 503 "));
  });

  test("The rest of an unread body has bodyTimeout in all", () => {
    const timed = new TimedConnection(() => text("unread"));
    timed.transport.receive(POST);
    timed.pass(2.5);
    timed.transport.receive("x");
    timed.assertAfter(0.5, () => timed.transport.hasEnded);
    assert.equal(timed.transport.writes.length, 1);
  });

  test("A stream has no deadline while its client takes what it is sent", async () => {
    const gate = new Gate();
    const ended = new Gate();
    const timed = new TimedConnection(() =>
      stream(async (out) => {
        await out.write("begun");
        await gate.opened;
        await out.write("ended");
        ended.open();
      }),
    );
    timed.transport.receive(GET);
    timed.pass(1000);
    gate.open();
    await ended.opened;
    await new Promise(setImmediate);
    assert.ok(timed.wrote("ended\r\n0\r\n\r\n"));
  });

  for (const [how, body] of [
    ["streamed", stream((out) => void out.write(Buffer.alloc(100_000)))],
    ["long", raw(Buffer.alloc(1_000_000))],
    ["short, but of many pipelined requests", raw(Buffer.alloc(70_000))],
    ["the last one", raw(Buffer.alloc(70_000))],
  ] as const) {
    const isLast = how === "the last one";
    const start = (): TimedConnection => {
      const timed = new TimedConnection(() => body, { minimumSendRate: 10 });
      timed.transport.bufferedBytes = 100_000;
      timed.transport.receive(isLast ? GET.replace("Host", "Connection: close\r\nHost") : GET.repeat(3));
      return timed;
    };

    test(`A client that takes a byte now and then of an answer that is ${how} is cut once it has used up sendTimeout`, () => {
      const timed = start();
      for (let i = 0; i < 8; i++) {
        timed.transport.sentBytes++;
        timed.pass(0.5);
        assert.equal(timed.isCut, false, `after ${i / 2} s`);
      }
      timed.pass(1);
      assert.equal(timed.isCut, true);
    });

    test(`A client that takes an answer that is ${how} at the minimum rate may take as long as it needs`, () => {
      const timed = start();
      for (let i = 0; i < 100; i++) {
        timed.transport.sentBytes += 36;
        timed.pass(3.5);
      }
      assert.equal(timed.isCut, false);
    });
  }

  test("A body that is read beside a stream has its own time again once a slow client has caught up", async () => {
    let failure: unknown;
    const failed = new Gate();
    const timed = new TimedConnection((request) =>
      stream(async (out) => {
        const reading = request.bytes().catch((error: unknown) => {
          failure = error;
          failed.open();
        });
        await out.write(Buffer.alloc(100_000));
        await reading;
      }),
    );
    timed.transport.bufferedBytes = 100_000;
    timed.transport.receive(POST);
    timed.pass(1);
    timed.transport.drain();
    timed.pass(2.1);
    await failed.opened;
    assert.match(String(failure), /RequestTimeout: The body did not arrive/);
  });

  test("A client that has taken the last answer late has a moment to close", () => {
    const timed = new TimedConnection(() => raw(Buffer.alloc(70_000)));
    timed.transport.bufferedBytes = 70_000;
    timed.transport.receive(GET.replace("Host", "Connection: close\r\nHost"));
    timed.pass(3.9);
    timed.transport.bufferedBytes = 0;
    timed.pass(0);
    timed.assertAfter(2, () => timed.isCut);
  });

  test("A client that took its answers late is waited for as any that has none", () => {
    const timed = new TimedConnection(() => raw(Buffer.alloc(70_000)));
    timed.transport.bufferedBytes = 70_000;
    timed.transport.receive(GET);
    timed.pass(3.9);
    timed.transport.drain();
    timed.assertAfter(7, () => timed.isCut);
  });

  test("The answer to the last request that a connection may carry says so, and is the last", () => {
    const timed = new TimedConnection((request) => text(request.path), { maxRequestsPerConnection: 3 });
    timed.transport.receive(GET.repeat(2));
    assert.doesNotMatch(timed.transport.written, /connection: close/);
    timed.transport.receive(GET.repeat(5));
    assert.equal(timed.transport.written.match(/200 OK/g)?.length, 3);
    assert.match(timed.transport.written, /connection: close\r\n\r\n\/$/);
    assert.equal(timed.transport.hasEnded, true);
  });

  test("A stream whose client takes nothing is cut after sendTimeout, and each drain begins it anew", async () => {
    const ended = new Gate();
    let failure: unknown;
    const timed = new TimedConnection(() =>
      stream(async (out) => {
        try {
          for (;;) await out.write(Buffer.alloc(20_000));
        } catch (error) {
          failure = error;
          ended.open();
        }
      }),
    );
    timed.transport.bufferedBytes = 100_000;
    timed.transport.receive(GET);
    for (let i = 0; i < 5; i++) {
      timed.pass(3.9);
      timed.transport.drain();
      timed.transport.bufferedBytes = 100_000;
      await new Promise(setImmediate);
    }
    assert.equal(timed.isCut, false);
    timed.assertAfter(4, () => timed.isCut);
    await ended.opened;
    assert.match(String(failure), /client has left/);
  });

  test("A stream that is paused by its client waits for its body afterwards", async () => {
    const timed = new TimedConnection((request) =>
      stream(async (out) => {
        await out.write(Buffer.alloc(20_000));
        for await (const piece of request.body) await out.write(piece);
      }),
    );
    timed.transport.bufferedBytes = 100_000;
    timed.transport.receive(POST);
    timed.pass(2);
    timed.transport.drain();
    await new Promise(setImmediate);
    timed.pass(2.9);
    timed.transport.receive("hello");
    await new Promise(setImmediate);
    assert.ok(timed.wrote("hello"));
    timed.pass(3.1);
    await new Promise(setImmediate);
    assert.equal(timed.isCut, true);
    assert.match(String(timed.reports), /The body did not arrive/);
  });

  test("A closing connection waits two seconds for its peer, and sendTimeout where the answer is not out", () => {
    for (const [buffered, seconds] of [
      [0, 2],
      [1, 4],
    ] as const) {
      const timed = new TimedConnection(() => text("bye"));
      timed.transport.bufferedBytes = buffered;
      timed.transport.receive(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      assert.equal(timed.transport.hasEnded, true);
      timed.assertAfter(seconds, () => timed.isCut);
    }
  });
});

describe("deadlines when the peer has taken everything", () => {
  test("A kept connection has no more time for its next request", () => {
    const timed = new TimedConnection(() => text(""));
    timed.transport.receive(GET);
    timed.pass(6);
    timed.transport.drain();
    timed.assertAfter(1, () => timed.isCut);
  });

  test("A handler has no more time for its answer", () => {
    const timed = new TimedConnection(never);
    timed.transport.receive(GET);
    timed.pass(5);
    timed.transport.drain();
    timed.assertAfter(1, () => timed.wrote("HTTP/1.1 503 "));
  });

  test("A stream that pauses has all the time it wants", async () => {
    const timed = new TimedConnection(() =>
      stream(async (out) => {
        await out.write(Buffer.alloc(20_000));
        await never();
      }),
    );
    timed.transport.bufferedBytes = 100_000;
    timed.transport.receive(GET);
    timed.pass(2);
    timed.transport.drain();
    timed.pass(1000);
    assert.equal(timed.isCut, false);
  });
});

describe("bytes that are lent", () => {
  const whole = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhelloworld";
  const chunked =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n";
  for (const [kind, bytes] of [
    ["with a length", whole],
    ["in chunks", chunked],
  ] as const) {
    test(`A body ${kind} that is read later is what was sent, wherever it was cut`, async () => {
      for (let cut = 0; cut <= bytes.length; cut++) {
        const gate = new Gate();
        const timed = new TimedConnection(async (request) => {
          await gate.opened;
          return text(await request.text());
        });
        timed.transport.receive(bytes.slice(0, cut));
        timed.transport.receive(bytes.slice(cut));
        gate.open();
        await new Promise(setImmediate);
        assert.ok(timed.wrote("\r\n\r\nhelloworld"), `cut before byte ${cut}: ${timed.transport.written}`);
      }
    });

    test(`A body ${kind} behind a request that takes its time is what was sent, wherever it was cut`, async () => {
      for (let cut = 0; cut <= bytes.length; cut++) {
        const gate = new Gate();
        const timed = new TimedConnection(async (request) => {
          if (!request.hasBody) await gate.opened;
          const iterator = request.body[Symbol.asyncIterator]();
          await new Promise(setImmediate);
          let all = "";
          for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
            await new Promise(setImmediate);
            all += next.value.toString();
          }
          return text(`(${all})`);
        });
        timed.transport.receive(GET + bytes.slice(0, cut));
        gate.open();
        await new Promise(setImmediate);
        await new Promise(setImmediate);
        timed.transport.receive(bytes.slice(cut));
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
        assert.ok(timed.wrote("(helloworld)"), `cut before byte ${cut}: ${timed.transport.written}`);
      }
    });
  }
});

describe("holding back", () => {
  test("What arrives on a closing connection is thrown away", () => {
    const timed = new TimedConnection(() => text("bye"));
    timed.transport.receive(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    const piece = Buffer.alloc(1_000_000, "x");
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 60; i++) timed.transport.owner.onData(piece, 0, piece.length);
    const held = process.memoryUsage().arrayBuffers - before;
    assert.ok(held < 10_000_000, `${held} bytes are held`);
  });

  test("A peer that does not take its answers gets no more requests answered until it does", () => {
    let calls = 0;
    const timed = new TimedConnection(() => {
      calls++;
      return text("x".repeat(70_000));
    });
    timed.transport.bufferedBytes = 70_000;
    timed.transport.receive(GET.repeat(3));
    assert.equal(calls, 1);
    timed.transport.drain();
    assert.equal(calls, 3);
  });

  test("The requests of a peer that has ended its side and does not take its answers are kept for it", () => {
    let calls = 0;
    const timed = new TimedConnection(() => {
      calls++;
      return text("x".repeat(70_000));
    });
    timed.transport.bufferedBytes = 70_000;
    timed.transport.receive(GET.repeat(2));
    timed.transport.owner.onEnd();
    assert.equal(timed.transport.hasEnded, false);
    timed.transport.drain();
    assert.equal(calls, 2);
    assert.equal(timed.transport.hasEnded, true);
  });

  test("Reading stops while more than 64 KiB of later requests wait, and goes on afterwards", async () => {
    const gate = new Gate();
    const timed = new TimedConnection(async () => {
      await gate.opened;
      return text("");
    });
    timed.transport.receive(GET);
    const later = GET.repeat(Math.ceil((64 * 1024) / GET.length) - 1);
    timed.transport.receive(later);
    assert.equal(timed.transport.isPaused, false);
    timed.transport.receive(GET.repeat(2));
    assert.equal(timed.transport.isPaused, true);
    gate.open();
    await new Promise(setImmediate);
    assert.equal(timed.transport.isPaused, false);
  });

  test("A closing connection reads on, so that its peer's bytes do not reset it", async () => {
    const gate = new Gate();
    const timed = new TimedConnection(async () => {
      await gate.opened;
      return text("");
    });
    timed.transport.receive(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    timed.transport.receive("x".repeat(100_000));
    assert.equal(timed.transport.isPaused, true);
    gate.open();
    await new Promise(setImmediate);
    assert.equal(timed.transport.hasEnded, true);
    assert.equal(timed.transport.isPaused, false);
    timed.transport.receive("GARBAGE\0");
    assert.equal(timed.transport.writes.length, 1);
  });

  test("A body past what is drained ends the connection", () => {
    const timed = new TimedConnection(() => text("unread"));
    timed.transport.receive("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    timed.transport.receive(`10000\r\n${"x".repeat(65_536)}`);
    assert.equal(timed.transport.hasEnded, false);
    timed.transport.receive("\r\n1\r\nx");
    assert.equal(timed.transport.hasEnded, true);
  });

  test("An unread body is drained up to 64 KiB, and one byte more closes at once", () => {
    for (const [length, closes] of [
      [65_536, false],
      [65_537, true],
    ] as const) {
      const timed = new TimedConnection(() => text("unread"));
      timed.transport.receive(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`);
      assert.equal(timed.wrote("connection: close"), closes);
      assert.equal(timed.transport.hasEnded, closes);
    }
  });

  test("A long body is sent piece by piece, each when the peer has taken the last", async () => {
    const timed = new TimedConnection(() => raw(Buffer.alloc(600_000, "x")));
    timed.transport.bufferedBytes = 100_000;
    timed.transport.receive(GET);
    for (const expected of [262_144, 524_288, 600_000]) {
      await new Promise(setImmediate);
      assert.equal(timed.transport.written.split("\r\n\r\n")[1]?.length, expected);
      timed.transport.drain();
      timed.transport.bufferedBytes = 100_000;
    }
    await new Promise(setImmediate);
    assert.equal(timed.transport.hasEnded, false);
  });
});
