import assert from "node:assert/strict";
import { test } from "node:test";
import { SetupError } from "../../src/http/setup-error.ts";
import { parseHostPattern } from "../../src/routing/host.ts";
import { HostRouter } from "../../src/routing/host-router.ts";
import { parsePattern } from "../../src/routing/pattern.ts";

function routerOf(...hosts: string[]): HostRouter<string> {
  const router = new HostRouter<string>();
  for (const host of hosts)
    router.add(["GET"], parsePattern("/"), host, { hosts: host === "every" ? [] : [host] });
  return router;
}

const FOUND: [hosts: string[], host: string, answered: string | undefined][] = [
  [["example.com"], "example.com", "example.com"],
  [["example.com"], "EXAMPLE.Com", "example.com"],
  [["example.com"], "example.com.", "example.com"],
  [["example.com"], "example.com:8000", "example.com"],
  [["example.com"], "www.example.com", undefined],
  [["example.com"], "badexample.com", undefined],
  [["example.com"], "example.com.evil.org", undefined],
  [["example.com"], "", undefined],
  [["example.com"], "user@example.com", undefined],
  [["example.com"], "evil.org:x@example.com", undefined],
  [["example.com"], "example.com:", undefined],
  [["example.com"], "example.com/a", undefined],
  [["example.com"], `${"a.".repeat(5000)}example.com`, undefined],
  [["example.com", "every"], "example.com", "example.com"],
  [["example.com", "every"], "example.org", "every"],
  [["example.com", "every"], "", "every"],
  [["example.com", "every"], "a:b:c", "every"],
  [["example.com:8443"], "example.com:8443", "example.com:8443"],
  [["example.com:8443"], "example.com:8444", undefined],
  [["example.com:8443"], "example.com", undefined],
  [["example.com:8443", "example.com"], "example.com:8443", "example.com:8443"],
  [["example.com:8443", "example.com"], "example.com:1", "example.com"],
  [["*.example.com"], "a.example.com", "*.example.com"],
  [["*.example.com"], "a.b.example.com", "*.example.com"],
  [["*.example.com"], "A.Example.Com:80", "*.example.com"],
  [["*.example.com"], "example.com", undefined],
  [["*.example.com"], "aexample.com", undefined],
  [["*.example.com", "a.example.com"], "a.example.com", "a.example.com"],
  [["*.example.com", "*.b.example.com"], "a.b.example.com", "*.b.example.com"],
  [["*.example.com", "*.b.example.com", "every"], "a.c.example.com", "*.example.com"],
  [["*.example.com:81", "*.example.com"], "a.example.com:81", "*.example.com:81"],
  [["*.example.com:81", "*.b.example.com"], "a.b.example.com:81", "*.b.example.com"],
  [["[::1]"], "[::1]:8000", "[::1]"],
  [["[::1]:8000"], "[::1]:8000", "[::1]:8000"],
  [["localhost"], "localhost:3000", "localhost"],
];

for (const [hosts, host, answered] of FOUND) {
  const shown = host.length > 40 ? `${host.slice(0, 10)}…` : host;
  test(`Of ${hosts.join(", ")}, ${answered ?? "none"} answers ${JSON.stringify(shown)}`, () => {
    assert.equal(routerOf(...hosts).find("GET", "/", host).value, answered);
    assert.equal(routerOf(...hosts.toReversed()).find("GET", "/", host).value, answered);
  });
}

test("A wrong method on a host is told with the methods of every route that fits", () => {
  const router = new HostRouter<string>();
  router.add(["POST"], parsePattern("/a"), "one", { hosts: ["example.com"] });
  router.add(["PUT"], parsePattern("/a"), "two");
  assert.deepEqual(router.find("GET", "/a", "example.com").allowed, ["OPTIONS", "POST", "PUT"]);
  assert.deepEqual(router.find("GET", "/a", "example.org").allowed, ["OPTIONS", "PUT"]);
  assert.equal(router.find("PUT", "/a", "example.com").value, "two");
  assert.deepEqual(router.find("GET", "/b", "example.com").allowed, []);
});

test("A route with several hosts answers for each", () => {
  const router = new HostRouter<string>();
  router.add(["GET"], parsePattern("/"), "both", { hosts: ["a.example", "b.example", "A.example"] });
  assert.equal(router.find("GET", "/", "a.example").value, "both");
  assert.equal(router.find("GET", "/", "b.example").value, "both");
});

test("A route that is refused for one of its hosts is registered for none", () => {
  const router = routerOf("b.example");
  assert.throws(
    () => router.add(["GET"], parsePattern("/"), "both", { hosts: ["a.example", "b.example"] }),
    SetupError,
  );
  assert.equal(router.find("GET", "/", "a.example").value, undefined);
});

const REFUSED: [host: unknown, message: RegExp][] = [
  ["", /cannot be the host of a route/],
  ["https://example.com", /without scheme and path/],
  ["example.com/a", /cannot be/],
  ["*", /cannot be/],
  ["a.*.com", /cannot be/],
  ["*.[::1]", /cannot be/],
  ["exa mple.com", /cannot be/],
  ["example.com:x", /cannot be/],
  ["café.example", /in ASCII as clients send it \("xn--caf-dma\.example"\)/],
  [7, /7 cannot be the host/],
];
for (const [host, message] of REFUSED) {
  test(`${JSON.stringify(host)} is refused as the host of a route`, () => {
    assert.throws(
      () => parseHostPattern(host as string),
      (error) => error instanceof SetupError && message.test(error.message),
    );
  });
}
