import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Blueprint, Response, SetupError, Spindash, text, Unauthorized } from "spindash";
import { testClient } from "spindash/testing";
import { parseRequest } from "../http/parse-request.ts";

const GET = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

describe("the order of middleware", () => {
  test("an app's and a blueprint's interleave by priority, then by definition", async () => {
    const notes: string[] = [];
    const app = new Spindash("order");
    const bp = new Blueprint("bp");
    const plant = (owner: Spindash | Blueprint, name: string, priority = 0): void => {
      owner.onRequest(() => void notes.push(name), { priority });
      owner.use(
        async (_req, next) => {
          notes.push(`<${name}`);
          const response = await next();
          notes.push(`${name}>`);
          return response;
        },
        { priority },
      );
      owner.onResponse(() => void notes.push(name.toUpperCase()), { priority });
    };
    plant(bp, "a");
    plant(app, "b");
    plant(bp, "c", 1);
    plant(app, "d", -1);
    plant(bp, "e", -1);
    bp.get("/", () => {
      notes.push("|");
      return "";
    });
    app.blueprint(bp);
    await using client = await testClient(app);
    await client.get("/");
    assert.equal(notes.join(" "), "c a b d e <c <a <b <d <e | e> d> b> a> c> E D B A C");
  });

  test("a function is there once in its scope, however often it is added", async () => {
    let runs = 0;
    const count = (): void => void runs++;
    const app = new Spindash("once");
    const bp = new Blueprint("bp");
    app.onRequest(count).onRequest(count, { priority: 5 });
    bp.onRequest(count);
    bp.get("/", () => "");
    app.get("/app", () => "");
    app.blueprint(bp);
    await using client = await testClient(app);
    await client.get("/app");
    assert.equal(runs, 1);
    await client.get("/");
    assert.equal(runs, 3, "once for the app, once for the blueprint");
  });
});

describe("middleware of a route", () => {
  test("it runs closest to the handler, in the order of its lists, and for that route alone", async () => {
    const notes: string[] = [];
    const note = (name: string) => () => void notes.push(name);
    const app = new Spindash("own");
    app.onRequest(note("app"), { priority: -10 });
    app.onResponse(note("APP"), { priority: -10 });
    const around = (name: string) => async (_req: unknown, next: () => Promise<Response>) => {
      notes.push(`<${name}`);
      const response = await next();
      notes.push(`${name}>`);
      return response;
    };
    app.use(around("app"), { priority: -10 });
    app.get(
      "/",
      {
        onRequest: [note("one"), note("two")],
        use: [around("one"), around("two")],
        onResponse: [note("ONE"), note("TWO")],
      },
      () => "",
    );
    app.get("/other", () => "");
    await using client = await testClient(app);
    await client.get("/");
    assert.equal(notes.join(" "), "app one two <app <one <two two> one> app> TWO ONE APP");
    notes.length = 0;
    await client.get("/other");
    assert.equal(notes.join(" "), "app <app app> APP");
  });

  test("it may answer in the handler's place, and its errors are answered like others", async () => {
    const app = new Spindash("own");
    app.get("/stop", { onRequest: [() => "stopped"] }, () => "handled");
    app.get("/refuse", { onRequest: [async () => Promise.reject(new Unauthorized())] }, () => "handled");
    app.websocket(
      "/ws",
      {
        onRequest: [
          () => {
            throw new Unauthorized();
          },
        ],
      },
      () => {},
    );
    await using client = await testClient(app);
    assert.equal(await (await client.get("/stop")).text(), "stopped");
    assert.equal((await client.get("/refuse")).status, 401);
    await assert.rejects(client.websocket("/ws"), { status: 401 });
  });

  for (const [title, options] of [
    ["a function in place of a list", { onRequest: () => {} }],
    ["a list of something else", { use: ["auth"] }],
    ["names that are none", { skip: [() => {}] }],
  ] as const) {
    test(`${title} is refused when the route is registered`, () => {
      const app = new Spindash("own");
      assert.throws(() => app.get("/", options as object, () => ""), SetupError);
    });
  }
});

describe("named middleware", () => {
  function guarded(): Spindash {
    const app = new Spindash("named");
    app.onRequest(
      () => {
        throw new Unauthorized();
      },
      { name: "auth" },
    );
    app.use((_req, next) => next(), { name: "timing" });
    return app;
  }

  test("a route may leave it out by name, and no other route does", async () => {
    const app = guarded();
    app.get("/open", { skip: ["auth"] }, () => "open");
    app.get("/closed", () => "closed");
    await using client = await testClient(app);
    assert.equal((await client.get("/open")).status, 200);
    assert.equal((await client.get("/closed")).status, 401);
    assert.equal((await client.get("/nowhere")).status, 401);
  });

  test("leaving out what is not there is an error at start that says what was meant", async () => {
    const app = guarded();
    app.get("/open", { skip: ["auht"] }, () => "open");
    await assert.rejects(
      testClient(app),
      /The route GET \/open skips the middleware "auht", which is not around it; did you mean auth\?/,
    );
  });

  test("a name may come after the route that leaves it out", async () => {
    const app = new Spindash("later");
    app.get("/", { skip: ["auth"] }, () => "open");
    app.onRequest(() => "stop", { name: "auth" });
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "open");
  });

  test("errors call it by its name, else by that of its function", async () => {
    const app = new Spindash("wrong");
    app.get("/", () => "");
    app.onRequest((() => 7) as never, { name: "auth" });
    app.onResponse(function stamp() {
      return 7;
    } as never);
    await using client = await testClient(app);
    await client.get("/");
    assert.match(
      client.errors[0]?.message ?? "",
      /^The onRequest middleware auth of GET \/ returned a number/,
    );
    assert.match(client.errors[1]?.message ?? "", /^The onResponse middleware stamp of GET \/ returned/);
  });

  const MISTAKES: [title: string, mistake: (app: Spindash) => void][] = [
    ["no function", (app) => app.onRequest("auth" as never)],
    ["a priority that is none", (app) => app.use((_req, next) => next(), { priority: "high" as never })],
    ["a name that is none", (app) => app.onResponse(() => {}, { name: 7 as never })],
  ];
  for (const [title, mistake] of MISTAKES) {
    test(`${title} is refused at once`, () => {
      assert.throws(() => mistake(new Spindash("wrong")), SetupError);
    });
  }
});

describe("chains of blueprints and routes that are synchronous stay so", () => {
  test("with sync middleware in the app, the blueprint and the route there is no promise", () => {
    const app = new Spindash("sync");
    const bp = new Blueprint("bp");
    app.onRequest(() => {}).onResponse(() => {});
    bp.onRequest(() => {}).onResponse(() => {});
    bp.get("/", { onRequest: [() => {}], onResponse: [() => {}] }, () => text("hi"));
    app.blueprint(bp);
    assert.ok(app.handle(parseRequest(GET)) instanceof Response);
  });
});
