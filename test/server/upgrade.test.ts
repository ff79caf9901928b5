import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { text } from "../../src/http/responses.ts";
import type { Transport, TransportOwner } from "../../src/server/transport.ts";
import { type ManagedConnection, Upgrade } from "../../src/server/upgrade.ts";
import { TestServer, ways } from "./test-server.ts";

const HEAD = "GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n";
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/** Another protocol: what comes in goes back in capitals; "bye" ends it. */
class Shouting implements TransportOwner, ManagedConnection {
  readonly calls: string[] = [];
  private readonly transport: Transport;
  private readonly onEnded: () => void;

  constructor(transport: Transport, onEnded: () => void) {
    this.transport = transport;
    this.onEnded = onEnded;
    transport.owner = this;
  }

  onData(buffer: Buffer, start: number, end: number): void {
    const said = buffer.toString("latin1", start, end);
    this.transport.write(said.toUpperCase());
    if (said.includes("bye")) this.transport.end();
  }

  onDrain(): void {}

  onEnd(): void {
    this.transport.end();
  }

  onClose(): void {
    this.calls.push("close");
    this.onEnded();
  }

  sweep(): void {
    this.calls.push("sweep");
  }

  stop(): void {
    this.calls.push("stop");
    this.transport.end();
  }

  destroy(): void {
    this.calls.push("destroy");
    this.transport.destroy();
  }
}

async function pollTwice(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise(setImmediate);
}

for (const way of ways) {
  describe(way.name, () => {
    for (const isAsync of [false, true]) {
      const start = async (context: Parameters<typeof TestServer.start>[0], limits = {}) => {
        const shouting: Shouting[] = [];
        const server = await TestServer.start(
          context,
          way,
          (request) => {
            if (request.path !== "/up") return text("plain");
            const upgrade = new Upgrade("shout", (transport, onClose) => {
              const one = new Shouting(transport, onClose);
              shouting.push(one);
              return one;
            });
            upgrade.headers.set("x-key", "value");
            return isAsync ? Promise.resolve(upgrade) : upgrade;
          },
          limits,
        );
        return { server, shouting };
      };
      const how = isAsync ? "by a promise" : "at once";

      test(`An upgrade answered ${how} sends 101 and hands over the bytes behind the head`, async (context) => {
        const { server } = await start(context);
        for (const rest of ["", "early"]) {
          const client = await server.connect();
          client.send(GET + HEAD + rest);
          await client.receives("\r\n\r\n");
          client.send(" late");
          await client.receives(`${rest.toUpperCase()} LATE`);
          const [plain, switched] = await client.responses(2);
          assert.equal(plain?.body, "plain");
          assert.equal(switched?.status, 101);
          assert.equal(switched?.headers.get("upgrade"), "shout");
          assert.equal(switched?.headers.get("connection"), "Upgrade");
          assert.equal(switched?.headers.get("x-key"), "value");
          assert.equal(switched?.headers.has("content-length"), false);
          client.send("bye");
          await client.closed();
        }
        while (server.server.connections.size > 0) await new Promise(setImmediate);
      });

      test(`A request behind an upgrade answered ${how} is a matter of the new protocol`, async (context) => {
        const { server } = await start(context);
        const client = await server.connect();
        client.send(HEAD + GET);
        await client.receives(GET.toUpperCase());
        assert.doesNotMatch(client.received, /plain/);
      });

      test(`The successor of an upgrade answered ${how} is swept and stopped with the server`, async (context) => {
        const { server, shouting } = await start(context, { headTimeout: 0.02, gracefulStopTimeout: 10 });
        const client = await server.connect();
        client.send(HEAD);
        await client.receives("101");
        while (!shouting[0]?.calls.includes("sweep")) await new Promise((resolve) => setTimeout(resolve, 5));
        assert.equal(server.server.connections.size, 1);
        const stopped = server.server.stop();
        await client.closed();
        await stopped;
        assert.deepEqual(
          shouting[0]?.calls.filter((call) => call !== "sweep"),
          ["stop", "close"],
        );
      });

      test(`An upgrade answered ${how} to a request with a body is refused`, async (context) => {
        const { server, shouting } = await start(context);
        const client = await server.connect();
        client.send(HEAD.replace("\r\n\r\n", "\r\nContent-Length: 5\r\n\r\nhe"));
        await client.closed();
        assert.equal((await client.responses(1))[0]?.status, 400);
        assert.equal(shouting.length, 0);
      });

      test(`An upgrade answered ${how} after the client has left is dropped`, async (context) => {
        const { server, shouting } = await start(context);
        const client = await server.connect();
        client.send(HEAD);
        client.leave();
        while (server.server.connections.size > 0) await new Promise(setImmediate);
        for (const one of shouting) assert.ok(one.calls.includes("close"));
      });
    }

    for (const [when, moment] of [
      ["just as the server begins to stop", async () => {}],
      ["while the server stops", pollTwice],
    ] as const) {
      test(`An upgrade that is answered ${when} is stopped once`, async (context) => {
        let upgrade = (): void => {};
        let begin = (): void => {};
        const begun = new Promise<void>((resolve) => {
          begin = resolve;
        });
        const shouting: Shouting[] = [];
        const server = await TestServer.start(
          context,
          way,
          async () => {
            const go = new Promise<void>((resolve) => {
              upgrade = resolve;
            });
            begin();
            await go;
            return new Upgrade("shout", (transport, onClose) => {
              const one = new Shouting(transport, onClose);
              shouting.push(one);
              return one;
            });
          },
          { gracefulStopTimeout: 10 },
        );
        const client = await server.connect();
        client.send(HEAD);
        await begun;
        const stopped = server.server.stop();
        await moment();
        upgrade();
        await client.closed();
        await stopped;
        assert.deepEqual(
          shouting[0]?.calls.filter((call) => call !== "sweep"),
          ["stop", "close"],
        );
      });
    }

    test("An upgrade that nobody answers by one is ignored, and the connection goes on", async (context) => {
      const server = await TestServer.start(context, way, (request) => text(request.path));
      const client = await server.connect();
      for (const protocol of ["h2c", "websocket", "TLS/1.0, h2c"]) {
        client.send(
          `GET /${protocol.length} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
        );
      }
      const answers = await client.responses(3);
      assert.deepEqual(
        answers.map(({ status, body, headers }) => [status, body, headers.has("upgrade")]),
        [
          [200, "/3", false],
          [200, "/9", false],
          [200, "/12", false],
        ],
      );
    });

    test("A client that sends much behind its upgrade is heard whole", async (context) => {
      const server = await TestServer.start(context, way, async () => {
        await new Promise(setImmediate);
        return new Upgrade("shout", (transport, onClose) => new Shouting(transport, onClose));
      });
      const client = await server.connect();
      client.send(HEAD);
      for (let i = 0; i < 20; i++) client.send("a".repeat(10_000));
      client.send("bye");
      await client.receives("BYE");
      assert.equal(client.received.split("\r\n\r\n")[1]?.length, 200_003);
    });
  });
}
