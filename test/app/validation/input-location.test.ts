import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Request, Spindash, type SpindashOptions } from "spindash";
import { type TestRequestInit, testClient } from "spindash/testing";
import { z } from "zod";
import { inputReaders } from "../../../src/app/validation/input-location.ts";
import { assertLinearTime } from "../../http/linear-time.ts";
import { anything, schemaOf } from "./hand-written-schemas.ts";

/** What a schema at a location is given. */
async function seenBy(
  location: "query" | "headers" | "cookies" | "body" | "form",
  init: TestRequestInit,
  options: SpindashOptions<Record<string, unknown>> = {},
): Promise<{ status: number; text: string; value: unknown }> {
  const app = new Spindash("seen", options);
  let value: unknown;
  const look = schemaOf((given) => {
    value = given;
    return { value: given };
  });
  app.post("/", { [location]: look }, () => "seen");
  await using client = await testClient(app);
  const response = await client.post("/", init);
  const text = await response.text();
  return { status: response.status, text, value };
}

const HOSTILE_NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "then",
  "0",
  "",
];

describe("a query, as its schema sees it", () => {
  const cases: [query: [string, string][], seen: Record<string, unknown>][] = [
    [[], {}],
    [[["a", "1"]], { a: "1" }],
    [[["a", ""]], { a: "" }],
    [
      [
        ["a", "1"],
        ["b", "2"],
        ["a", "3"],
      ],
      { a: ["1", "3"], b: "2" },
    ],
    [[["a[]", "1"]], { "a[]": "1" }],
    [[["a.b", "1"]], { "a.b": "1" }],
  ];
  for (const [query, seen] of cases) {
    test(`${new URLSearchParams(query)} is ${JSON.stringify(seen)}`, async () => {
      const { value } = await seenBy("query", { query });
      assert.deepEqual({ ...(value as object) }, seen);
      assert.equal(Object.getPrototypeOf(value), null);
    });
  }

  for (const name of HOSTILE_NAMES) {
    test(`${JSON.stringify(name)} is a name like others, sent once or twice`, async () => {
      for (const count of [1, 2]) {
        const query = Array.from({ length: count }, () => [name, "x"] as const);
        const { value } = await seenBy("query", { query: [...query, ["a", "b"]] });
        assert.deepEqual(
          Object.entries(value as object).sort(),
          [...[[name, count === 1 ? "x" : ["x", "x"]]], ["a", "b"]].sort(),
        );
        assert.equal(Object.getPrototypeOf(value), null);
      }
    });
  }

  test("passes the schemas of zod whatever it holds", async () => {
    const names = fc.oneof(fc.string(), fc.constantFrom(...HOSTILE_NAMES));
    const app = new Spindash("fuzz");
    const query = z.object({ page: z.string().optional() }).loose();
    app.get("/", { query }, (_req, args) => ({ page: args.query.page ?? null }));
    await using client = await testClient(app);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, fc.string())), async (pairs) => {
        const response = await client.get(`/?${new URLSearchParams(pairs)}`);
        assert.ok(response.status === 200 || response.status === 422, `${response.status}`);
        await response.text();
      }),
      { numRuns: 50 },
    );
    assert.equal(client.errors.length, 0);
    assert.equal(({} as Record<string, unknown>).page, undefined);
  });
});

describe("a name whose schema wants a list", () => {
  const lists = z.object({
    tag: z.array(z.string()).default([]),
    id: z.array(z.coerce.number()).optional(),
    one: z.string().optional(),
    either: z.union([z.string(), z.array(z.string())]).optional(),
    at: z.date().optional(),
  });
  const cases: [query: string, seen: object][] = [
    ["", { tag: [] }],
    ["tag=a", { tag: ["a"] }],
    ["tag=a&tag=b", { tag: ["a", "b"] }],
    ["tag=", { tag: [""] }],
    ["id=1&one=x&either=y", { tag: [], id: [1], one: "x", either: "y" }],
    ["either=x&either=y", { tag: [], either: ["x", "y"] }],
  ];
  for (const [query, seen] of cases) {
    test(`is given one by a query: ${query}`, async () => {
      const app = new Spindash("lists");
      app.get("/", { query: lists }, (_req, args) => args.query);
      app.post("/form", { form: lists }, (_req, { form }) => form);
      app.post("/body", { body: lists }, (_req, { body }) => body);
      await using client = await testClient(app);
      assert.deepEqual(await (await client.get(`/?${query}`)).json(), seen);
      if (query === "") return;
      const form = new URLSearchParams(query);
      assert.deepEqual(await (await client.post("/form", { form })).json(), seen);
      assert.deepEqual(await (await client.post("/body", { form })).json(), seen);
    });
  }

  test("is not given one by JSON, which has lists of its own", async () => {
    const app = new Spindash("json");
    app.post("/", { body: lists }, (_req, { body }) => body);
    await using client = await testClient(app);
    assert.equal((await client.post("/", { json: { tag: "a" } })).status, 422);
  });

  const odd: [name: string, jsonSchema: unknown][] = [
    ["throws", { input: () => assert.fail("no JSON form") }],
    ["describes nothing", { input: () => undefined }],
    ["describes something else", { input: () => ({ properties: "none", type: 7 }) }],
    [
      "has properties that are none",
      { input: () => ({ properties: { a: null, b: 1, c: { type: ["array"] } } }) },
    ],
    ["has no function", { input: "x" }],
    ["is null", null],
  ];
  for (const [name, jsonSchema] of odd) {
    test(`is unknown where the schema's description ${name}`, async () => {
      const app = new Spindash("odd");
      const schema = { "~standard": { ...anything["~standard"], jsonSchema } };
      app.get("/", { query: schema }, (_req, { query }) => query as object);
      await using client = await testClient(app);
      assert.deepEqual(await (await client.get("/?a=1&c=2")).json(), { a: "1", c: "2" });
    });
  }
});

describe("header fields and cookies, as their schemas see them", () => {
  test("are named in lower case, and joined where a name is repeated", async () => {
    const headers: [string, string][] = [
      ["X-Tag", "a"],
      ["x-tag", "b"],
      ["__proto__", "c"],
    ];
    const { value } = await seenBy("headers", { headers });
    const seen = value as Record<string, string>;
    assert.equal(seen["x-tag"], "a, b");
    assert.ok(Object.hasOwn(seen, "__proto__"));
    assert.equal(Object.getPrototypeOf(seen), null);
  });

  const cookies: [sent: string, seen: Record<string, string>][] = [
    ["theme=dark", { theme: "dark" }],
    ["a=1; a=2", { a: "1" }],
    ["__Host-sid=1", { "__Host-sid": "1", sid: "1" }],
    ["sid=planted; __Secure-sid=2; __Host-sid=3", { "__Secure-sid": "2", "__Host-sid": "3", sid: "3" }],
    ["sid=planted; __Secure-sid=2", { "__Secure-sid": "2", sid: "2" }],
    ["__proto__=x; constructor=y", JSON.parse('{"__proto__":"x","constructor":"y"}')],
    ["__Host-__proto__=x", JSON.parse('{"__Host-__proto__":"x","__proto__":"x"}')],
    ["__Secure-__Host-sid=1; sid=2", { "__Secure-__Host-sid": "1", sid: "2" }],
    ["__Host-=1", { "__Host-": "1", "": "1" }],
    ["", {}],
  ];
  for (const [cookie, seen] of cookies) {
    test(`Cookie: ${cookie} is ${JSON.stringify(seen)}`, async () => {
      const { value } = await seenBy("cookies", { headers: { cookie } });
      assert.deepEqual(Object.entries(value as object).sort(), Object.entries(seen).sort());
      assert.equal(Object.getPrototypeOf(value), null);
    });
  }
});

describe("reading a location takes linear time", () => {
  const target = { path: "/", queryStart: 0, queryEnd: 0, authority: "" };
  const peer = { remoteAddress: "", remotePort: 0, encrypted: false };
  const requestOf = (text: string): Request =>
    new Request({ method: "GET", minorVersion: 1, target, text, fieldsStart: 0 }, peer, null);

  test("of cookies, with a prefix each", () => {
    assertLinearTime((count) => {
      const names = Array.from({ length: count }, (_, index) => `__Host-${index}=${index}`);
      return inputReaders.cookies(requestOf(`cookie: ${names.join("; ")}\r\n`), () => []);
    }, 1000);
  });

  test("of header fields, of many names or of one", () => {
    for (const name of [(index: number) => `x-${index}`, () => "x"]) {
      assertLinearTime((count) => {
        const lines = Array.from({ length: count }, (_, index) => `${name(index)}: ${index}\r\n`);
        return inputReaders.headers(requestOf(lines.join("")), () => []);
      }, 1000);
    }
  });
});

describe("a body is read by its content type", () => {
  const item = '{"name":"Lamp","price":1}';
  const asJson = { name: "Lamp", price: 1 };
  const cases: [type: string, body: string, seen: unknown][] = [
    ["application/json", item, asJson],
    ["Application/JSON; charset=utf-8", item, asJson],
    ["application/merge-patch+json", item, asJson],
    ["application/x-www-form-urlencoded", "name=Lamp&tag=a&tag=b", { name: "Lamp", tag: ["a", "b"] }],
  ];
  for (const [type, body, seen] of cases) {
    test(`${type} is understood`, async () => {
      const { status, value } = await seenBy("body", { headers: { "content-type": type }, body });
      assert.equal(status, 200);
      assert.deepEqual(structuredClone(value), seen);
    });
  }

  for (const location of ["body", "form"] as const) {
    const types = [
      "text/plain",
      "application/octet-stream",
      "application/jsonp",
      "json",
      "application/json, text/html",
    ];
    for (const type of location === "body" ? types : [...types, "application/json"]) {
      test(`${type} is a 415 for a ${location} that says what is understood`, async () => {
        const { status, text } = await seenBy(location, { headers: { "content-type": type }, body: item });
        assert.equal(status, 415);
        assert.match(text, /expected one of .*application\/x-www-form-urlencoded, multipart\/form-data/);
      });
    }

    test(`none is a 415 for a ${location}`, async () => {
      const { status, text } = await seenBy(location, { body: new TextEncoder().encode(item) });
      assert.equal(status, 415);
      assert.match(text, /The body has no Content-Type; expected one of/);
    });

    test(`a request without a body is told so by a ${location} that must be there`, async () => {
      const app = new Spindash("missing");
      app.post("/", { [location]: z.object({ name: z.string() }) }, () => "");
      await using client = await testClient(app);
      const response = await client.post("/", {});
      assert.equal(response.status, 422);
      assert.match(
        await response.text(),
        new RegExp(`^- ${location}: missing: the request has no body$`, "m"),
      );
    });

    test(`a request without a body passes a ${location} that need not be there`, async () => {
      const { status, value } = await seenBy(location, {});
      assert.equal(status, 200);
      assert.equal(value, undefined);
    });
  }

  const malformed: [name: string, body: string, message: RegExp][] = [
    ["malformed JSON", '{"a":}', /Malformed JSON at line 1, column 6/],
    ["a key that reaches a prototype", '{"a":{"__proto__":{}}}', /"__proto__\\?", which is not accepted/],
  ];
  for (const [name, body, message] of malformed) {
    test(`${name} is a 400`, async () => {
      const { status, text } = await seenBy("body", {
        headers: { "content-type": "application/json" },
        body,
      });
      assert.equal(status, 400);
      assert.match(text, message);
    });
  }

  test("an empty body in chunks is a 400 that says so", async () => {
    async function* nothing(): AsyncGenerator<string> {}
    const { status, text } = await seenBy("body", {
      headers: { "content-type": "application/json" },
      body: nothing(),
    });
    assert.equal(status, 400);
    assert.match(text, /The body is empty/);
  });

  test("one that arrives in pieces is waited for", async () => {
    async function* pieces(): AsyncGenerator<string> {
      for (const character of item) {
        await new Promise(setImmediate);
        yield character;
      }
    }
    const headers = { "content-type": "application/json" };
    assert.deepEqual((await seenBy("body", { headers, body: pieces() })).value, asJson);
  });

  test("one past the limit is a 413, however it is read", async () => {
    const config = { config: { bodyLimit: 20 } };
    assert.equal((await seenBy("body", { json: { a: "x".repeat(20) } }, config)).status, 413);
    assert.equal((await seenBy("form", { form: { a: "x".repeat(20) } }, config)).status, 413);
  });
});

describe("a form, as its schema sees it", () => {
  const multipart = (...parts: string[]): TestRequestInit => ({
    headers: { "content-type": "multipart/form-data; boundary=edge" },
    body: `${parts.map((part) => `--edge\r\ncontent-disposition: form-data; ${part}\r\n`).join("")}--edge--\r\n`,
  });

  test("has its fields, repeated ones as lists, and its files", async () => {
    const { value } = await seenBy(
      "form",
      multipart(
        'name="title"\r\n\r\nLamp',
        'name="tag"\r\n\r\na',
        'name="tag"\r\n\r\nb',
        'name="photo"; filename="a.png"\r\n\r\nPNG',
        'name="tag"; filename="b.png"\r\n\r\nPNG2',
      ),
    );
    const seen = value as Record<string, unknown>;
    assert.equal(seen.title, "Lamp");
    assert.equal((seen.photo as { filename: string }).filename, "a.png");
    assert.deepEqual((seen.tag as unknown[]).slice(0, 2), ["a", "b"]);
    assert.equal(((seen.tag as unknown[])[2] as { bytes: Buffer }).bytes.toString(), "PNG2");
    assert.equal(Object.getPrototypeOf(seen), null);
  });

  for (const name of HOSTILE_NAMES.filter((each) => each !== "")) {
    test(`takes ${name} for a name like others, of a field or of a file`, async () => {
      const field = await seenBy("form", { form: [[name, "x"]] });
      assert.deepEqual(Object.entries(field.value as object), [[name, "x"]]);
      const file = await seenBy("form", multipart(`name="${name}"; filename="a"\r\n\r\nA`));
      assert.deepEqual(Object.keys(file.value as object), [name]);
      assert.equal(Object.getPrototypeOf(file.value), null);
    });
  }

  test("is given to the handler as the schema made it", async () => {
    const app = new Spindash("form");
    const form = z.object({ age: z.coerce.number(), photo: z.object({ bytes: z.instanceof(Buffer) }) });
    app.post("/", { form }, (_req, args) => [args.form.age + 1, args.form.photo.bytes.length]);
    await using client = await testClient(app);
    const response = await client.post(
      "/",
      multipart('name="age"\r\n\r\n41', 'name="photo"; filename="a"\r\n\r\nPNG'),
    );
    assert.deepEqual(await response.json(), [42, 3]);
  });

  test("may be the body of a route that takes JSON too", async () => {
    const app = new Spindash("either");
    app.post("/", { body: anything }, (_req, { body }) => body as object);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.post("/", { form: { a: 1 } })).json(), { a: "1" });
    assert.deepEqual(await (await client.post("/", { json: { a: 1 } })).json(), { a: 1 });
  });
});
