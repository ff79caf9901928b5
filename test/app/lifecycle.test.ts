import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Blueprint, type LifecycleEvent, type LifecycleListener, SetupError, Spindash } from "spindash";
import { testClient } from "spindash/testing";

const EVENTS: readonly LifecycleEvent[] = [
  "mainProcessStart",
  "mainProcessReady",
  "beforeServerStart",
  "afterServerStart",
  "beforeServerStop",
  "afterServerStop",
  "mainProcessStop",
];

/** An app with two listeners for each moment that note their names. */
function noting(notes: string[]): Spindash {
  const app = new Spindash("life");
  for (const event of EVENTS) {
    for (const name of ["one", "two"]) {
      app[event](async () => {
        await sleep(0);
        notes.push(`${event} ${name}`);
      });
    }
  }
  return app;
}

function failing(message: string): LifecycleListener<Spindash> {
  return () => {
    throw new Error(message);
  };
}

describe("listeners", () => {
  test("those of the start run in order, those of the stop in reverse, each after the other", async () => {
    const notes: string[] = [];
    await using client = await testClient(noting(notes));
    assert.deepEqual(notes, [
      "mainProcessStart one",
      "mainProcessStart two",
      "mainProcessReady one",
      "mainProcessReady two",
      "beforeServerStart one",
      "beforeServerStart two",
      "afterServerStart one",
      "afterServerStart two",
    ]);
    await client.close();
    assert.deepEqual(notes.slice(8), [
      "beforeServerStop two",
      "beforeServerStop one",
      "afterServerStop two",
      "afterServerStop one",
      "mainProcessStop two",
      "mainProcessStop one",
    ]);
  });

  test("they get the app, whose ctx handlers see", async () => {
    const app = new Spindash("life", { ctx: { greeting: "" } });
    app.beforeServerStart((started) => {
      assert.equal(started, app);
      started.ctx.greeting = "hello";
    });
    app.get("/", () => app.ctx.greeting);
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "hello");
  });

  test("while beforeServerStop listeners run, requests are still answered", async () => {
    const app = new Spindash("life");
    app.get("/", () => "still here");
    let answer = "";
    const running = { url: "" };
    app.beforeServerStop(async () => {
      answer = await (await fetch(running.url, { headers: { connection: "close" } })).text();
    });
    const server = await app.listen({ port: 0 });
    running.url = server.url;
    await server.stop();
    assert.equal(answer, "still here");
  });

  test("an error in a start listener ends the start before anything listens", async () => {
    const notes: string[] = [];
    const app = noting(notes);
    app.beforeServerStart(failing("no database"));
    app.beforeServerStart(() => void notes.push("after the failure"));
    await assert.rejects(app.listen({ port: 0 }), {
      message: "The beforeServerStart listener failed: no database",
    });
    assert.deepEqual(notes.slice(4), ["beforeServerStart one", "beforeServerStart two"]);
  });

  test("an error once the server listens stops it, with the stop listeners", async () => {
    const notes: string[] = [];
    const app = noting(notes);
    let aborted = false;
    app.addTask(async (signal) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
    });
    app.afterServerStart(failing("not announced"));
    await assert.rejects(app.listen({ port: 0 }), {
      message: "The afterServerStart listener failed: not announced",
    });
    assert.deepEqual(notes.slice(8), [
      "beforeServerStop two",
      "beforeServerStop one",
      "afterServerStop two",
      "afterServerStop one",
      "mainProcessStop two",
      "mainProcessStop one",
    ]);
    assert.equal(aborted, true);
  });

  test("a port that is taken rejects with the system's error and runs the stop listeners", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const notes: string[] = [];
    await assert.rejects(noting(notes).listen({ port }), { code: "EADDRINUSE" });
    other.close();
    assert.deepEqual(notes.slice(6), [
      "beforeServerStop two",
      "beforeServerStop one",
      "afterServerStop two",
      "afterServerStop one",
      "mainProcessStop two",
      "mainProcessStop one",
    ]);
  });

  test("errors in stop listeners are reported, and keep nobody else from being told", async () => {
    const notes: string[] = [];
    const app = noting(notes);
    app.beforeServerStop(failing("first"));
    app.afterServerStop(async () => {
      throw new Error("second");
    });
    const told: string[] = [];
    const client = await testClient(app, {
      onError: (error, where) => told.push(`${where}: ${error.message}`),
    });
    await client.close();
    assert.equal(notes.length, 14);
    assert.deepEqual(told, [
      "The beforeServerStop listener failed: first",
      "The afterServerStop listener failed: second",
    ]);
  });

  test("they run by priority, the app's before its blueprints', and all in reverse at a stop", async () => {
    const notes: string[] = [];
    const app = new Spindash("life");
    const users = new Blueprint("users");
    const plant = (owner: Spindash | Blueprint, name: string, priority?: number): void => {
      for (const event of ["beforeServerStart", "beforeServerStop"] as const)
        owner[event](() => void notes.push(name), priority === undefined ? {} : { priority });
    };
    plant(users, "users");
    plant(users, "users, first", 1);
    plant(users, "users, last", -1);
    app.blueprint(users);
    plant(app, "app");
    plant(app, "app, first", 1);
    const client = await testClient(app);
    const order = ["app, first", "users, first", "app", "users", "users, last"];
    assert.deepEqual(notes.splice(0), order);
    await client.close();
    assert.deepEqual(notes, order.toReversed());
  });

  test("one that fails is named, with its blueprint, and its error is the cause", async () => {
    const users = new Blueprint("users");
    const error = new Error("refused");
    users.beforeServerStart(async function connect() {
      throw error;
    });
    const app = new Spindash("life").blueprint(users);
    await assert.rejects(app.listen({ port: 0 }), {
      message: "The beforeServerStart listener connect of the blueprint users failed: refused",
      cause: error,
    });
  });

  test("a SetupError in one stays a SetupError, so that a program is not blamed on the port", async () => {
    const app = new Spindash("life");
    app.beforeServerStart(() => {
      throw new SetupError("DATABASE_URL is missing");
    });
    await assert.rejects(app.listen({ port: 0 }), SetupError);
  });

  test("under another server there is no main process", async () => {
    const notes: string[] = [];
    const app = noting(notes);
    app.get("/", () => "");
    await app.fetch(new globalThis.Request("http://x/"));
    assert.deepEqual(
      notes.filter((note) => note.endsWith("one")),
      ["beforeServerStart one", "afterServerStart one"],
    );
  });

  test("what is no listener is refused at once", () => {
    const app = new Spindash("life");
    assert.throws(() => app.afterServerStop(undefined as never), /afterServerStop was given undefined/);
    assert.throws(() => app.afterServerStop(() => {}, { priority: Number.NaN }), /priority NaN/);
  });

  test("an app can be started again after it has stopped", async () => {
    const notes: string[] = [];
    const app = noting(notes);
    for (let i = 0; i < 2; i++) await (await testClient(app)).close();
    assert.equal(notes.length, 28);
  });

  test("stopping twice stops once, and stopped resolves", async () => {
    const notes: string[] = [];
    const running = await noting(notes).listen({ port: 0 });
    const stops = await Promise.all([running.stop(), running.stop()]);
    await running.stopped;
    assert.deepEqual(stops, [[], []]);
    assert.equal(notes.length, 14);
  });
});
