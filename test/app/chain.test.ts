import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Answer,
  Conflict,
  NotFound,
  type RequestMiddleware,
  Response,
  Spindash,
  text,
  Unauthorized,
} from "spindash";
import { testClient } from "spindash/testing";
import { parseRequest } from "../http/parse-request.ts";

const HEAD = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

/** A middleware, sync or async, that notes its name. */
function noting(notes: string[], name: string, isAsync = false): RequestMiddleware {
  return isAsync
    ? async () => {
        await sleep(0);
        notes.push(name);
      }
    : () => void notes.push(name);
}

describe("the order of a request's way", () => {
  test("request middleware, around, handler, around, response middleware", async () => {
    const app = new Spindash("order");
    const notes: string[] = [];
    app.onResponse(() => void notes.push("onResponse"));
    app.use(async (_req, next) => {
      notes.push("outer in");
      const response = await next();
      notes.push("outer out");
      return response;
    });
    app.use(async (_req, next) => {
      notes.push("inner in");
      const response = await next();
      notes.push("inner out");
      return response;
    });
    app.onRequest(noting(notes, "onRequest"));
    app.get("/", () => {
      notes.push("handler");
      return "";
    });
    await using client = await testClient(app);
    await client.get("/");
    assert.deepEqual(notes, [
      "onRequest",
      "outer in",
      "inner in",
      "handler",
      "inner out",
      "outer out",
      "onResponse",
    ]);
  });

  for (const isAsync of [false, true]) {
    test(`priorities: high first on requests, last on responses, ties by registration (${isAsync ? "async" : "sync"})`, async () => {
      const app = new Spindash("order");
      const notes: string[] = [];
      for (const [name, priority] of [
        ["a", 0],
        ["b", 5],
        ["c", 0],
        ["d", -5],
        ["e", 5],
      ] as const) {
        app.onRequest(noting(notes, name, isAsync), { priority });
        app.onResponse(noting(notes, name.toUpperCase(), isAsync) as () => void, { priority });
      }
      app.get("/", () => {
        notes.push("|");
        return "";
      });
      await using client = await testClient(app);
      await client.get("/");
      assert.equal(notes.join(""), "beacd|DCAEB");
    });
  }

  test("middleware that is registered after a route, and after its first request, runs too", async () => {
    const app = new Spindash("order");
    const notes: string[] = [];
    app.get("/", () => "");
    await using client = await testClient(app);
    await client.get("/");
    await client.get("/nowhere");
    const plants: [name: string, plant: () => void][] = [
      ["onRequest", () => app.onRequest(noting(notes, "onRequest"))],
      ["onResponse", () => app.onResponse(noting(notes, "onResponse") as () => void)],
      [
        "use",
        () =>
          app.use((_req, next) => {
            notes.push("use");
            return next();
          }),
      ],
    ];
    for (const [name, plant] of plants) {
      plant();
      for (const path of ["/", "/nowhere"]) {
        notes.length = 0;
        await client.get(path);
        assert.ok(notes.includes(name), `${name} on ${path}`);
      }
    }
  });
});

describe("short circuits", () => {
  const ANSWERS: [title: string, answer: () => Answer, body: string][] = [
    ["a response", () => text("stop"), "stop"],
    ["a string", () => "stop", "stop"],
    ["an object", () => ({ stop: true }), '{"stop":true}'],
    ["a web response", () => new globalThis.Response("stop"), "stop"],
  ];
  for (const [title, answer, body] of ANSWERS) {
    for (const style of ["sync", "async"] as const) {
      test(`request middleware (${style}) that returns ${title} answers in the handler's place`, async () => {
        const app = new Spindash("short");
        const notes: string[] = [];
        app.onRequest(style === "sync" ? answer : async () => answer());
        app.onRequest(noting(notes, "second"));
        app.use(async (_req, next) => {
          notes.push("around");
          return next();
        });
        app.onResponse(() => void notes.push("onResponse"));
        app.get("/", () => {
          notes.push("handler");
          return "";
        });
        await using client = await testClient(app);
        assert.equal(await (await client.get("/")).text(), body);
        assert.deepEqual(notes, ["onResponse"]);
      });
    }
  }

  test("around middleware may answer without calling next", async () => {
    const app = new Spindash("short");
    app.use(() => "cached");
    app.get("/", () => "fresh");
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "cached");
  });

  test("around middleware may catch what the handler throws", async () => {
    const app = new Spindash("short");
    app.use(async (_req, next) => {
      try {
        return await next();
      } catch (error) {
        return `caught ${(error as Error).message}`;
      }
    });
    app.get("/", () => {
      throw new Error("sync");
    });
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "caught sync");
  });

  test("around middleware gets a response of ours from next, whatever the handler returned", async () => {
    const app = new Spindash("short");
    app.use(async (_req, next) => {
      const response = await next();
      assert.ok(response instanceof Response);
      response.headers.set("x-around", "1");
      return response;
    });
    app.get("/", () => ({ a: 1 }));
    await using client = await testClient(app);
    assert.equal((await client.get("/")).headers.get("x-around"), "1");
  });

  test("around middleware that returns nothing is a 500 that names the route", async () => {
    const app = new Spindash("short");
    app.use((async () => {}) as unknown as () => Promise<Answer>);
    app.get("/", () => "");
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 500);
    assert.match(client.errors[0]?.message ?? "", /GET \/ returned nothing/);
  });
});

describe("response middleware", () => {
  test("it may replace the response; the next one sees the new one", async () => {
    const app = new Spindash("responses");
    app.onResponse((_req, res) => text(`${String(res.body)}!`, { status: res.status }));
    app.onResponse(async (_req, res) => text(`${String(res.body)}?`, { status: 201 }));
    app.get("/", () => "hi");
    await using client = await testClient(app);
    const response = await client.get("/");
    assert.equal(response.status, 201);
    assert.equal(await response.text(), "hi?!");
  });

  test("it runs on errors, on 404, on 405 and on OPTIONS", async () => {
    const app = new Spindash("responses");
    app.onResponse((_req, res) => {
      res.headers.set("x-seen", res.status);
    });
    app.get("/boom", () => {
      throw new Error("boom");
    });
    app.get("/boom/async", async () => {
      throw new NotFound();
    });
    app.onError(Conflict, () => "handled");
    app.get("/conflict", () => {
      throw new Conflict();
    });
    await using client = await testClient(app);
    const cases: [method: string, path: string, status: string][] = [
      ["GET", "/boom", "500"],
      ["GET", "/boom/async", "404"],
      ["GET", "/conflict", "200"],
      ["GET", "/nowhere", "404"],
      ["POST", "/boom", "405"],
      ["OPTIONS", "/boom", "204"],
      ["GET", "/%zz/%", "404"],
    ];
    for (const [method, path, status] of cases) {
      const response = await client.request(method, path);
      assert.equal(response.headers.get("x-seen"), status, `${method} ${path}`);
    }
  });

  test("an error in it becomes an answer that no response middleware sees", async () => {
    for (const style of ["sync", "async"]) {
      const app = new Spindash("responses");
      let runs = 0;
      const fail = (): never => {
        runs++;
        throw new Error("in onResponse");
      };
      app.onResponse(style === "sync" ? fail : async () => fail());
      app.get("/", () => "hi");
      await using client = await testClient(app);
      const response = await client.get("/");
      assert.equal(response.status, 500);
      assert.equal(runs, 1);
      assert.deepEqual(client.errors.map(String), ["Error: in onResponse"]);
    }
  });
});

describe("errors in middleware", () => {
  const PLACES: [place: string, plant: (app: Spindash, fail: () => never) => void][] = [
    ["onRequest", (app, fail) => app.onRequest(fail)],
    ["onRequest, async", (app, fail) => app.onRequest(async () => fail())],
    ["use", (app, fail) => app.use(fail)],
    ["use, async", (app, fail) => app.use(async () => fail())],
    ["use, after next", (app, fail) => app.use(async (_req, next) => next().then(fail))],
    ["onResponse", (app, fail) => app.onResponse(fail)],
    ["onResponse, async", (app, fail) => app.onResponse(async () => fail())],
  ];
  for (const [place, plant] of PLACES) {
    test(`an HttpError thrown in ${place} is an answer`, async () => {
      const app = new Spindash("failing");
      plant(app, () => {
        throw new Unauthorized("key missing");
      });
      app.get("/", () => "hi");
      await using client = await testClient(app);
      const response = await client.get("/");
      assert.equal(response.status, 401);
      assert.match(await response.text(), /key missing/);
      assert.deepEqual(client.errors, []);
    });
  }
});

describe("chains that are synchronous stay so", () => {
  const fail = (): never => {
    throw new NotFound();
  };
  const APPS: [title: string, build: (app: Spindash) => void, isSync: boolean][] = [
    ["a handler", (app) => app.get("/", () => "hi"), true],
    ["a handler that throws", (app) => app.get("/", fail), true],
    ["no route", () => {}, true],
    ["another method", (app) => app.post("/", () => "hi"), true],
    ["request middleware", (app) => app.onRequest(() => {}), true],
    ["response middleware", (app) => app.onResponse(() => text("x")), true],
    ["an error handler", (app) => app.onError(NotFound, () => "none"), true],
    ["an async handler", (app) => app.get("/", async () => "hi"), false],
    ["async request middleware", (app) => app.onRequest(async () => {}), false],
    ["async response middleware", (app) => app.onResponse(async () => {}), false],
    ["an async error handler", (app) => app.onError(NotFound, async () => "none"), false],
  ];
  for (const [title, build, isSync] of APPS) {
    test(`${title} gives ${isSync ? "a response" : "a promise"}`, async () => {
      const app = new Spindash("sync");
      build(app);
      const answer = app.handle(parseRequest(HEAD));
      assert.equal(answer instanceof Response, isSync);
      assert.ok((await answer) instanceof Response);
    });
  }
});
