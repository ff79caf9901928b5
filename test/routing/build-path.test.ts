import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildPath } from "../../src/routing/build-path.ts";
import { defineParameterTypes } from "../../src/routing/parameter-types.ts";
import { parsePattern } from "../../src/routing/pattern.ts";
import { Route } from "../../src/routing/route.ts";
import { Router } from "../../src/routing/router.ts";
import { UrlBuildError } from "../../src/routing/url-build-error.ts";

const types = defineParameterTypes({
  hex: {
    parse: (text: string) => (/^[0-9a-f]{1,8}$/.test(text) ? Number.parseInt(text, 16) : undefined),
    format: (value: number) => value.toString(16),
  },
});

interface RouteSettings {
  strictSlashes?: boolean;
  decode?: boolean;
}

function build(
  path: string,
  parameters: object,
  { strictSlashes = false, decode = true }: RouteSettings = {},
): string {
  const route = { name: "test", pattern: parsePattern(path, types), strictSlashes, decode };
  return buildPath(route, parameters as Record<string, unknown>);
}

const BUILT: [path: string, parameters: object, built: string, settings?: RouteSettings][] = [
  ["/", {}, "/"],
  ["/a/b/", {}, "/a/b"],
  ["/a/b/", {}, "/a/b/", { strictSlashes: true }],
  ["/café/100%25", {}, "/caf%C3%A9/100%25"],
  ["/<id:int>", { id: 7 }, "/7"],
  ["/<id:int>", { id: -0 }, "/0"],
  ["/<name>", { name: "a b/c?d#e%f" }, "/a%20b%2Fc%3Fd%23e%25f"],
  ["/<name>", { name: "%2F" }, "/%252F"],
  ["/<name>", { name: "é😀" }, "/%C3%A9%F0%9F%98%80"],
  ["/<name>", { name: "a\\b" }, "/a%5Cb"],
  ["/<name>", { name: "//evil.example" }, "/%2F%2Fevil.example"],
  ["/f/<file:path>", { file: "a/b c/d" }, "/f/a/b%20c/d"],
  ["/f/<file:path>", { file: "/etc//passwd/" }, "/f//etc//passwd/"],
  ["/<file:path>", { file: "/evil.example/" }, "/%2Fevil.example/"],
  ["/<file?:path>", {}, "/"],
  ["/posts/<page?:int>", {}, "/posts"],
  ["/posts/<page?:int>", { page: undefined }, "/posts"],
  ["/posts/<page?:int>", { page: 2 }, "/posts/2"],
  ["/posts/<page?:int>/", {}, "/posts/", { strictSlashes: true }],
  ["/<day:ymd>", { day: new Date("2026-02-28T23:59:59Z") }, "/2026-02-28"],
  ["/<id:bigint>", { id: 2n ** 70n }, "/1180591620717411303424"],
  ["/<x:float>", { x: 1e-7 }, "/0.0000001"],
  ["/<x:float>", { x: 1e21 }, "/1000000000000000000000"],
  ["/<file:ext>", { file: { name: "a b", ext: "jpg" } }, "/a%20b.jpg"],
  ["/<file=int:ext=tar.gz>", { file: { name: 7, ext: "tar.gz" } }, "/7.tar.gz"],
  ["/<x:hex>", { x: 255 }, "/ff"],
  ["/<year:\\d{4}>", { year: "2026" }, "/2026"],
  ["/<year:y(\\d{4})x>", { year: "2026" }, "/y2026x"],
  ["/<part:[a-z]+/[0-9]+>", { part: "a/7" }, "/a/7"],
  ["/<name>", { name: "%2f%zz" }, "/%2f%zz", { decode: false }],
  ["/<file:path>", { file: "a/%2F" }, "/a/%2F", { decode: false }],
  ["/<constructor>", { constructor: "x" }, "/x"],
];

for (const [path, parameters, built, settings] of BUILT) {
  test(`${path} is built as ${built}${settings ? ` with ${JSON.stringify(settings)}` : ""}`, () => {
    assert.equal(build(path, parameters, settings), built);
  });
}

const REFUSED: [path: string, parameters: object, message: RegExp, settings?: RouteSettings][] = [
  ["/<id:int>", {}, /needs the parameter "id" of type int; given: none/],
  ["/<id:int>", { ID: 1 }, /needs the parameter "id" of type int; given: "ID"/],
  ["/<id:int>", { id: undefined }, /needs the parameter "id"/],
  ["/<id:int>", Object.create({ id: 7 }), /needs the parameter "id"/],
  ["/<constructor>", {}, /needs the parameter "constructor"/],
  ["/<id:int>", { id: "7" }, /"id" of the route test is not of type int: "7"/],
  ["/<id:int>", { id: 1.5 }, /not of type int: 1\.5/],
  ["/<id:int>", { id: 7n }, /not of type int: 7n/],
  ["/<name>", { name: "" }, /not of type str: ""/],
  ["/<name>", { name: null }, /not of type str: null/],
  ["/<name:slug>", { name: "No" }, /not of type slug/],
  ["/<day:ymd>", { day: new Date("0999-12-31") }, /not of type ymd/],
  ["/<x:hex>", { x: 2 ** 40 }, /not of type hex/],
  ["/<year:\\d{4}>", { year: "20261" }, /not of type \\d/],
  ["/<year:(\\d+)\\w*>", { year: "2026" }, /not of type/],
  ["/<file:ext=jpg>", { file: { name: "a", ext: "png" } }, /not of type str:ext=jpg/],
  ["/<name>", { name: "." }, /dot segment/],
  ["/<name>", { name: ".." }, /dot segment/],
  ["/f/<file:path>", { file: "a/../b" }, /dot segment/],
  ["/<name>", { name: "%2e%2E" }, /dot segment/, { decode: false }],
  ["/<name>", { name: "\ud800" }, /surrogate/],
  ["/<name>", { name: "a b" }, /percent-encoded already/, { decode: false }],
  ["/<name>", { name: "a/b" }, /percent-encoded already/, { decode: false }],
  ["/<name>", { name: "a?b" }, /percent-encoded already/, { decode: false }],
  ["/<file:path>", { file: "/b" }, /percent-encoded already/, { decode: false }],
  ["/<name>", { name: "a\r\nb" }, /percent-encoded already/, { decode: false }],
];

for (const [path, parameters, message, settings] of REFUSED) {
  test(`${path} is not built of ${JSON.stringify(Object.keys(parameters))}: ${message.source}`, () => {
    assert.throws(
      () => build(path, parameters, settings),
      (error) => error instanceof UrlBuildError && message.test(error.message),
    );
  });
}

const text = fc.string({ minLength: 1, unit: "binary" }).filter((value) => !/^\.{1,2}$/.test(value));
const restText = fc
  .string({ minLength: 1, unit: fc.constantFrom("a", "/", ".", "%", " ", "é", "?", "2F", "\\") })
  .filter((value) => !value.split("/").some((part) => /^\.{1,2}$/.test(part)));
const values: [type: string, value: fc.Arbitrary<unknown>][] = [
  ["", text],
  [":slug", fc.constantFrom("a", "a-b-1")],
  [":alpha", fc.constantFrom("a", "ZZ")],
  [":int", fc.maxSafeInteger()],
  [":bigint", fc.bigInt()],
  [":float", fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)],
  [":uuid", fc.uuid()],
  [":ymd", fc.constantFrom("1000-01-01", "2024-02-29", "2999-12-31").map((day) => new Date(day))],
  [":ext", fc.record({ name: text, ext: fc.constantFrom("jpg", "gz") }, { noNullPrototype: true })],
  [
    "=float:ext=tar.gz|tar.br",
    fc.record(
      { name: fc.constantFrom(1.5, -2), ext: fc.constantFrom("tar.gz", "tar.br") },
      { noNullPrototype: true },
    ),
  ],
  [":hex", fc.nat()],
  [":[^a]+", text.filter((value) => !value.includes("a"))],
  [":v(\\d+)\\.x", fc.constantFrom("1", "123")],
];

test("What is built is matched with the same values, for every type, also after clients have read the URL", () => {
  const choice = fc.oneof(...values.map(([type, value]) => fc.tuple(fc.constant(type), value)));
  const scenario = fc.record({
    parameters: fc.array(choice, { minLength: 1, maxLength: 3 }),
    rest: fc.option(restText, { nil: undefined }),
    literal: fc.boolean(),
    strictSlashes: fc.boolean(),
  });
  fc.assert(
    fc.property(scenario, ({ parameters, rest, literal, strictSlashes }) => {
      const segments = parameters.map(([type], index) => {
        const [ofName = "", ...rest] = type.split(":");
        return `<p${index}${ofName}${rest.length > 0 ? `:${rest.join(":")}` : ""}>`;
      });
      if (literal) segments.unshift("é x");
      const given = Object.fromEntries(parameters.map(([, value], index) => [`p${index}`, value]));
      if (rest !== undefined) {
        segments.push("<rest:path>");
        given.rest = rest;
      }
      const path = `/${segments.join("/")}`;
      const pattern = parsePattern(path, types);
      const router = new Router<string>();
      router.prepare(["GET"], new Route(pattern, path, { strictSlashes }))();
      const built = buildPath({ name: "test", pattern, strictSlashes, decode: true }, given);
      assert.deepEqual({ ...router.find("GET", built).parameters }, given, built);
      const url = new URL(built, "http://example.com");
      assert.equal(url.host, "example.com", built);
      assert.deepEqual({ ...router.find("GET", url.pathname).parameters }, given, url.pathname);
    }),
    { seed: 17, numRuns: 2000 },
  );
});

test("A path of a whole route that is only a rest comes back too", () => {
  const router = new Router<string>();
  router.add(["GET"], "/<rest:path>", "rest");
  fc.assert(
    fc.property(restText, (rest) => {
      const url = new URL(build("/<rest:path>", { rest }), "http://example.com");
      assert.equal(url.host, "example.com");
      assert.equal(router.find("GET", url.pathname).parameters.rest, rest);
    }),
    { seed: 17, numRuns: 1000 },
  );
});
