import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Spindash, text } from "spindash";
import { testClient } from "spindash/testing";

const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "then",
  "length",
  "0",
];

describe("names from outside are data", () => {
  for (const name of NAMES) {
    test(`${name} as a name in query, form, cookies and headers`, async () => {
      const app = new Spindash("names");
      app.post("/", async (req) => {
        const form = await req.form();
        return {
          query: [req.query.get(name), req.query.has(name), Object.entries(req.query.toObject())],
          form: [form.get(name), form.has(name), Object.entries(form.toObject())],
          cookie: req.cookies.get(name),
          header: [req.headers.get(name), req.headers.toObject()[name.toLowerCase()]],
        };
      });
      await using client = await testClient(app);
      const response = await client.post("/", {
        query: [[name, "q"]],
        form: [[name, "f"]],
        cookies: Object.fromEntries([[name, "c"]]),
        headers: [[name, "h"]],
      });
      assert.deepEqual(await response.json(), {
        query: ["q", true, [[name, "q"]]],
        form: ["f", true, [[name, "f"]]],
        cookie: "c",
        header: ["h", "h"],
      });
    });

    test(`${name} is not there when it was not sent`, async () => {
      const app = new Spindash("names");
      app.post("/", async (req) => {
        const form = await req.form();
        const found = [req.query.get(name), form.get(name), req.cookies.get(name), req.headers.get(name)];
        return text(found.every((value) => value === undefined) ? "nothing" : JSON.stringify(found));
      });
      await using client = await testClient(app);
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      assert.equal(await (await client.post("/", { headers, body: "" })).text(), "nothing");
    });
  }

  test("they may name path parameters, but for those that reach a prototype", async () => {
    const app = new Spindash("names");
    app.get("/a/<constructor>/<toString>", (_req, args) => Object.entries(args));
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/a/x/y")).json(), [
      ["constructor", "x"],
      ["toString", "y"],
    ]);
    assert.throws(() => app.get("/b/<__proto__>", () => ""), {
      name: "SetupError",
      message: /"__proto__" starts with "__"/,
    });
  });

  test("they may be values of path parameters", async () => {
    const app = new Spindash("names");
    app.get("/<key>", (_req, { key }) => ({ key }));
    await using client = await testClient(app);
    for (const name of NAMES) assert.deepEqual(await (await client.get(`/${name}`)).json(), { key: name });
  });
});

describe("JSON bodies", () => {
  const REFUSED = [
    '{"__proto__":{"admin":true}}',
    '{"a":[{"__proto__":1}]}',
    '{"\\u005f_proto__":1}',
    '{"constructor":{"prototype":{"admin":true}}}',
  ];
  for (const body of REFUSED) {
    test(`${body} is 400`, async () => {
      const app = new Spindash("names");
      app.post("/", async (req) => ({ got: await req.json() }));
      await using client = await testClient(app);
      const response = await client.post("/", { body, headers: { "content-type": "application/json" } });
      assert.equal(response.status, 400);
      assert.deepEqual(client.errors, []);
      assert.equal(({} as Record<string, unknown>).admin, undefined);
    });
  }

  test("the same words as values, or as harmless keys, are data", async () => {
    const app = new Spindash("names");
    app.post("/", async (req) => ({ got: await req.json() }));
    await using client = await testClient(app);
    const values: unknown[] = [
      { a: "__proto__" },
      { constructor: "x" },
      { prototype: {} },
      ["__proto__"],
      JSON.parse('{"toString":1,"then":2}'),
    ];
    for (const json of values) {
      const response = await client.post("/", { json });
      assert.deepEqual(await response.json(), { got: json });
    }
  });

  test("an answer that looks like a promise is no promise unless its then is a function", async () => {
    const app = new Spindash("names");
    const answer: object = JSON.parse('{"then":"tomorrow"}');
    app.get("/", (() => answer) as () => Record<string, never>);
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), '{"then":"tomorrow"}');
  });
});
