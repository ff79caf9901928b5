import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RequestHeaders } from "../../src/http/request-headers.ts";
import { SetupError } from "../../src/http/setup-error.ts";
import { createForwardedPolicy, noProxies, type ProxySettings } from "../../src/server/proxy-trust.ts";

const PROXY = "10.0.0.7";
const STRANGER = "198.51.100.9";

/** Every field a proxy could write, all of them saying something different. */
const EVERYTHING = {
  forwarded: "for=192.0.2.1;proto=https;host=forwarded.test;secret=s",
  "x-forwarded-for": "192.0.2.2, 10.0.0.1",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "x-forwarded.test",
  "x-real-ip": "192.0.2.3",
};

describe("createForwardedPolicy", () => {
  it("believes nobody by default", () => {
    assert.equal(createForwardedPolicy(noProxies), null);
  });

  const modes: [title: string, settings: Partial<ProxySettings>, ip: string, host: string][] = [
    ["a secret", { forwardedSecret: "s" }, "192.0.2.1", "forwarded.test"],
    ["a named field", { realIpHeader: "x-real-ip" }, "192.0.2.3", "x-forwarded.test"],
    ["one proxy", { proxiesCount: 1 }, "10.0.0.1", "x-forwarded.test"],
    ["two proxies", { proxiesCount: 2 }, "192.0.2.2", "x-forwarded.test"],
    ["networks", { trustedProxies: ["10.0.0.0/8"] }, "192.0.2.2", "x-forwarded.test"],
  ];
  for (const [title, settings, ip, host] of modes) {
    it(`takes address, scheme and host together by ${title}`, () => {
      assert.deepEqual(resolve(settings, EVERYTHING, PROXY), { ip, scheme: "https", host });
    });

    it(`believes a stranger nothing by ${title} when proxies are listed`, () => {
      assert.equal(resolve({ trustedProxies: ["10.0.0.0/8"], ...settings }, EVERYTHING, STRANGER), undefined);
    });

    it(`believes nothing by ${title} when no address is found`, () => {
      const { "x-forwarded-proto": proto, "x-forwarded-host": name } = EVERYTHING;
      assert.equal(
        resolve(
          settings,
          { "x-forwarded-proto": proto, "x-forwarded-host": name, forwarded: "proto=https" },
          PROXY,
        ),
        undefined,
      );
    });
  }

  const cases: [
    title: string,
    settings: Partial<ProxySettings>,
    headers: Record<string, string>,
    ip: string | undefined,
  ][] = [
    ["a wrong secret", { forwardedSecret: "s" }, { forwarded: "for=192.0.2.1;secret=wrong" }, undefined],
    [
      "an element named by its by",
      { forwardedSecret: "_me" },
      { forwarded: "for=192.0.2.1;by=_me" },
      "192.0.2.1",
    ],
    [
      "a forged element in front",
      { forwardedSecret: "s" },
      { forwarded: "for=6.6.6.6;secret=s, for=192.0.2.1;secret=s" },
      "192.0.2.1",
    ],
    ["an unknown client", { forwardedSecret: "s" }, { forwarded: "for=unknown;secret=s" }, undefined],
    ["an obfuscated client", { forwardedSecret: "s" }, { forwarded: "for=_hidden;secret=s" }, "_hidden"],
    [
      "a bracketed address with a port",
      { forwardedSecret: "s" },
      { forwarded: 'for="[2001:DB8::1]:99";secret=s' },
      "2001:db8::1",
    ],
    ["fewer hops than proxies", { proxiesCount: 3 }, { "x-forwarded-for": "192.0.2.1, 10.0.0.1" }, undefined],
    ["a forged hop in front", { proxiesCount: 1 }, { "x-forwarded-for": "6.6.6.6, 192.0.2.1" }, "192.0.2.1"],
    ["empty hops", { proxiesCount: 1 }, { "x-forwarded-for": "192.0.2.1, , " }, "192.0.2.1"],
    ["rubbish as an address", { proxiesCount: 1 }, { "x-forwarded-for": "<script>" }, undefined],
    ["an IPv4 port", { realIpHeader: "x-real-ip" }, { "x-real-ip": "192.0.2.1:8080" }, "192.0.2.1"],
    [
      "hops up to the first stranger",
      { trustedProxies: ["10.0.0.0/8"] },
      { "x-forwarded-for": "6.6.6.6, 192.0.2.1, 10.9.9.9, 10.1.1.1" },
      "192.0.2.1",
    ],
    [
      "only proxies",
      { trustedProxies: ["10.0.0.0/8"] },
      { "x-forwarded-for": "10.9.9.9, 10.1.1.1" },
      undefined,
    ],
  ];
  for (const [title, settings, headers, ip] of cases) {
    it(`finds ${ip ?? "nothing"} given ${title}`, () =>
      assert.equal((resolve(settings, headers, PROXY) as { ip: string } | undefined)?.ip, ip));
  }

  it("takes no host and no scheme that are none", () => {
    const headers = {
      "x-real-ip": "192.0.2.1",
      "x-forwarded-host": "a/b?x=",
      "x-forwarded-proto": "javascript",
    };
    assert.deepEqual(resolve({ realIpHeader: "x-real-ip" }, headers, PROXY), {
      ip: "192.0.2.1",
      scheme: undefined,
      host: undefined,
    });
  });

  it("takes the word of the nearest proxy where several wrote theirs", () => {
    const headers = {
      "x-real-ip": "192.0.2.1",
      "x-forwarded-host": "evil.test, good.test",
      "x-forwarded-proto": "http, https",
    };
    assert.deepEqual(resolve({ realIpHeader: "x-real-ip" }, headers, PROXY), {
      ip: "192.0.2.1",
      scheme: "https",
      host: "good.test",
    });
  });

  const peers: [network: string, peer: string, isTrusted: boolean][] = [
    ["10.0.0.0/8", "10.255.255.255", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["2001:db8::/32", "2001:db8:1::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.10", false],
    ["0.0.0.0/0", "", false],
  ];
  for (const [network, peer, isTrusted] of peers) {
    it(`${isTrusted ? "trusts" : "does not trust"} ${peer || "a unix socket"} given ${network}`, () => {
      const facts = resolve(
        { trustedProxies: [network], realIpHeader: "x-real-ip" },
        { "x-real-ip": "203.0.113.5" },
        peer,
      );
      assert.equal(facts !== undefined, isTrusted);
    });
  }

  for (const network of [
    "",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0/8",
    "example.com",
    "2001:db8::/129",
    "10.0.0.0/-1",
    "10.0.0.0/1.5",
  ]) {
    it(`refuses ${JSON.stringify(network)} as a network`, () => {
      assert.throws(() => createForwardedPolicy({ ...noProxies, trustedProxies: [network] }), SetupError);
    });
  }
});

function resolve(
  settings: Partial<ProxySettings>,
  headers: Record<string, string>,
  remoteAddress: string,
): unknown {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const peer = { remoteAddress, remotePort: 1, encrypted: false };
  return createForwardedPolicy({ ...noProxies, ...settings })?.resolve(
    new RequestHeaders(lines.join("")),
    peer,
  );
}
