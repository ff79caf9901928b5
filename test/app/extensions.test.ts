import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Extension, provide, SetupError, Spindash } from "spindash";
import { testClient } from "spindash/testing";

const named = (name: string, more: Partial<Extension> = {}): Extension => ({ name, ...more });

describe("an extension", () => {
  test("brings routes, middleware, listeners and arguments", async () => {
    const events: string[] = [];
    const visits: Extension<{ visit: number }> = {
      name: "visits",
      options: { path: "/visits" },
      inject: { visit: provide((req) => Number(req.ctx.visit)) },
      setup(app) {
        let count = 0;
        app.beforeServerStart(() => void events.push("start"));
        app.afterServerStop(() => void events.push("stop"));
        app.onRequest((req) => {
          req.ctx.visit = ++count;
        });
        app.get("/visits", () => ({ count }));
      },
    };
    const app = new Spindash("shop").extend(visits);
    app.get("/", (_req, { visit }) => ({ visit }));
    {
      await using client = await testClient(app);
      assert.deepEqual(await (await client.get("/")).json(), { visit: 1 });
      assert.deepEqual(await (await client.get("/visits")).json(), { count: 2 });
    }
    assert.deepEqual(events, ["start", "stop"]);
    assert.deepEqual([...app.extensions.keys()], ["visits"]);
    assert.deepEqual(app.extensions.get("visits")?.options, { path: "/visits" });
  });

  test("is set up at once, as a method of its own", () => {
    class Counting implements Extension {
      readonly name = "counting";
      apps: string[] = [];
      setup(app: Spindash): void {
        this.apps.push(app.name);
      }
    }
    const counting = new Counting();
    new Spindash("one").extend(counting);
    new Spindash("two").extend(counting);
    assert.deepEqual(counting.apps, ["one", "two"]);
  });

  test("leaves routes alone that were registered before, and its own", async () => {
    const app = new Spindash("before");
    app.get("/before", (_req, args) => args);
    let made = 0;
    const inject = { value: provide(() => ++made) };
    app.extend({ name: "late", inject, setup: (inner) => inner.get("/own", (_req, args) => args) });
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/before")).json(), {});
    assert.deepEqual(await (await client.get("/own")).json(), {});
    assert.equal(made, 0);
  });

  test("may build on another one", async () => {
    const user = provide((req) => req.headers.get("x-user") ?? "nobody");
    const users: Extension<{ user: string }> = { name: "users", inject: { user } };
    const greetings: Extension<{ greeting: string }> = {
      name: "greetings",
      requires: ["users"],
      inject: { greeting: provide((_req, { user }) => `Hello, ${user}`, { inject: { user } }) },
    };
    const app = new Spindash("greeter").extend(users).extend(greetings);
    app.get("/", (_req, { user, greeting }) => [user, greeting]);
    await using client = await testClient(app);
    const response = await client.get("/", { headers: { "x-user": "Amy" } });
    assert.deepEqual(await response.json(), ["Amy", "Hello, Amy"]);
  });
});

describe("an extension that cannot be had", () => {
  const failing = named("failing", {
    setup() {
      throw new Error("no key was given");
    },
  });
  const cases: [name: string, extensions: unknown[], message: RegExp][] = [
    ["twice", [named("a"), named("a")], /extended by a already/],
    [
      "without one it needs",
      [named("b", { requires: ["x", "a"] }), named("a")],
      /The extension b needs the extension x; extend the app by x first/,
    ],
    [
      "before one it has to follow",
      [named("b", { after: ["a"] }), named("a")],
      /The extension b has to come after a; extend the app by a first/,
    ],
    ["with a setup that throws", [failing], /The extension failing could not be set up: no key was given/],
    [
      "with an async setup",
      [named("slow", { setup: async () => {} })],
      /setup of the extension slow is async/,
    ],
    [
      "with an async setup that fails",
      [
        named("slow", {
          setup: async () => {
            throw new Error("unheard");
          },
        }),
      ],
      /setup of the extension slow is async/,
    ],
    ["without a name", [named("")], /empty name/],
    ["as something else", [() => {}], /no extension; expected an object with a name/],
    ["as nothing", [undefined], /no extension/],
    [
      "with an argument another one has",
      [named("a", { inject: { x: provide(() => 1) } }), named("b", { inject: { x: provide(() => 2) } })],
      /injects something else as "x" already/,
    ],
  ];
  for (const [name, extensions, message] of cases) {
    test(`${name} is refused at once`, () => {
      const app = new Spindash("refusing");
      assert.throws(
        () => {
          for (const each of extensions) app.extend(each as Extension);
        },
        (error) => error instanceof SetupError && message.test(error.message),
      );
    });
  }

  test("may follow those it names, or do without them", () => {
    new Spindash("order").extend(named("a")).extend(named("b", { after: ["a", "c"], requires: ["a"] }));
  });

  test("can be tried again when its setup has failed", () => {
    const app = new Spindash("again");
    assert.throws(() => app.extend(failing), SetupError);
    app.extend(named("failing"));
  });

  test("keeps the error of its setup as the cause", () => {
    assert.throws(
      () => new Spindash("cause").extend(failing),
      (error) => error instanceof SetupError && (error.cause as Error).message === "no key was given",
    );
  });
});
