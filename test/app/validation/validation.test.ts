import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { json, NotFound, SetupError, Spindash, type StandardSchema, ValidationError } from "spindash";
import { testClient } from "spindash/testing";
import { z } from "zod";
import { anything, refusing, schemaOf } from "./hand-written-schemas.ts";

const Item = z.object({ name: z.string(), price: z.coerce.number().positive() });
const Paging = z.object({ page: z.coerce.number().int().default(1) });

describe("a route with schemas", () => {
  test("gives its handler what they made of every location", async () => {
    const app = new Spindash("all");
    const options = {
      params: z.object({ id: z.number().transform((id) => id + 1) }),
      query: Paging,
      headers: z.object({ "x-key": z.string().toUpperCase() }),
      cookies: z.object({ theme: z.enum(["dark", "light"]) }),
      body: Item,
    };
    app.post("/items/<id:int>", options, (_req, args) => args);
    await using client = await testClient(app);
    const response = await client.post("/items/6", {
      query: { page: 3 },
      headers: { "X-Key": "secret" },
      cookies: { theme: "dark" },
      json: { name: "Lamp", price: "39.5", unknown: true },
    });
    assert.deepEqual(await response.json(), {
      id: 7,
      query: { page: 3 },
      headers: { "x-key": "SECRET" },
      cookies: { theme: "dark" },
      body: { name: "Lamp", price: 39.5 },
    });
  });

  test("has the path parameters beside what was validated", async () => {
    const app = new Spindash("beside");
    app.get("/shops/:shop/<id:int>", { query: Paging }, (_req, { shop, id, query }) => [
      shop,
      id,
      query.page,
    ]);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/shops/blue/7")).json(), ["blue", 7, 1]);
  });

  test("leaves the request's own path parameters as they were", async () => {
    const app = new Spindash("own");
    const params = z.object({ id: z.number().transform(String) });
    app.get("/<id:int>", { params }, (req, { id }) => [req.params.id, id]);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/7")).json(), [7, "7"]);
  });

  test("may read its body again in the handler", async () => {
    const app = new Spindash("again");
    app.post("/", { body: Item }, async (req, { body }) => [body.name, await req.json()]);
    await using client = await testClient(app);
    const item = { name: "Lamp", price: 1 };
    assert.deepEqual(await (await client.post("/", { json: item })).json(), ["Lamp", item]);
  });

  test("waits for asynchronous schemas, one location after the other", async () => {
    const order: string[] = [];
    const later = (name: string) =>
      schemaOf(async (value) => {
        order.push(`${name} begins`);
        await new Promise(setImmediate);
        order.push(`${name} ends`);
        return { value };
      });
    const app = new Spindash("async");
    app.post("/", { query: later("query"), headers: later("headers"), body: later("body") }, (_req, args) =>
      Object.keys(args),
    );
    await using client = await testClient(app);
    assert.deepEqual(await (await client.post("/", { json: 1 })).json(), ["query", "headers", "body"]);
    assert.deepEqual(order, [
      "query begins",
      "query ends",
      "headers begins",
      "headers ends",
      "body begins",
      "body ends",
    ]);
  });

  test("stays synchronous while nothing makes it wait", async () => {
    const app = new Spindash("sync");
    app.get("/", { query: Paging, headers: anything, cookies: anything }, (_req, { query }) => query);
    const answers: unknown[] = [];
    const { handle } = app;
    app.handle = (request) => {
      const answer = handle.call(app, request);
      answers.push(answer);
      return answer;
    };
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 200);
    assert.equal((await client.get("/?page=x")).status, 422);
    assert.deepEqual(
      answers.map((answer) => answer instanceof Promise),
      [false, false],
    );
  });

  test("takes schemas that are functions", async () => {
    const callable: StandardSchema<unknown, string> = Object.assign(
      () => {},
      schemaOf((value) => ({ value: typeof value })),
    );
    const app = new Spindash("callable");
    app.get("/", { query: callable }, (_req, { query }) => query);
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "object");
  });

  test("calls the schema as a method, so that one may be an instance of a class", async () => {
    class Prefixed {
      readonly prefix = "<";
      readonly "~standard" = {
        version: 1 as const,
        vendor: "test",
        prefix: ">",
        validate(this: { prefix: string }, value: unknown) {
          return { value: this.prefix + String(value) };
        },
      };
    }
    const app = new Spindash("class");
    app.post(
      "/",
      { body: new Prefixed() as unknown as StandardSchema<unknown, string> },
      (_req, args) => args,
    );
    await using client = await testClient(app);
    assert.deepEqual(await (await client.post("/", { json: 7 })).json(), { body: ">7" });
  });
});

describe("a refused request", () => {
  test("is a 422 with location, path and message of every issue, all locations together", async () => {
    const app = new Spindash("refusals");
    let error: unknown;
    app.onError(ValidationError, (_req, thrown) => {
      error = thrown;
    });
    const body = z.object({ items: z.array(Item) });
    const handler = () => assert.fail("the handler must not run");
    app.post("/<id:int>", { params: z.object({ id: z.number().max(5) }), query: Paging, body }, handler);
    await using client = await testClient(app);
    const response = await client.post("/7", {
      query: { page: "x" },
      json: { items: [{ name: "Lamp", price: 1 }, { name: 2 }] },
    });
    assert.equal(response.status, 422);
    assert.ok(error instanceof ValidationError);
    assert.deepEqual(
      error.issues.map(({ location, path }) => [location, path]),
      [
        ["params", ["id"]],
        ["query", ["page"]],
        ["body", ["items", 1, "name"]],
        ["body", ["items", 1, "price"]],
      ],
    );
    const told = (await response.json()) as { message: string; issues: unknown };
    assert.match(told.message, /^- body\.items\[1\]\.name: .*string/m);
    assert.deepEqual(told.issues, error.issues);
  });

  test("collects issues after an asynchronous location too", async () => {
    const app = new Spindash("async");
    const later = schemaOf<never>(async () => ({ issues: [{ message: "taken", path: ["name"] }] }));
    app.get("/", { query: later, headers: refusing({ message: "no key" }) }, () => "");
    await using client = await testClient(app);
    const response = await client.get("/");
    assert.equal(response.status, 422);
    assert.match(await response.text(), /^- query\.name: taken\n- headers: no key$/m);
  });

  test("has the status of the setting, or of the route", async () => {
    const app = new Spindash("status", { config: { validationStatus: 400 } });
    app.get("/setting", { query: refusing({ message: "no" }) }, () => "");
    app.get("/route", { query: refusing({ message: "no" }), validationStatus: 422 }, () => "");
    await using client = await testClient(app);
    assert.equal((await client.get("/setting")).status, 400);
    assert.equal((await client.get("/route")).status, 422);
  });

  test("may be answered by the app's own handler", async () => {
    const app = new Spindash("own");
    app.onError(ValidationError, (_req, { status, issues }) => json({ issues }, { status }));
    app.get("/", { query: Paging }, () => "");
    await using client = await testClient(app);
    const response = await client.get("/?page=1.5");
    assert.equal(response.status, 422);
    const { issues } = (await response.json()) as { issues: unknown[] };
    assert.equal(issues.length, 1);
  });

  test("may be the handler's own refusal, in the same words", async () => {
    const app = new Spindash("handler");
    app.put("/:name", () => {
      throw new ValidationError([{ location: "params", path: ["name"], message: "is taken" }]);
    });
    await using client = await testClient(app);
    const response = await client.put("/amy");
    assert.equal(response.status, 422);
    assert.match(await response.text(), /params\.name: is taken/);
  });

  test("is refused for issues that are an empty list too", async () => {
    const app = new Spindash("empty");
    app.get("/", { query: refusing() }, () => "");
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 422);
  });

  test("tells the first hundred issues and the number of the others", async () => {
    const app = new Spindash("flood");
    let told: ValidationError | undefined;
    app.onError(ValidationError, (_req, error) => {
      told = error;
    });
    app.post("/", { body: z.array(z.string()) }, () => "");
    await using client = await testClient(app);
    const response = await client.post("/", { json: Array.from({ length: 20_000 }, () => 1) });
    assert.equal(told?.issues.length, 100);
    assert.equal(told?.issueCount, 20_000);
    const text = await response.text();
    assert.ok(text.length < 20_000, `${text.length} characters`);
    assert.match(text, /and 19900 more/);
  });

  test("shows keys of any spelling in one line each", async () => {
    const app = new Spindash("keys");
    const path = ["a b", 0, { key: "c\nd" }, Symbol("e"), "__proto__"];
    app.get("/", { query: refusing({ message: "no", path }) }, () => "");
    await using client = await testClient(app);
    const text = await (await client.get("/")).text();
    assert.match(text, /^- query\["a b"\]\[0\]\["c\\nd"\]\["Symbol\(e\)"\]\.__proto__: no$/m);
  });

  test("is the handler's to make where a schema throws an answer", async () => {
    const app = new Spindash("answer");
    const owner = schemaOf<never>(() => {
      throw new NotFound("There is no such owner");
    });
    app.get("/", { query: owner }, () => "");
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 404);
  });
});

describe("a schema that does not work", () => {
  const throwing = schemaOf<never>(() => {
    throw new Error("out of order");
  });
  const rejecting = schemaOf<never>(async () => {
    throw new Error("out of order");
  });
  const results: [name: string, schema: StandardSchema<unknown, unknown>, logged: RegExp][] = [
    ["throws", throwing, /out of order/],
    ["rejects", rejecting, /out of order/],
    ["returns nothing", schemaOf(() => undefined as never), /query schema of GET \/ returned neither/],
    ["returns an empty object", schemaOf(() => ({}) as never), /neither a value nor issues/],
    ["returns issues that are no list", schemaOf(() => ({ issues: "no" }) as never), /neither a value nor/],
    ["returns a promise of nothing", schemaOf(async () => null as never), /neither a value nor issues/],
  ];
  for (const [name, schema, logged] of results) {
    test(`and ${name} is a logged 500 that says nothing to the client`, async () => {
      const app = new Spindash("broken");
      app.get("/", { query: schema }, () => "");
      await using client = await testClient(app);
      const response = await client.get("/");
      assert.equal(response.status, 500);
      assert.doesNotMatch(await response.text(), logged);
      assert.equal(client.errors.length, 1);
      assert.match(String(client.errors[0]), logged);
    });
  }

  test("and makes no object of the path parameters is a logged 500", async () => {
    const app = new Spindash("params");
    app.get("/<id>", { params: schemaOf(() => ({ value: "x" as unknown as object })) }, () => "");
    await using client = await testClient(app);
    assert.equal((await client.get("/7")).status, 500);
    assert.match(String(client.errors[0]), /params schema of GET \/<id> made a string/);
  });
});

describe("registering a route with schemas", () => {
  const mistakes: [name: string, register: (app: Spindash) => unknown, message: RegExp][] = [
    [
      "what is no schema",
      (app) => app.post("/", { body: { type: "object" } as unknown as StandardSchema }, () => ""),
      /option body of the route POST \/ is no schema/,
    ],
    [
      "a schema of another version",
      (app) =>
        app.post("/", { query: { "~standard": { version: 2 } } as unknown as StandardSchema }, () => ""),
      /option query .* is no schema/,
    ],
    [
      "null for a schema",
      (app) => app.post("/", { query: null as unknown as StandardSchema }, () => ""),
      /option query .* is no schema/,
    ],
    [
      "body and form at once",
      (app) => app.post("/", { body: anything, form: anything }, () => ""),
      /schemas for body and form/,
    ],
    ["a body for GET", (app) => app.get("/", { body: anything }, () => ""), /requests of GET have no body/],
    [
      "a form for HEAD among others",
      (app) => app.route(["POST", "HEAD"], "/", { form: anything }, () => ""),
      /requests of HEAD have no body/,
    ],
    [
      "another status",
      (app) => app.get("/", { query: anything, validationStatus: 404 }, () => ""),
      /expected 400 or 422/,
    ],
    [
      "a path parameter called like an argument",
      (app) => app.get("/<query>", { query: anything }, () => ""),
      /query/,
    ],
  ];
  for (const [name, register, message] of mistakes) {
    test(`refuses ${name}`, () => {
      assert.throws(
        () => register(new Spindash("mistakes")),
        (error) => error instanceof SetupError && message.test(error.message),
      );
    });
  }
});
