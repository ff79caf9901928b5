import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Blueprint, Conflict, Forbidden, SetupError, Spindash } from "spindash";
import { testClient } from "spindash/testing";

/** An app that notes what its handlers hear. */
function noting(): { app: Spindash; notes: string[]; note: (text: string) => () => void } {
  const notes: string[] = [];
  return { app: new Spindash("signals"), notes, note: (text) => () => void notes.push(text) };
}

describe("the names of signals", () => {
  const WRONG = [
    ["", /last part/],
    ["user.created", /2 parts/],
    ["user.created.now.really", /4 parts/],
    ["user..now", /is no word/],
    ["us er.created.now", /is no word/],
    ["user.<event>.now", /2 parts|is no word|not valid/],
    ["user.created.a b", /last part/],
    ["user.created.<id:integer>", /parameter type/],
    ["user.created.<id", /not valid/],
    ["user.created.x<id>", /not valid|last part/],
    ["http.lifecycle.respond", /belongs to Spindash/],
    ["http.lifecycle.reqest", /did you mean http\.lifecycle\.request\?/],
    ["server.mine.now", /belongs to Spindash/],
  ] as const;
  for (const [event, message] of WRONG) {
    test(`${JSON.stringify(event)} is refused where one listens`, () => {
      const app = new Spindash("names");
      assert.throws(() => app.on(event, () => {}), { name: "SetupError", message });
    });
  }

  for (const event of ["", "a.b", "a.b.c.d", "a..c", "a.b."]) {
    test(`${JSON.stringify(event)} is refused where it is dispatched`, async () => {
      await assert.rejects(new Spindash("names").dispatch(event), SetupError);
    });
  }

  test("those of Spindash cannot be dispatched", async () => {
    await assert.rejects(new Spindash("names").dispatch("http.lifecycle.request", {}), /by Spindash alone/);
  });

  test("a word alone is a name too", async () => {
    const { app, notes, note } = noting();
    app.on("ready", note("ready"));
    app.on("<word>", ({ word }) => void notes.push(`any: ${word}`));
    await app.dispatch("ready");
    assert.deepEqual(notes, ["ready", "any: ready"]);
  });

  test("any text without dots is an action, and no name reaches what objects inherit", async () => {
    const app = new Spindash("names");
    const heard: unknown[] = [];
    app.on("a.b.<what>", ({ what }) => void heard.push(what));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.constantFrom("__proto__", "constructor", "toString", "*", "<x>"),
          fc.string({ minLength: 1 }),
        ),
        async (action) => {
          fc.pre(!action.includes(".") && !action.includes("<"));
          heard.length = 0;
          await app.dispatch(`a.b.${action}`);
          assert.deepEqual(heard, [action]);
        },
      ),
    );
    for (const name of ["__proto__", "constructor", "toString"])
      assert.equal(app.isHeard(`${name}.${name}.${name}`), false);
  });
});

describe("dispatching", () => {
  test("tells every handler whose name fits, with its parameter beside what was dispatched", async () => {
    const { app, notes } = noting();
    app.on("user.created.<id:int>", ({ id, email }) => void notes.push(`${id + 1} ${email}`));
    app.on("user.created.<name>", ({ name }) => void notes.push(name));
    app.on("user.created.*", (context) => void notes.push(Object.keys(context).join()));
    app.on("user.created.7", () => void notes.push("seven"));
    app.on("user.created.8", () => void notes.push("eight"));
    app.on("user.deleted.<id:int>", () => void notes.push("deleted"));
    await app.dispatch("user.created.7", { email: "a@b" });
    assert.deepEqual(notes, ["8 a@b", "7", "email", "seven"]);
    notes.length = 0;
    await app.dispatch("user.created.tails");
    assert.deepEqual(notes, ["tails", ""]);
  });

  test("runs handlers by priority, one after another, the other way round in reverse", async () => {
    const { app, notes, note } = noting();
    app.on("a.b.c", async () => {
      await new Promise(setImmediate);
      notes.push("first");
    });
    app.on("a.b.c", note("second"));
    app.on("a.b.c", { priority: 5 }, note("important"));
    await app.dispatch("a.b.c");
    assert.deepEqual(notes, ["important", "first", "second"]);
    notes.length = 0;
    await app.dispatch("a.b.c", {}, { reverse: true });
    assert.deepEqual(notes, ["second", "first", "important"]);
  });

  test("tells everybody whatever the others return, unless the first answer is asked for", async () => {
    const { app, notes, note } = noting();
    app.on("a.b.c", note("nothing"));
    app.on("a.b.c", () => notes.push("answer"));
    app.on("a.b.c", note("last"));
    assert.equal(await app.dispatch("a.b.c"), undefined);
    assert.deepEqual(notes, ["nothing", "answer", "last"]);
    assert.equal(await app.dispatch("a.b.c", {}, { first: true }), 5);
    assert.equal(notes.length, 5, "nobody hears it after the answer");
  });

  test("to nobody is nothing, unless it must be heard", async () => {
    const app = new Spindash("nobody");
    assert.equal(await app.dispatch("a.b.c"), undefined);
    await assert.rejects(app.dispatch("a.b.c", {}, { required: true }), /Nobody listens/);
    app.on("a.b.<x:int>", () => {});
    await assert.rejects(app.dispatch("a.b.c", {}, { required: true }), /Nobody listens/);
    await app.dispatch("a.b.1", {}, { required: true });
  });

  test("an app knows whether it would be heard", () => {
    const app = new Spindash("heard");
    app.on("a.b.<x:int>", () => {});
    assert.deepEqual(
      ["a.b.1", "a.b.x", "a.c.1"].map((event) => app.isHeard(event)),
      [true, false, false],
    );
  });

  test("a handler stops listening when its signal aborts", async () => {
    const { app, notes, note } = noting();
    const listening = new AbortController();
    app.on("a.b.c", { signal: listening.signal }, note("heard"));
    await app.dispatch("a.b.c");
    listening.abort();
    await app.dispatch("a.b.c");
    app.on("a.b.c", { signal: listening.signal }, note("never"));
    assert.equal(app.isHeard("a.b.c"), false);
    assert.deepEqual(notes, ["heard"]);
  });

  test("a handler that is added while others hear waits for the next time", async () => {
    const { app, notes, note } = noting();
    app.on("a.b.c", { signal: AbortSignal.timeout(60_000) }, () => void app.on("a.b.c", note("late")));
    await app.dispatch("a.b.c");
    assert.deepEqual(notes, []);
  });

  for (const args of [
    ["a.b.c"],
    ["a.b.c", {}],
    ["a.b.c", () => {}, {}],
    ["a.b.c", null, () => {}],
    ["a.b.c", {}, {}, () => {}],
  ]) {
    test(`on() refuses ${args.length} arguments that end with a ${typeof args.at(-1)}`, () => {
      const on = new Spindash("wrong").on as (...args: unknown[]) => unknown;
      assert.throws(() => on.apply(new Spindash("wrong"), args), {
        name: "SetupError",
        message: /wrong arguments/,
      });
    });
  }
});

describe("conditions", () => {
  const paid = { state: "paid", tags: ["a"] };
  const CASES: [handler: object, dispatched: object | undefined, isHeard: boolean][] = [
    [{}, undefined, true],
    [{}, paid, false],
    [{ condition: paid }, { state: "paid", tags: ["a"] }, true],
    [{ condition: paid }, { state: "paid" }, false],
    [{ condition: paid }, undefined, false],
    [{ condition: paid, exclusive: false }, undefined, true],
    [{ condition: paid, exclusive: false }, { state: "open" }, false],
  ];
  for (const [options, condition, isHeard] of CASES) {
    const title = `${JSON.stringify(options)} ${isHeard ? "hears" : "does not hear"} ${JSON.stringify(condition) ?? "none"}`;
    test(title, async () => {
      const { app, notes, note } = noting();
      app.on("a.b.c", options, note("heard"));
      const waiting = app.event("a.b.c", { ...options, signal: AbortSignal.timeout(60_000) });
      void waiting.then(() => void notes.push("waited"));
      await app.dispatch("a.b.c", {}, condition === undefined ? {} : { condition: condition as typeof paid });
      await new Promise(setImmediate);
      assert.deepEqual(notes.sort(), isHeard ? ["heard", "waited"] : []);
    });
  }
});

describe("errors in handlers", () => {
  test("reject the dispatch after all have heard, and are reported once each", async () => {
    const { app, notes, note } = noting();
    const [one, two] = [new Error("one"), new Error("two")];
    app.on("a.b.c", () => {
      throw one;
    });
    app.on("a.b.c", async () => {
      throw two;
    });
    app.on("a.b.c", note("heard"));
    app.get("/", async () => {
      await app.dispatch("a.b.c");
      return "";
    });
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 500);
    assert.deepEqual(client.errors, [one, two]);
    assert.deepEqual(notes, ["heard"]);
    await client.get("/");
    assert.deepEqual(client.errors, [one, two, one, two], "and again when they come again");
  });

  test("below 500 are answers of a request, and no news", async () => {
    const app = new Spindash("refusing");
    app.on("a.b.c", () => {
      throw new Forbidden("no");
    });
    app.get("/", async () => {
      await app.dispatch("a.b.c");
      return "";
    });
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 403);
    assert.deepEqual(client.errors, []);
  });

  test("do not end the process where nobody awaits the dispatch", async () => {
    const app = new Spindash("careless");
    app.on("a.b.c", () => {
      throw new Error("lost");
    });
    app.get("/", () => {
      void app.dispatch("a.b.c");
      return "";
    });
    await using client = await testClient(app);
    await client.get("/");
    await new Promise(setImmediate);
    assert.deepEqual(
      client.errors.map(({ message }) => message),
      ["lost"],
    );
  });
});

describe("dispatching in the background", () => {
  test("waits for nobody, but the stop of the server does", async () => {
    const { app, notes } = noting();
    let release = (): void => {};
    app.on("a.b.c", async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      notes.push("heard");
    });
    app.get("/", async () => {
      await app.dispatch("a.b.c", {}, { background: true });
      return [...app.tasks].map(({ name }) => name);
    });
    const client = await testClient(app);
    assert.deepEqual(await (await client.get("/")).json(), ["signal a.b.c"]);
    assert.deepEqual(notes, []);
    const closed = client.close();
    release();
    await closed;
    assert.deepEqual(notes, ["heard"]);
  });

  test("reports errors once", async () => {
    const app = new Spindash("background");
    app.on("a.b.c", () => {
      throw new Error("lost");
    });
    const client = await testClient(app);
    await app.dispatch("a.b.c", {}, { background: true });
    await client.close();
    assert.deepEqual(
      client.errors.map(({ message }) => message),
      ["lost"],
    );
  });
});

describe("waiting for a signal", () => {
  test("gives what was dispatched, to all who wait, before handlers hear", async () => {
    const { app, notes, note } = noting();
    app.on("user.created.<id:int>", note("handler"));
    const waits = [
      app.event("user.created.<id:int>"),
      app.event("user.created.*"),
      app.event("user.created.7"),
    ];
    for (const wait of waits) void wait.then(() => void notes.push("waiter"));
    await app.dispatch("user.created.7", { email: "a@b" });
    assert.deepEqual(await Promise.all(waits), [{ email: "a@b", id: 7 }, { email: "a@b" }, { email: "a@b" }]);
    await app.dispatch("user.created.8", {});
    assert.deepEqual(await waits[1], { email: "a@b" }, "one dispatch ends the wait");
  });

  test("fires for its own signal alone", async () => {
    const app = new Spindash("exact");
    let isTold = false;
    void app.event("user.created.7", { signal: AbortSignal.timeout(60_000) }).then(() => {
      isTold = true;
    });
    await app.dispatch("user.created.8");
    await app.dispatch("user.deleted.7");
    await app.dispatch("other.created.7");
    await new Promise(setImmediate);
    assert.equal(isTold, false);
  });

  test("rejects at its timeout, and leaves nothing behind", async () => {
    const app = new Spindash("timeout");
    const waiting = app.event("a.b.c", { timeout: "5ms" });
    assert.equal(app.isHeard("a.b.c"), true);
    await assert.rejects(waiting, { name: "TimeoutError", message: /a\.b\.c did not come within 0\.005 s/ });
    assert.equal(app.isHeard("a.b.c"), false);
  });

  test("rejects by its signal, also by one that has aborted already", async () => {
    const app = new Spindash("aborted");
    const giving = new AbortController();
    const waiting = app.event("a.b.c", { signal: giving.signal });
    const reason = new Error("changed my mind");
    giving.abort(reason);
    await assert.rejects(waiting, reason);
    await assert.rejects(app.event("a.b.c", { signal: giving.signal }), reason);
    assert.equal(app.isHeard("a.b.c"), false);
  });

  test("ends when the server stops", async () => {
    const app = new Spindash("stopping");
    const client = await testClient(app);
    const waiting = app.event("a.b.c", { timeout: "1h" });
    await client.close();
    await assert.rejects(waiting, /The server stops/);
  });
});

describe("signals of a blueprint", () => {
  test("app.dispatch() reaches them, and blueprint.dispatch() reaches nobody else", async () => {
    const { app, notes, note } = noting();
    const users = new Blueprint("users");
    users.on("a.b.c", note("users"));
    app.on("a.b.c", note("app"));
    app.blueprint(users);
    app.blueprint(users, { name: "again", prefix: "/again" });
    users.on("a.b.c", note("late"));
    await app.dispatch("a.b.c");
    assert.deepEqual(notes, ["app", "users", "late"]);
    notes.length = 0;
    await users.dispatch("a.b.c");
    assert.deepEqual(notes, ["users", "late"]);
  });
});

describe("built-in signals", () => {
  test("of a request come in order", async () => {
    const { app, notes } = noting();
    for (const event of [
      "http.lifecycle.request",
      "http.lifecycle.handle",
      "http.routing.before",
      "http.routing.after",
      "http.middleware.before",
      "http.middleware.after",
      "http.handler.before",
      "http.handler.after",
      "http.lifecycle.exception",
      "http.lifecycle.response",
    ] as const)
      app.on(event, (context) => {
        const phase = "phase" in context ? ` ${context.phase}` : "";
        notes.push(`${event.slice(5)}${phase}`);
      });
    app.onRequest(() => {});
    app.onResponse(() => {});
    app.get("/", () => "fine");
    app.get("/taken", () => {
      throw new Conflict("taken");
    });
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "fine");
    const before = [
      "lifecycle.request",
      "lifecycle.handle",
      "routing.before",
      "routing.after",
      "middleware.before request",
      "middleware.after request",
    ];
    const after = ["middleware.before response", "middleware.after response", "lifecycle.response"];
    assert.deepEqual(notes, [...before, "handler.before", "handler.after", ...after]);
    notes.length = 0;
    assert.equal((await client.get("/taken")).status, 409);
    assert.deepEqual(notes, [...before, "handler.before", "lifecycle.exception", ...after]);
    notes.length = 0;
    assert.equal((await client.get("/nowhere")).status, 404);
    assert.deepEqual(notes, [...before, "handler.before", "lifecycle.exception", ...after]);
  });

  test("of middleware can be told apart by a condition", async () => {
    const { app, notes, note } = noting();
    app.on("http.middleware.before", { condition: { phase: "response" } }, note("response"));
    app.onRequest(() => {});
    app.onResponse(() => {});
    app.get("/", () => "");
    await using client = await testClient(app);
    await client.get("/");
    assert.deepEqual(notes, ["response"]);
  });

  test("watch: their errors are reported once, and the request goes on", async () => {
    const app = new Spindash("watching");
    app.on("http.lifecycle.request", () => {
      throw new Error("sync");
    });
    app.on("http.handler.before", async () => {
      throw new Error("async");
    });
    app.get("/", () => "fine");
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "fine");
    assert.deepEqual(
      client.errors.map(({ message }) => message),
      ["sync", "async"],
    );
  });

  test("of a connection come at its begin and its end, with the same facts", async () => {
    const app = new Spindash("connections");
    const seen: object[] = [];
    app.on("http.lifecycle.begin", ({ connection }) => void seen.push(connection));
    const ended = app.event("http.lifecycle.complete");
    app.get("/", () => "");
    const server = await app.listen({ port: 0 });
    await (await fetch(server.url, { headers: { connection: "close" } })).text();
    const { connection } = await ended;
    assert.deepEqual(seen, [connection]);
    assert.equal(connection.remoteAddress, "127.0.0.1");
    await server.stop();
  });

  test("of the server's life come after its listeners", async () => {
    const { app, notes, note } = noting();
    app.on("server.init.<when>", ({ when }) => void notes.push(`init ${when}`));
    app.on("server.shutdown.<when>", ({ when }) => void notes.push(`shutdown ${when}`));
    app.beforeServerStart(note("before start"));
    app.afterServerStop(note("after stop"));
    await (await testClient(app)).close();
    assert.deepEqual(notes, [
      "before start",
      "init before",
      "init after",
      "shutdown before",
      "after stop",
      "shutdown after",
    ]);
  });

  test("of an error that is logged come from requests, tasks and signals, and never for themselves", async () => {
    const app = new Spindash("reporting");
    const seen: string[] = [];
    app.on("server.exception.report", ({ error, request }) => {
      seen.push(`${(error as Error).message} ${request?.path ?? "outside"}`);
      throw new Error("cannot report");
    });
    app.get("/", () => {
      throw new Error("handler");
    });
    app.addTask(() => {
      throw new Error("task");
    });
    await using client = await testClient(app);
    await client.get("/");
    assert.deepEqual(seen, ["task outside", "handler /"]);
    assert.deepEqual(
      client.errors.map(({ message }) => message),
      ["task", "cannot report", "handler", "cannot report"],
    );
  });

  test("of a websocket come around its handler, loop or events", async () => {
    const { app, notes } = noting();
    for (const event of ["websocket.handler.before", "websocket.handler.after"] as const)
      app.on(event, ({ request }) => void notes.push(`${event.slice(18)} ${request.path}`));
    app.on("websocket.handler.exception", ({ error }) => void notes.push((error as Error).message));
    app.websocket("/loop", async (_req, ws) => {
      for await (const message of ws) await ws.send(message);
    });
    app.websocket("/events", { message: (ws, data) => void ws.send(data) });
    app.websocket("/bad", () => {
      throw new Error("bad");
    });
    await using client = await testClient(app);
    for (const path of ["/loop", "/events", "/bad"]) {
      const ended = app.event("websocket.handler.after");
      const ws = await client.websocket(path);
      if (path !== "/bad") {
        await ws.send("hi");
        assert.equal(await ws.receive(), "hi");
        await ws.close();
      }
      await ended;
    }
    assert.deepEqual(notes, [
      "before /loop",
      "after /loop",
      "before /events",
      "after /events",
      "before /bad",
      "bad",
      "after /bad",
    ]);
  });

  test("leave synchronous answers synchronous, and the chain as it was, while nobody listens", async () => {
    const app = new Spindash("untouched");
    app.onRequest(() => {});
    app.get("/", () => "fine");
    const listening = new AbortController();
    app.on("user.created.now", () => {});
    await using client = await testClient(app);
    await client.get("/");
    const handled = captureHandle(app);
    await client.get("/");
    assert.equal(handled.promises, 0);
    app.on("http.handler.before", { signal: listening.signal }, () => {});
    await client.get("/");
    assert.equal(handled.promises, 1, "with a listener the answer is a promise");
    listening.abort();
    await client.get("/");
    assert.equal(handled.promises, 1, "and no longer when it has left");
  });
});

/** Counts the answers that are promises. */
function captureHandle(app: Spindash): { promises: number } {
  const counted = { promises: 0 };
  const handle = app.handle.bind(app);
  app.handle = (request) => {
    const answer = handle(request);
    if (answer instanceof Promise) counted.promises++;
    return answer;
  };
  return counted;
}

test("a handler can wait for another signal", async () => {
  const app = new Spindash("nested");
  app.on("order.placed.<id:int>", async ({ id }) => {
    await app.event(`order.paid.${id}`, { timeout: "10s" });
    await app.dispatch(`order.sent.${id}`);
  });
  const sent = app.event("order.sent.<id:int>", { timeout: "10s" });
  const placed = app.dispatch("order.placed.5");
  await new Promise(setImmediate);
  await app.dispatch("order.paid.5");
  assert.equal((await sent).id, 5);
  await placed;
});
