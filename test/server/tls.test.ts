import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { connect as connectTcp, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { connect, type TLSSocket } from "node:tls";
import type { RunningServer } from "../../src/app/running-server.ts";
import { Spindash } from "../../src/app/spindash.ts";
import { SetupError } from "../../src/http/setup-error.ts";
import { CertificateStore } from "../../src/server/tls/certificate-store.ts";
import { developmentCertificate } from "../../src/server/tls/development-certificate.ts";
import type { TlsOptions } from "../../src/server/tls/tls-options.ts";
import { makeCertificate, type TestCertificate } from "./certificates.ts";

describe("https", () => {
  const folder = mkdtempSync(join(tmpdir(), "spindash-tls-"));
  let example: TestCertificate;
  let wildcard: TestCertificate;

  before(async () => {
    [example, wildcard] = await Promise.all([
      makeCertificate(["example.com"]),
      makeCertificate(["*.example.org"]),
    ]);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("answers requests and tells them what was agreed on", async () => {
    await serving(example, async (server) => {
      const answer = await get(server, { servername: "example.com", ca: example.cert });
      assert.deepEqual(JSON.parse(answer), {
        url: `https://example.com:${server.address.port}/`,
        protocol: "TLSv1.3",
        name: "example.com",
        client: null,
      });
      assert.match(server.url, /^https:\/\//);
    });
  });

  it("keeps a connection for more requests and echoes bodies", async () => {
    await serving(example, async (server) => {
      const body = "x".repeat(300_000);
      assert.equal(await get(server, { method: "POST", path: "/echo" }, body), body);
    });
  });

  it("gives no handshake past maxConnections", async () => {
    const app = new Spindash("full", { config: { maxConnections: 2, gracefulStopTimeout: 0.1 } });
    app.get("/", () => "ok");
    const server = await app.listen({ port: 0, tls: example });
    const held = [await handshake(server, {}), await handshake(server, {})];
    await assert.rejects(handshake(server, {}));
    const [first] = held;
    first?.destroy();
    await once(first as TLSSocket, "close");
    let again: TLSSocket | null = null;
    while (again === null) again = await handshake(server, {}).catch(() => null);
    for (const socket of [...held, again]) socket.destroy();
    await server.stop();
  });

  it("refuses versions before TLS 1.2", async () => {
    await serving(example, async (server) => {
      await assert.rejects(get(server, { maxVersion: "TLSv1.1", minVersion: "TLSv1.1" }));
    });
  });

  it("agrees on http/1.1 by ALPN", async () => {
    await serving(example, async (server) => {
      const socket = await handshake(server, { ALPNProtocols: ["h2", "http/1.1"] });
      assert.equal(socket.alpnProtocol, "http/1.1");
      socket.destroy();
    });
  });

  it("reads a folder with fullchain.pem and privkey.pem", async () => {
    writeCertificate(folder, example);
    await serving(folder, async (server) =>
      assert.equal(await nameServed(server, "example.com"), "example.com"),
    );
  });

  const choices: [asked: string | undefined, served: string, servedWhenStrict: string | null][] = [
    ["example.com", "example.com", "example.com"],
    ["EXAMPLE.com", "example.com", "example.com"],
    ["a.example.org", "*.example.org", "*.example.org"],
    ["a.b.example.org", "example.com", null],
    ["example.org", "example.com", null],
    ["unknown.test", "example.com", null],
    [undefined, "example.com", null],
  ];
  for (const [asked, served, servedWhenStrict] of choices) {
    it(`serves ${served} to a client that asks for ${asked ?? "no name"}, and ${servedWhenStrict ?? "nothing"} when strict`, async () => {
      await serving([example, wildcard], async (server) =>
        assert.equal(await nameServed(server, asked), served),
      );
      await serving({ certificates: [example, wildcard], strict: true }, async (server) => {
        if (servedWhenStrict === null) await assert.rejects(nameServed(server, asked));
        else assert.equal(await nameServed(server, asked), servedWhenStrict);
      });
    });
  }

  it("asks for client certificates, refuses strangers and names the client to handlers", async () => {
    const authority = await makeCertificate(["authority.test"]);
    const client = await makeCertificate(["client.test"], authority);
    const stranger = await makeCertificate(["stranger.test"]);
    await serving({ certificates: [example], clientAuthorities: authority.cert }, async (server) => {
      const answer = JSON.parse(await get(server, { cert: client.cert, key: client.key })) as {
        client: { subject: string; isTrusted: boolean };
      };
      assert.match(answer.client.subject, /client\.test/);
      assert.equal(answer.client.isTrusted, true);
      await assert.rejects(get(server, { cert: stranger.cert, key: stranger.key }));
      await assert.rejects(get(server, {}));
    });
  });

  it("goes on after bytes that are no handshake", async () => {
    await serving(example, async (server) => {
      await assert.rejects(fetch(server.url.replace("https", "http")));
      await get(server, {});
    });
  });

  it("stops although a client never finishes its handshake", { timeout: 5000 }, async () => {
    let silent: Socket | undefined;
    await serving(example, async (server) => {
      silent = connectTcp(server.address.port, "127.0.0.1");
      await once(silent, "connect");
      await get(server, {});
    });
    silent?.destroy();
  });

  it("says what is wrong with certificates that cannot be used", async () => {
    const cases: [options: TlsOptions, message: RegExp][] = [
      [{ cert: example.cert, key: wildcard.key }, /cannot be used with its key/],
      [{ cert: "/nowhere/cert.pem", key: example.key }, /\/nowhere\/cert\.pem cannot be read/],
      [join(folder, "missing"), /has no fullchain\.pem/],
      [[], /has no certificate/],
      [{ certificates: [] }, /has no certificate/],
      [{} as TlsOptions, /takes \{ cert, key \}/],
    ];
    for (const [tls, message] of cases) {
      await assert.rejects(
        new Spindash("broken").listen({ port: 0, tls }),
        (error: Error) => error instanceof SetupError && message.test(error.message),
      );
    }
  });
});

describe("CertificateStore", () => {
  const folder = mkdtempSync(join(tmpdir(), "spindash-store-"));
  after(() => rmSync(folder, { recursive: true }));

  it("takes new certificates over when their files change, and keeps the old ones while they are half written", async () => {
    const [old, renewed] = await Promise.all([
      makeCertificate(["old.test"]),
      makeCertificate(["renewed.test"]),
    ]);
    writeCertificate(folder, old);
    const store = new CertificateStore({ certificates: [folder] });
    assert.equal(store.refresh(), false);
    writeFileSync(join(folder, "fullchain.pem"), renewed.cert);
    assert.throws(() => store.refresh(), /cannot be used with its key/);
    assert.deepEqual(store.first.names, ["old.test"]);
    writeFileSync(join(folder, "privkey.pem"), renewed.key);
    assert.equal(store.refresh(), true);
    assert.deepEqual(store.first.names, ["renewed.test"]);
    assert.equal(store.refresh(), false);
  });
});

describe("the development certificate", () => {
  const folder = mkdtempSync(join(tmpdir(), "spindash-dev-"));
  after(() => rmSync(folder, { recursive: true }));

  it("is made once for localhost, remembered, and made anew when it cannot be read", async () => {
    const home = join(folder, "home");
    const first = new CertificateStore({ certificates: [await developmentCertificate(home)] });
    assert.deepEqual(first.first.names, ["localhost"]);
    const again = new CertificateStore({ certificates: [await developmentCertificate(home)] });
    assert.equal(fingerprint(again), fingerprint(first));
    writeFileSync(join(home, "development-cert.pem"), "rubbish");
    const renewed = new CertificateStore({ certificates: [await developmentCertificate(home)] });
    assert.notEqual(fingerprint(renewed), fingerprint(first));
  });
});

function fingerprint(store: CertificateStore): string {
  return new X509Certificate(String(store.first.options.cert)).fingerprint256;
}

async function serving(tls: TlsOptions, test: (server: RunningServer) => Promise<void>): Promise<void> {
  const app = new Spindash("secure");
  app.get("/", (req) => ({
    url: req.url,
    protocol: req.tls?.protocol ?? null,
    name: req.tls?.serverName ?? null,
    client: req.tls?.clientCertificate ?? null,
  }));
  app.post("/echo", (req) => req.text());
  const server = await app.listen({ port: 0, tls });
  try {
    await test(server);
  } finally {
    await server.stop();
  }
}

function get(server: RunningServer, options: RequestOptions, body = ""): Promise<string> {
  const { port } = server.address;
  const settings: RequestOptions = {
    host: "127.0.0.1",
    port,
    rejectUnauthorized: false,
    agent: false,
    headers: { host: `example.com:${port}` },
    ...options,
  };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(settings, async (response) => {
      let text = "";
      for await (const chunk of response) text += String(chunk);
      resolve(text);
    });
    request.on("error", reject);
    request.end(body);
  });
}

function handshake(server: RunningServer, options: object): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: "127.0.0.1", port: server.address.port, rejectUnauthorized: false, ...options },
      () => resolve(socket),
    );
    socket.on("error", reject);
  });
}

async function nameServed(server: RunningServer, asked: string | undefined): Promise<string> {
  const socket = await handshake(server, asked === undefined ? {} : { servername: asked });
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  return (certificate?.subjectAltName ?? "").replace("DNS:", "");
}

function writeCertificate(folder: string, { cert, key }: TestCertificate): void {
  writeFileSync(join(folder, "fullchain.pem"), cert);
  writeFileSync(join(folder, "privkey.pem"), key);
}
