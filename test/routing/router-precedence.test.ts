import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SetupError } from "../../src/http/setup-error.ts";
import { HostRouter } from "../../src/routing/host-router.ts";
import { defineParameterTypes } from "../../src/routing/parameter-types.ts";
import { parsePattern } from "../../src/routing/pattern.ts";
import { Router } from "../../src/routing/router.ts";
import { describe, findNaively, type NaiveRoute } from "./naive-router.ts";

type Registration = Omit<NaiveRoute, "pattern">;

const types = defineParameterTypes({
  digit: (text: string) => (/^[0-9]$/.test(text) ? { digit: Number(text) } : undefined),
  short: (text: string) => (text.length < 3 ? text : undefined),
});

const texts = [
  "a",
  "b",
  "ab-1",
  "1",
  "1.5",
  "2024-02-29",
  "é",
  "constructor",
  "a/b",
  "a.jpg",
  "%61",
  "1.tar.gz",
];
const parameterTypes = [
  "",
  ":str",
  ":slug",
  ":alpha",
  ":int",
  ":bigint",
  ":float",
  ":ymd",
  ":digit",
  ":short",
  ":ext",
  ":ext=jpg|png",
  "=int:ext=tar.gz",
  ":[a-z]+",
  ":\\d+",
  ":[^b]+",
  ":(.)b.*",
];
const rests = ["rest:path", "rest:[a-z]/.*", "rest:.*/b", "rest?:path"];
const hosts = [
  undefined,
  undefined,
  undefined,
  "a.example",
  "a.example:81",
  "*.example",
  "*.b.example",
  "*.example:81",
];
const requestHosts = [
  "",
  "example",
  "a.example",
  "A.Example:81",
  "x.b.example",
  "b.example:81",
  "other:81",
  "x@a.example",
];
const encode = (text: string) => (text === "é" ? text : encodeURIComponent(text));

const definedSegment = fc.oneof(
  fc.constantFrom(...texts.slice(0, 4), "é", "a/b").map(encode),
  fc.constantFrom(...parameterTypes),
);

/** Where there is no colon in front, a segment is literal. */
const isParameter = (segment: string) => segment === "" || /^[:=]/.test(segment);

const registration: fc.Arbitrary<Registration> = fc
  .record({
    methods: fc.uniqueArray(fc.constantFrom("GET", "GET", "POST", "HEAD"), { minLength: 1, maxLength: 2 }),
    segments: fc.array(definedSegment, { maxLength: 4 }),
    rest: fc.option(fc.constantFrom(...rests), { freq: 2, nil: undefined }),
    optional: fc.boolean(),
    slash: fc.boolean(),
    strictSlashes: fc.boolean(),
    host: fc.constantFrom(...hosts),
  })
  .map(({ methods, segments, rest, optional, slash, strictSlashes, host }) => {
    const parts = segments.map((segment, index) => {
      const mark = optional && rest === undefined && index === segments.length - 1 ? "?" : "";
      const [ofName = "", ...type] = segment.split(":");
      return isParameter(segment)
        ? `<p${index}${ofName}${mark}${type.length > 0 ? `:${type.join(":")}` : ""}>`
        : segment;
    });
    if (rest !== undefined) parts.push(`<${rest}>`);
    const path = `/${parts.join("/")}${slash && rest === undefined && parts.length > 0 ? "/" : ""}`;
    return { methods, path, strictSlashes, host };
  });

/** A text as a request may spell it: any byte may be encoded, in either case of hexadecimal digits. */
const spelled = fc.tuple(fc.constantFrom(...texts), fc.constantFrom(0, 0, 1, 2)).map(([text, style]) => {
  if (style === 0) return encodeURIComponent(text);
  const encoded = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  return style === 1 ? encoded : encoded.toUpperCase();
});

const requestPath = fc
  .tuple(
    fc.array(fc.oneof({ weight: 9, arbitrary: spelled }, { weight: 1, arbitrary: fc.constant("") }), {
      maxLength: 5,
    }),
    fc.boolean(),
  )
  .map(([parts, slash]) => `/${parts.join("/")}${slash ? "/" : ""}`);

test("The router finds what trying every pattern in the documented order finds", () => {
  let found = 0;
  const scenario = fc.record({
    registrations: fc.array(registration, { minLength: 1, maxLength: 24 }),
    requests: fc.array(
      fc.tuple(fc.constantFrom("GET", "POST", "HEAD", "PUT"), requestPath, fc.constantFrom(...requestHosts)),
      { minLength: 20, maxLength: 20 },
    ),
  });
  fc.assert(
    fc.property(scenario, ({ registrations, requests }) => {
      const router = new HostRouter<string>();
      const candidates: NaiveRoute[] = [];
      for (const each of registrations) {
        try {
          const { methods, path, strictSlashes, host } = each;
          const pattern = parsePattern(path, types);
          const options = { strictSlashes, hosts: host === undefined ? [] : [host] };
          router.add(methods, pattern, describe(each), options);
          candidates.push({ ...each, pattern });
        } catch (error) {
          assert.ok(error instanceof SetupError);
        }
      }
      for (const [method, path, host] of requests) {
        const { value, parameters, allowed } = router.find(method, path, host);
        if (value !== undefined) found++;
        assert.deepEqual(
          { value, parameters: { ...parameters }, allowed },
          findNaively(candidates, method, path, host),
          `${host}${path}`,
        );
      }
    }),
    { seed: 11, numRuns: 1000 },
  );
  assert.ok(found > 2000, `the comparison covers matches, not only misses (${found})`);
});

test("A path is found by the route it was made from, whatever else is registered", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1 }), (parts) => {
      const path = `/${parts.map(encode).join("/")}`;
      const router = new Router<string>();
      router.add(["GET"], "/<rest:path>", "rest");
      router.add(["GET"], path, "static");
      const request = `/${parsePattern(path)
        .segments.map((each) => (each.kind === "literal" ? each.encoded : ""))
        .join("/")}`;
      assert.equal(router.find("GET", request).value, "static");
    }),
    { seed: 11 },
  );
});
