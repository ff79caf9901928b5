import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect as connectNet } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { type ConfigOptions, type RunningServer, type RunOptions, SetupError, Spindash } from "spindash";
import { block } from "../conformance/proxy/header-cases.ts";
import { makeCertificate } from "./certificates.ts";
import { RawClient } from "./raw-client.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const V1 = "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n";
const V2 = block(0x21, 0x11, "\xc0\0\x02\x07\xc6\x33\x64\x01\xdc\x04\x01\xbb\x04\0\x01\0");
const LOCAL = block(0x20, 0x00, "");

interface Started {
  server: RunningServer;
  errors: unknown[];
}

async function start(
  context: TestContext,
  options: RunOptions,
  config: ConfigOptions = {},
): Promise<Started> {
  const app = new Spindash("proxied", { config: { gracefulStopTimeout: 1, ...config } });
  const errors: unknown[] = [];
  app.errorSink = (error) => errors.push(error);
  app.get("/", (req) => `${req.ip} ${req.scheme} ${req.tls?.serverName ?? "-"}`);
  const server = await app.listen({ port: 0, ...options });
  context.after(() => server.stop());
  return { server, errors };
}

function plain(server: RunningServer): Promise<RawClient> {
  return RawClient.toPort(server.address.port);
}

for (const reuseReadBuffer of [true, false]) {
  describe(reuseReadBuffer ? "read into one buffer" : "read by data events", () => {
    for (const [name, header, ip] of [
      ["version 1", V1, "192.0.2.7"],
      ["version 2", V2, "192.0.2.7"],
      ["LOCAL", LOCAL, "127.0.0.1"],
      ["UNKNOWN", "PROXY UNKNOWN\r\n", "127.0.0.1"],
    ] as const) {
      test(`A header of ${name} tells who the client is, for every request of the connection, however it arrives`, async (context) => {
        const { server, errors } = await start(context, { proxyProtocol: true }, { reuseReadBuffer });
        for (const pieces of [[header + GET], [header, GET], [header.slice(0, 9), header.slice(9) + GET]]) {
          const client = await plain(server);
          for (const piece of pieces) {
            client.send(piece);
            await new Promise((resolve) => setTimeout(resolve, pieces.length > 1 ? 5 : 0));
          }
          await client.responses(1);
          client.send(GET);
          const bodies = (await client.responses(2)).map(({ body }) => body);
          assert.deepEqual(bodies, [`${ip} http -`, `${ip} http -`]);
          client.leave();
        }
        assert.deepEqual(errors, []);
      });
    }
  });
}

test("A header ahead of TLS tells who the client is", async (context) => {
  const { cert, key } = await makeCertificate(["localhost"]);
  const { server, errors } = await start(context, { proxyProtocol: true, tls: { cert, key } });
  const { port } = server.address;
  for (const header of [V1, V2]) {
    const socket = connectNet({ port, host: "127.0.0.1" });
    socket.write(header, "latin1");
    const client = new RawClient(connectTls({ socket, servername: "localhost", ca: cert }));
    assert.equal((await client.ask(GET)).body, "192.0.2.7 https localhost");
    client.send(GET);
    assert.equal((await client.responses(2)).length, 2);
    client.leave();
  }
  assert.deepEqual(errors, []);
});

test("A client that begins with something else is cut without an answer; the first is reported", async (context) => {
  const { server, errors } = await start(context, { proxyProtocol: true });
  for (const bytes of [GET, "PROXY TCP4 192.0.2.7\r\n", "\x16\x03\x01", `${V1.slice(0, -2)}\n`]) {
    const client = await plain(server);
    client.send(bytes);
    await client.closed();
    assert.equal(client.received, "");
  }
  assert.equal(errors.length, 1);
  assert.match(String(errors[0]), /PROXY protocol's header is not usable: .* Further ones are not reported/);
});

test("A header is expected once: a second one is no request", async (context) => {
  const { server } = await start(context, { proxyProtocol: true });
  const client = await plain(server);
  client.send(V1 + V1 + GET);
  await client.closed();
  assert.match(client.received, /^HTTP\/1.1 400 /);
});

test("Without the option a header is no request, and nobody is believed", async (context) => {
  const { server } = await start(context, {});
  const client = await plain(server);
  client.send(V1 + GET);
  await client.closed();
  assert.match(client.received, /^HTTP\/1.1 400 /);
});

test("The setting holds for all listeners, and a listener's option wins over it", async (context) => {
  const { server } = await start(
    context,
    { listeners: [{ port: 0 }, { port: 0, proxyProtocol: false }] },
    { proxyProtocol: true },
  );
  const [proxied, direct] = server.addresses;
  const first = await RawClient.toPort(proxied?.port ?? 0);
  assert.equal((await first.ask(V1 + GET)).body, "192.0.2.7 http -");
  const second = await RawClient.toPort(direct?.port ?? 0);
  assert.equal((await second.ask(GET)).body, "127.0.0.1 http -");
  first.leave();
  second.leave();
});

test("A header that does not arrive in time is cut, and one that never comes does not hold up a stop", async (context) => {
  const { server } = await start(context, { proxyProtocol: true }, { headTimeout: 0.05 });
  const slow = await plain(server);
  slow.send(V1.slice(0, 20));
  await slow.closed();
  assert.equal(slow.received, "");
  const waiting = await plain(server);
  waiting.send("PROXY ");
  await new Promise((resolve) => setTimeout(resolve, 5));
  const begun = performance.now();
  await server.stop();
  assert.ok(performance.now() - begun < 900);
  await waiting.closed();
});

test("Clients that leave inside their header do no harm", async (context) => {
  const { server, errors } = await start(context, { proxyProtocol: true });
  for (let length = 0; length < V2.length; length += 3) {
    const client = await plain(server);
    client.send(V2.slice(0, length));
    if (length % 2 === 0) client.leave();
    else {
      client.end();
      await client.closed();
    }
  }
  const good = await plain(server);
  assert.equal((await good.ask(V2 + GET)).status, 200);
  good.leave();
  assert.deepEqual(errors, []);
});

test("X-Forwarded-For is believed by the address in the header, not by the proxy's own", async (context) => {
  const { server } = await start(context, { proxyProtocol: true }, { trustedProxies: ["192.0.2.0/24"] });
  const asking = GET.replace("\r\n\r\n", "\r\nX-Forwarded-For: 203.0.113.5\r\n\r\n");
  for (const [header, ip] of [
    [V1, "203.0.113.5"],
    [LOCAL, "127.0.0.1"],
  ] as const) {
    const client = await plain(server);
    assert.equal((await client.ask(header + asking)).body, `${ip} http -`);
    client.leave();
  }
});

test("Past maxConnections a proxied connection is turned away too", async (context) => {
  const { server } = await start(context, { proxyProtocol: true }, { maxConnections: 1 });
  const first = await plain(server);
  await first.ask(V1 + GET);
  const second = await plain(server);
  await second.closed();
  assert.match(second.received, /^HTTP\/1.1 503 /);
  first.leave();
});

test("On a unix socket the header works as well, but not together with TLS", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "spindash-proxied-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const unix = join(folder, "proxied.sock");
  const { cert, key } = await makeCertificate(["localhost"]);
  await assert.rejects(
    new Spindash("both").listen({ unix, proxyProtocol: true, tls: { cert, key } }),
    SetupError,
  );
  await start(context, { unix, proxyProtocol: true });
  const client = new RawClient(connectNet(unix));
  assert.equal((await client.ask(V1 + GET)).body, "192.0.2.7 http -");
  client.leave();
});
