import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import {
  Blueprint,
  NotFound,
  type Provider,
  provide,
  type Request,
  SetupError,
  Spindash,
  stream,
  text,
  View,
} from "spindash";
import { testClient } from "spindash/testing";
import { z } from "zod";

/** Providers that tell when their values are made and disposed of. */
class Diary {
  readonly lines: string[] = [];

  appValue(name: string): Provider<string, "app"> {
    return provide(() => this.make(name), { scope: "app", dispose: (value) => this.end(value) });
  }

  requestValue(name: string): Provider<string, "request"> {
    return provide(() => this.make(name), { dispose: (value) => this.end(value) });
  }

  make(name: string): string {
    this.lines.push(`+${name}`);
    return name;
  }

  end(name: string): void {
    this.lines.push(`-${name}`);
  }
}

const turn = () => new Promise(setImmediate);

describe("a route that injects", () => {
  test("gives its handler the values by name, beside parameters and validated input", async () => {
    const app = new Spindash("all");
    const inject = { greeting: provide(() => "hello"), twice: provide(async (req) => req.path.repeat(2)) };
    app.get("/:name", { inject, query: z.object({ page: z.coerce.number() }) }, (_req, args) => args);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/amy?page=2")).json(), {
      name: "amy",
      query: { page: 2 },
      greeting: "hello",
      twice: "/amy/amy",
    });
  });

  test("stays synchronous while nothing makes it wait", async () => {
    const app = new Spindash("sync");
    const now = provide(() => 1, { scope: "app" });
    app.get(
      "/",
      { inject: { now, next: provide((_req, { now }) => now + 1, { inject: { now } }) } },
      (_req, args) => args,
    );
    const answers: unknown[] = [];
    const { handle } = app;
    app.handle = (request) => {
      answers.push(handle.call(app, request));
      return answers.at(-1) as ReturnType<typeof handle>;
    };
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/")).json(), { now: 1, next: 2 });
    assert.equal(answers[0] instanceof Promise, false);
  });

  test("leaves alone what other routes inject", async () => {
    const diary = new Diary();
    const app = new Spindash("lazy");
    app.get("/plain", () => "");
    app.get("/app", { inject: { a: diary.appValue("a") } }, (_req, { a }) => a);
    app.get("/request", { inject: { r: diary.requestValue("r") } }, (_req, { r }) => r);
    {
      await using client = await testClient(app);
      await client.get("/plain");
      assert.deepEqual(diary.lines, []);
      await client.get("/app");
      assert.deepEqual(diary.lines, ["+a"]);
    }
    assert.deepEqual(diary.lines, ["+a", "-a"]);
  });

  test("makes nothing for a request whose input is refused, or that middleware answers", async () => {
    const diary = new Diary();
    const app = new Spindash("refused");
    app.onRequest((req) => (req.headers.has("stop") ? "stopped" : undefined));
    app.get("/", { inject: { r: diary.requestValue("r") }, query: z.object({ q: z.string() }) }, () => "");
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 422);
    assert.equal(await (await client.get("/?q=1", { headers: { stop: "1" } })).text(), "stopped");
    assert.deepEqual(diary.lines, []);
  });

  test("works for websockets, whose values live as long as the socket", async () => {
    const diary = new Diary();
    const app = new Spindash("sockets");
    const query = z.object({ as: z.string() });
    app.websocket("/:room", { inject: { r: diary.requestValue("r") }, query }, async (_req, ws, args) => {
      await ws.send(JSON.stringify(args));
      for await (const message of ws) diary.lines.push(String(message));
    });
    await using client = await testClient(app);
    const ws = await client.websocket("/blue?as=amy");
    assert.deepEqual(JSON.parse(String(await ws.receive())), { room: "blue", query: { as: "amy" }, r: "r" });
    await ws.send("hi");
    await ws.close();
    while (diary.lines.length < 3) await turn();
    assert.deepEqual(diary.lines, ["+r", "hi", "-r"]);
    assert.equal((await client.get("/blue")).status, 426);
    assert.deepEqual(diary.lines, ["+r", "hi", "-r"]);
  });
});

describe("a view", () => {
  test("gets what its route injects and what is injected everywhere", async () => {
    class Greeting extends View<"/:name", { word: string; mark: string }> {
      get(_req: Request, { name, word, mark }: this["args"]): string {
        return `${word}, ${name}${mark}`;
      }
    }
    const app = new Spindash("views").inject({ mark: provide(() => "!") });
    app.add(Greeting, "/:name", { inject: { word: provide(async () => "Hello") } });
    await using client = await testClient(app);
    assert.equal(await (await client.get("/Amy")).text(), "Hello, Amy!");
  });
});

describe("a websocket that nobody takes over", () => {
  test("has its values disposed of", async () => {
    const diary = new Diary();
    const app = new Spindash("foreign");
    app.websocket("/", { inject: { r: diary.requestValue("r") } }, () => {});
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    const response = await app.fetch(new globalThis.Request("http://localhost/", { headers }));
    assert.equal(response.status, 501);
    await turn();
    assert.deepEqual(diary.lines, ["+r", "-r"]);
  });
});

describe("a value of the app", () => {
  test("is made once, also for requests that ask at once", async () => {
    let made = 0;
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = provide(
      async () => {
        made++;
        await gate;
        return { id: made };
      },
      { scope: "app" },
    );
    const app = new Spindash("once");
    const seen = new Set<object>();
    app.get("/", { inject: { slow } }, (_req, { slow }) => {
      seen.add(slow);
      return slow;
    });
    await using client = await testClient(app);
    const answers = Array.from({ length: 5 }, () => client.get("/"));
    await turn();
    release();
    for (const answer of await Promise.all(answers)) assert.deepEqual(await answer.json(), { id: 1 });
    assert.equal(seen.size, 1);
  });

  test("is given the app, and made of other values of the app", async () => {
    const name = provide((app) => app.name, { scope: "app" });
    const loud = provide(async (_app, { name }) => name.toUpperCase(), { scope: "app", inject: { name } });
    const app = new Spindash("quiet");
    app.get("/", { inject: { loud } }, (_req, { loud }) => loud);
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "QUIET");
  });

  test("is disposed of when the server has stopped, the last one made first, before the listeners that follow", async () => {
    const diary = new Diary();
    const one = diary.appValue("one");
    const two = provide((_app, { one }) => diary.make(`${one}+two`), {
      scope: "app",
      inject: { one },
      dispose: async (value) => {
        await turn();
        diary.end(value);
      },
    });
    const app = new Spindash("stop");
    app.afterServerStop(() => void diary.lines.push("stopped"));
    app.get("/", { inject: { two } }, (_req, { two }) => two);
    {
      await using client = await testClient(app);
      await client.get("/");
    }
    assert.deepEqual(diary.lines, ["+one", "+one+two", "-one+two", "-one", "stopped"]);
  });

  test("is made anew when the app runs again, and apart for each app", async () => {
    let made = 0;
    const counted = provide(() => ++made, { scope: "app" });
    const apps = ["one", "other"].map((name) => new Spindash(name));
    for (const app of [...apps, ...apps]) {
      if (made < 2) app.get("/", { inject: { counted } }, (_req, { counted }) => ({ counted }));
      await using client = await testClient(app);
      await client.get("/");
      await client.get("/");
    }
    assert.equal(made, 4);
  });

  test("that could not be made is tried again by the next request", async () => {
    let attempts = 0;
    const moody = provide(
      async () => {
        if (++attempts === 1) throw new Error("not yet");
        return attempts;
      },
      { scope: "app" },
    );
    const app = new Spindash("moody");
    app.get("/", { inject: { moody } }, (_req, { moody }) => ({ moody }));
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 500);
    assert.deepEqual(await (await client.get("/")).json(), { moody: 2 });
    assert.equal(client.errors.length, 1);
  });

  test("is disposed of when the start fails after it was made", async () => {
    const diary = new Diary();
    const one = diary.appValue("one");
    const app = new Spindash("fails");
    app.beforeServerStart((app) => app.resolve(one));
    app.beforeServerStart(() => {
      throw new Error("no port");
    });
    await assert.rejects(testClient(app), /no port/);
    assert.deepEqual(diary.lines, ["+one", "-one"]);
  });

  test("is there for listeners and tasks by app.resolve", async () => {
    const diary = new Diary();
    const one = diary.appValue("one");
    const app = new Spindash("resolve");
    app.beforeServerStart(async (app) => void diary.lines.push(await app.resolve(one)));
    app.get("/", { inject: { one } }, (_req, { one }) => one);
    {
      await using client = await testClient(app);
      await client.get("/");
    }
    assert.deepEqual(diary.lines, ["+one", "one", "-one"]);
  });
});

describe("a value of a request", () => {
  test("is made once for each request, whoever asks in it", async () => {
    let made = 0;
    const id = provide(() => ++made);
    const left = provide((_req, { id }) => `left ${id}`, { inject: { id } });
    const right = provide(async (_req, { id }) => `right ${id}`, { inject: { id } });
    const app = new Spindash("diamond");
    app.get("/", { inject: { left, right, id } }, (_req, args) => args);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/")).json(), { left: "left 1", right: "right 1", id: 1 });
    assert.deepEqual(await (await client.get("/")).json(), { left: "left 2", right: "right 2", id: 2 });
  });

  test("is disposed of when the request is answered, the last one made first", async () => {
    const diary = new Diary();
    const inject = { a: diary.requestValue("a"), b: diary.requestValue("b") };
    const app = new Spindash("order");
    app.onResponse(() => void diary.lines.push("response"));
    app.get("/", { inject }, (_req, { a, b }) => a + b);
    await using client = await testClient(app);
    await client.get("/");
    await turn();
    assert.deepEqual(diary.lines, ["+a", "+b", "response", "-b", "-a"]);
  });

  test("is disposed of when the handler fails", async () => {
    const diary = new Diary();
    const app = new Spindash("fails");
    app.get("/", { inject: { a: diary.requestValue("a") } }, () => {
      throw new NotFound("gone");
    });
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 404);
    await turn();
    assert.deepEqual(diary.lines, ["+a", "-a"]);
  });

  test("that cannot be made fails the request, and those made before it are disposed of", async () => {
    const diary = new Diary();
    const none = provide(async () => {
      throw new NotFound("no such tenant");
    });
    const app = new Spindash("tenant");
    const handler = () => assert.fail("the handler must not run");
    app.get("/", { inject: { a: diary.requestValue("a"), none, b: diary.requestValue("b") } }, handler);
    await using client = await testClient(app);
    const response = await client.get("/");
    assert.equal(response.status, 404);
    assert.match(await response.text(), /no such tenant/);
    await turn();
    assert.deepEqual(diary.lines, ["+a", "-a"]);
  });

  test("lives until a streamed answer has been sent", async () => {
    const diary = new Diary();
    const app = new Spindash("stream");
    let goOn = (): void => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    app.get("/", { inject: { a: diary.requestValue("a") } }, (_req, { a }) =>
      stream(async (out) => {
        await out.write(a);
        await gate;
        diary.lines.push("sent");
      }),
    );
    await using client = await testClient(app);
    const response = await client.get("/");
    await turn();
    assert.deepEqual(diary.lines, ["+a"]);
    goOn();
    assert.equal(await response.text(), "a");
    assert.deepEqual(diary.lines, ["+a", "sent", "-a"]);
    await client.head("/");
    await turn();
    assert.deepEqual(diary.lines.slice(3), ["+a", "-a"], "also where nobody reads the stream");
  });

  test("is disposed of when the client leaves in the middle of the stream", async () => {
    const diary = new Diary();
    let hasEnded = (): void => {};
    const ended = new Promise<void>((resolve) => {
      hasEnded = resolve;
    });
    const value = provide(() => diary.make("a"), {
      dispose: (made) => {
        diary.end(made);
        hasEnded();
      },
    });
    const app = new Spindash("leaves");
    app.get("/", { inject: { value } }, () =>
      stream(async (out) => {
        await out.write("first");
        await once(out.signal, "abort");
        out.signal.throwIfAborted();
      }),
    );
    await using client = await testClient(app);
    const leaving = new AbortController();
    const response = await client.get("/", { signal: leaving.signal });
    const reading = response.text().catch(() => {});
    leaving.abort();
    await Promise.all([ended, reading]);
    assert.deepEqual(diary.lines, ["+a", "-a"]);
  });

  test("is disposed of when the handler was given up and comes to its end", async () => {
    const diary = new Diary();
    const app = new Spindash("slow", { config: { handlerTimeout: "100ms" } });
    app.get("/", { inject: { a: diary.requestValue("a") } }, async (req) => {
      await once(req.signal, "abort");
      diary.lines.push("aborted");
      return "late";
    });
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 503);
    while (diary.lines.length < 3) await turn();
    assert.deepEqual(diary.lines, ["+a", "aborted", "-a"]);
  });

  test("of a handler that never ends is disposed of when the server has stopped", async () => {
    const diary = new Diary();
    const app = new Spindash("stuck", { config: { gracefulStopTimeout: "100ms" } });
    app.get("/", { inject: { a: diary.requestValue("a") } }, () => new Promise<string>(() => {}));
    const client = await testClient(app);
    const leaving = new AbortController();
    const answer = client.get("/", { signal: leaving.signal });
    while (diary.lines.length < 1) await turn();
    leaving.abort();
    await assert.rejects(answer);
    await client.close();
    assert.deepEqual(diary.lines, ["+a", "-a"]);
  });

  test("is disposed of before what the app made, although the server stops meanwhile", async () => {
    const diary = new Diary();
    const pool = diary.appValue("pool");
    const connection = provide((_req, { pool }) => diary.make(`${pool}.1`), {
      inject: { pool },
      dispose: async (value) => {
        for (let turns = 0; turns < 5; turns++) await turn();
        diary.end(value);
      },
    });
    const app = new Spindash("stop");
    app.get("/", { inject: { connection } }, (_req, { connection }) => connection);
    {
      await using client = await testClient(app);
      await client.get("/");
    }
    assert.deepEqual(diary.lines, ["+pool", "+pool.1", "-pool.1", "-pool"]);
  });

  test("cannot be made any more when its request has been answered", async () => {
    const diary = new Diary();
    const app = new Spindash("late");
    app.onRequest(() => {});
    let late: Promise<unknown> = Promise.resolve();
    app.use(async (_req, next) => {
      late = next();
      late.catch(() => {});
      return text("in its place");
    });
    const slow = provide(
      async () => {
        for (let turns = 0; turns < 5; turns++) await turn();
        return diary.make("slow");
      },
      { dispose: (value) => diary.end(value) },
    );
    app.get("/", { inject: { slow, after: diary.requestValue("after") } }, () => "too late");
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "in its place");
    await assert.rejects(late, /has been answered/);
    while (diary.lines.length < 2) await turn();
    assert.deepEqual(diary.lines, ["+slow", "-slow"]);
  });
});

describe("disposing", () => {
  const calls: string[] = [];
  const both = {
    [Symbol.asyncDispose]: async () => void calls.push("async"),
    [Symbol.dispose]: () => void calls.push("sync"),
  };
  const cases: [name: string, provider: Provider<unknown>, called: string[]][] = [
    ["Symbol.asyncDispose", provide(() => both), ["async"]],
    ["Symbol.dispose", provide(() => ({ [Symbol.dispose]: () => void calls.push("sync") })), ["sync"]],
    ["the option", provide(() => both, { dispose: () => void calls.push("option") }), ["option"]],
    ["nothing, where the option says so", provide(() => both, { dispose: false }), []],
    ["nothing, for values that have no end", provide(() => "text"), []],
    ["a function's own end", provide(() => Object.assign(() => {}, both)), ["async"]],
  ];
  for (const [name, provider, called] of cases) {
    test(`calls ${name}`, async () => {
      calls.length = 0;
      const app = new Spindash("ends");
      app.get("/", { inject: { provider } }, () => "");
      {
        await using client = await testClient(app);
        await client.get("/");
      }
      assert.deepEqual(calls, called);
    });
  }

  test("leaves to its own provider what another one only passes on", async () => {
    const diary = new Diary();
    const pool = provide(() => ({ [Symbol.dispose]: () => diary.end("pool") }), { scope: "app" });
    const alias = provide((_req, { pool }) => pool, { inject: { pool } });
    const app = new Spindash("alias");
    app.get("/", { inject: { alias } }, () => "");
    {
      await using client = await testClient(app);
      await client.get("/");
      await turn();
      assert.deepEqual(diary.lines, []);
    }
    assert.deepEqual(diary.lines, ["-pool"]);
  });

  test("reports each failure once and goes on with the others", async () => {
    const diary = new Diary();
    const failing = (name: string) =>
      provide(() => name, {
        dispose: () => {
          throw new Error(`${name} is stuck`);
        },
      });
    const rejecting = provide(() => "app", {
      scope: "app",
      dispose: async () => {
        throw new Error("app is stuck");
      },
    });
    const app = new Spindash("stuck");
    const inject = { fine: diary.requestValue("fine"), one: failing("one"), two: failing("two"), rejecting };
    app.get("/", { inject }, () => "answered");
    const client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "answered");
    await client.close();
    assert.deepEqual(
      client.errors.map(({ message }) => message),
      ["two is stuck", "one is stuck", "app is stuck"],
    );
    assert.deepEqual(diary.lines, ["+fine", "-fine"]);
  });
});

describe("what is injected everywhere", () => {
  test("comes to every route of the app registered from then on", async () => {
    const app = new Spindash("everywhere");
    app.get("/before", (_req, args) => args);
    const more = app.inject({ one: provide(() => 1) }).inject({ two: provide(() => 2) });
    more.get("/after/:x", (_req, args) => args);
    more.get("/own", { inject: { three: provide(() => 3) } }, (_req, args) => args);
    more.websocket("/ws", async (_req, ws, { one, two }) => void (await ws.send(String(one + two))));
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/before")).json(), {});
    assert.deepEqual(await (await client.get("/after/y")).json(), { x: "y", one: 1, two: 2 });
    assert.deepEqual(await (await client.get("/own")).json(), { one: 1, two: 2, three: 3 });
    await using ws = await client.websocket("/ws");
    assert.equal(await ws.receive(), "3");
  });

  test("comes to the routes of a blueprint by the blueprint", async () => {
    const users = new Blueprint("users", { prefix: "/users/<id:int>" }).inject({ one: provide(() => 1) });
    users.get("/", (_req, { id, one }) => [id, one]);
    const app = new Spindash("blueprints").inject({ two: provide(() => 2) });
    app.blueprint(users);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/users/7/")).json(), [7, 1]);
  });
});

describe("the copy of a blueprint", () => {
  test("injects what its model does, and may go on by itself", async () => {
    const model = new Blueprint("model", { prefix: "/model" }).inject({ one: provide(() => 1) });
    model.get("/", (_req, { one }) => [one]);
    const copy = model.copy("copy", { prefix: "/copy" });
    copy.inject({ two: provide(() => 2) }).get("/more", (_req, args) => args);
    model.get("/more", (_req, args) => args);
    const app = new Spindash("copies").blueprint(model).blueprint(copy);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/copy/")).json(), [1]);
    assert.deepEqual(await (await client.get("/copy/more")).json(), { one: 1, two: 2 });
    assert.deepEqual(await (await client.get("/model/more")).json(), { one: 1 });
  });
});

describe("a stand-in", () => {
  test("takes a provider's place wherever that is injected", async () => {
    const database = provide(() => "real", { scope: "app" });
    const user = provide((_req, { database }) => `user of ${database}`, { inject: { database } });
    const app = new Spindash("replaced");
    app.get("/", { inject: { user, database } }, (_req, args) => args);
    app.replace(
      database,
      provide(() => "fake", { scope: "app" }),
    );
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/")).json(), { user: "user of fake", database: "fake" });
    assert.throws(() => app.replace(database, database), SetupError);
  });
});

describe("mistakes in what is injected", () => {
  const knot = (): Provider<unknown> => {
    const a: Provider<unknown> = provide(() => "a", { inject: () => ({ b }) });
    const b: Provider<unknown> = provide(() => "b", { inject: () => ({ c }) });
    const c: Provider<unknown> = provide(() => "c", { inject: () => ({ a }) });
    return a;
  };
  const self: Provider<unknown> = provide(() => "", { inject: () => ({ itself: self }) });
  const request = provide(() => "");
  const atStart: [name: string, provider: unknown, message: RegExp][] = [
    ["a circle", knot(), /The route GET \/ injects what depends on itself: x → b → c → x;/],
    ["a circle behind others", provide(() => "", { inject: { k: knot() } }), /itself: k → b → c → k;/],
    ["a provider that needs itself", self, /depends on itself: x → x;/],
    [
      "what is no provider",
      () => "",
      /The route GET \/ injects x, which is a function; expected what provide/,
    ],
    [
      "what is not there yet",
      undefined,
      /x, which is undefined, perhaps because two modules import each other/,
    ],
    [
      "what lives longer than what it is made of",
      provide(() => "", { scope: "app", inject: { request } as object }),
      /injects x, which has the scope "app" and injects request, which lives for one request only/,
    ],
  ];
  for (const [name, provider, message] of atStart) {
    test(`${name} is found at start`, async () => {
      const app = new Spindash("start");
      app.get("/", { inject: { x: provider as Provider } }, () => "");
      await assert.rejects(
        testClient(app),
        (error) => error instanceof SetupError && message.test(error.message),
      );
    });
  }

  const value = provide(() => "");
  const atOnce: [name: string, register: (app: Spindash) => unknown, message: RegExp][] = [
    ["no function", () => provide("x" as never), /no function/],
    ["another scope", () => provide(() => "", { scope: "session" as "app" }), /"session" is no scope/],
    ["a name of validated input", (app) => app.get("/", { inject: { body: value } }, () => ""), /as "body"/],
    ["a name of a path parameter", (app) => app.get("/:x", { inject: { x: value } }, () => ""), /called "x"/],
    [
      "a name of a path parameter in a prefix",
      (app) => {
        const users = new Blueprint("users", { prefix: "/:x" });
        users.get("/", { inject: { x: value } }, () => "");
        app.blueprint(users);
      },
      /called "x"/,
    ],
    [
      "one name for two providers of an app",
      (app) => app.inject({ x: value }).inject({ x: provide(() => 1) }),
      /something else as "x" already/,
    ],
    [
      "one name for two providers of a route",
      (app) => app.inject({ x: value }).get("/", { inject: { x: provide(() => 1) } }, () => ""),
      /something else as "x"/,
    ],
    ["no object", (app) => app.get("/", { inject: "x" as never }, () => ""), /injects a string/],
  ];
  for (const [name, register, message] of atOnce) {
    test(`${name} is refused at once`, () => {
      assert.throws(
        () => register(new Spindash("mistakes")),
        (error) => error instanceof SetupError && message.test(error.message),
      );
    });
  }

  test("a name that is none is found at start, also __proto__", async () => {
    for (const name of ["a b", "__proto__", ""]) {
      const app = new Spindash("names");
      app.get("/", { inject: Object.fromEntries([[name, value]]) }, () => "");
      await assert.rejects(testClient(app), /expected a plain name/);
    }
  });
});
