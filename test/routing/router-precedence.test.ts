import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SetupError } from "../../src/http/setup-error.ts";
import { converters } from "../../src/routing/converters.ts";
import { type Pattern, parsePattern, type Segment } from "../../src/routing/pattern.ts";
import { Router } from "../../src/routing/router.ts";

interface Registration {
  methods: string[];
  path: string;
  strictSlashes: boolean;
}

interface Candidate extends Registration {
  pattern: Pattern;
}

/** Tries every pattern by itself, in the documented order; the slow and obvious way. */
function findNaively(candidates: readonly Candidate[], method: string, path: string) {
  const fitting = candidates.flatMap((candidate) => {
    const parameters = fit(candidate, path);
    return parameters === undefined ? [] : [{ candidate, parameters }];
  });
  fitting.sort((one, other) => comparePatterns(one.candidate.pattern, other.candidate.pattern));
  // HEAD is present where GET is, but a pattern's own HEAD comes before its GET.
  const found = fitting.find(({ candidate: { pattern } }) =>
    fitting.some(
      ({ candidate }) => comparePatterns(candidate.pattern, pattern) === 0 && answers(candidate, method),
    ),
  );
  const shape = fitting.filter(
    ({ candidate }) => found && comparePatterns(candidate.pattern, found.candidate.pattern) === 0,
  );
  const answer =
    shape.find(({ candidate }) => candidate.methods.includes(method)) ??
    shape.find(({ candidate }) => answers(candidate, method));
  if (answer !== undefined)
    return { value: answer.candidate.path, parameters: answer.parameters, allowed: [] };
  const allowed = new Set(fitting.flatMap(({ candidate }) => candidate.methods));
  if (allowed.has("GET")) allowed.add("HEAD");
  if (allowed.size > 0) allowed.add("OPTIONS");
  return { value: undefined, parameters: {}, allowed: [...allowed].sort() };
}

function answers({ methods }: Registration, method: string): boolean {
  return methods.includes(method) || (method === "HEAD" && methods.includes("GET"));
}

function rank(segment: Segment | undefined): number {
  if (segment === undefined) return -1;
  return segment.kind === "literal" ? 100 : segment.converter.specificity;
}

function comparePatterns(one: Pattern, other: Pattern): number {
  for (let index = 0; index < Math.max(one.segments.length, other.segments.length); index++) {
    const difference = rank(other.segments[index]) - rank(one.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The parameters when the pattern fits the path, by splitting the path and comparing one by one. */
function fit({ pattern, strictSlashes }: Candidate, path: string): Record<string, unknown> | undefined {
  const { segments } = pattern;
  const parts = path.split("/").slice(1);
  const last = segments.at(-1);
  if (last?.kind === "parameter" && last.converter.name === "path") {
    const rest = parts.slice(segments.length - 1).join("/");
    parts.splice(segments.length - 1, Number.POSITIVE_INFINITY, rest);
  } else {
    const slash = parts.at(-1) === "";
    if (slash) parts.pop();
    if (strictSlashes && segments.length > 0 && slash !== pattern.trailingSlash) return undefined;
  }
  if (parts.length !== segments.length) return undefined;
  const parameters: Record<string, unknown> = {};
  for (const [index, segment] of segments.entries()) {
    const value = fitSegment(segment, parts[index] ?? "");
    if (value === undefined) return undefined;
    if (segment.kind === "parameter") parameters[segment.name] = value;
  }
  return parameters;
}

function fitSegment(segment: Segment, part: string): unknown {
  if (part === "") return undefined;
  const text = decodeURIComponent(part);
  if (segment.kind === "literal") return segment.text === text ? text : undefined;
  return converters.get(segment.converter.name)?.convert(text);
}

const texts = ["a", "b", "ab-1", "1", "1.5", "2024-02-29", "é", "constructor", "a/b"];
const parameterTypes = ["", ":str", ":slug", ":alpha", ":int", ":float", ":ymd"];
const encode = (text: string) => (text === "é" ? text : encodeURIComponent(text));

const definedSegment = fc.oneof(
  fc.constantFrom(...texts.slice(0, 4), "é", "a/b").map(encode),
  fc.constantFrom(...parameterTypes),
);

const registration: fc.Arbitrary<Registration> = fc
  .record({
    methods: fc.uniqueArray(fc.constantFrom("GET", "GET", "POST", "HEAD"), { minLength: 1, maxLength: 2 }),
    segments: fc.array(definedSegment, { maxLength: 4 }),
    rest: fc.boolean(),
    slash: fc.boolean(),
    strictSlashes: fc.boolean(),
  })
  .map(({ methods, segments, rest, slash, strictSlashes }) => {
    const parts = segments.map((segment, index) =>
      /^(:|$)/.test(segment) ? `<p${index}${segment}>` : segment,
    );
    if (rest) parts.push("<rest:path>");
    return {
      methods,
      path: `/${parts.join("/")}${slash && !rest && parts.length > 0 ? "/" : ""}`,
      strictSlashes,
    };
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
    requests: fc.array(fc.tuple(fc.constantFrom("GET", "POST", "HEAD", "PUT"), requestPath), {
      minLength: 20,
      maxLength: 20,
    }),
  });
  fc.assert(
    fc.property(scenario, ({ registrations, requests }) => {
      const router = new Router<string>();
      const candidates: Candidate[] = [];
      for (const each of registrations) {
        try {
          const { methods, path, strictSlashes } = each;
          candidates.push({ ...each, pattern: router.add(methods, path, path, { strictSlashes }) });
        } catch (error) {
          assert.ok(error instanceof SetupError);
        }
      }
      for (const [method, path] of requests) {
        const { value, parameters, allowed } = router.find(method, path);
        if (value !== undefined) found++;
        assert.deepEqual(
          { value, parameters: { ...parameters }, allowed },
          findNaively(candidates, method, path),
          path,
        );
      }
    }),
    { seed: 11, numRuns: 500 },
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
