import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Spindash } from "spindash";
import { testClient } from "spindash/testing";
import { Tasks } from "../../src/app/tasks.ts";

/** A task that works until it is told to stop. */
const untilAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, "abort");
};

describe("tasks", () => {
  test("they are named by their option, by their function, else by their number", async () => {
    const tasks = new Tasks(() => {});
    tasks.add(async function poll(signal) {
      await untilAborted(signal);
    });
    tasks.add(untilAborted, { name: "mine" });
    tasks.add((signal) => untilAborted(signal));
    tasks.start();
    assert.deepEqual(tasks.names, ["poll", "mine", "task-3"]);
    tasks.abort();
    assert.deepEqual(await tasks.ended(1), []);
    assert.deepEqual(tasks.names, []);
  });

  test("they start with the server, and those added later at once", async () => {
    const app = new Spindash("tasks");
    const notes: string[] = [];
    app.addTask(() => void notes.push("planned"));
    app.get("/", async () => {
      app.addTask(() => void notes.push("late"));
      await sleep(0);
      return "";
    });
    assert.deepEqual(notes, []);
    await using client = await testClient(app);
    await client.get("/");
    assert.deepEqual(notes, ["planned", "late"]);
  });

  test("their signal aborts at the stop, which waits for them", async () => {
    const app = new Spindash("tasks");
    const notes: string[] = [];
    app.addTask(async (signal) => {
      await untilAborted(signal);
      await sleep(5);
      notes.push(`ended: ${(signal.reason as Error).message}`);
    });
    app.afterServerStop(() => void notes.push("stopped"));
    await (await testClient(app)).close();
    assert.deepEqual(notes, ["ended: The server stops", "stopped"]);
  });

  test("a failure is reported once, by the task's name, and ends nothing else", async () => {
    const app = new Spindash("tasks");
    app.addTask(
      async () => {
        throw new Error("lost the queue");
      },
      { name: "worker" },
    );
    app.addTask(
      () => {
        throw new Error("sync");
      },
      { name: "sync worker" },
    );
    app.get("/", () => "fine");
    const told: string[] = [];
    {
      await using client = await testClient(app, {
        onError: (error, where) => told.push(`${where}: ${error.message}`),
      });
      assert.equal(await (await client.get("/")).text(), "fine");
    }
    assert.deepEqual(told.sort(), [
      "The task sync worker failed: sync",
      "The task worker failed: lost the queue",
    ]);
  });

  test("ending by its own abort is no failure", async () => {
    const app = new Spindash("tasks");
    app.addTask(async (signal) => {
      await sleep(60_000, undefined, { signal });
    });
    const client = await testClient(app);
    await client.close();
    assert.deepEqual(client.errors, []);
  });

  test("those that do not end in time are named", async () => {
    const tasks = new Tasks(() => {});
    let release = (): void => {};
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    tasks.add(() => stuck, { name: "stuck" });
    tasks.add(untilAborted, { name: "well-behaved" });
    tasks.start();
    tasks.abort();
    assert.deepEqual(await tasks.ended(0.01), ["stuck"]);
    release();
  });

  test("they run again at the next start, with a signal of their own", async () => {
    const app = new Spindash("tasks");
    const signals: AbortSignal[] = [];
    app.addTask(async (signal) => {
      signals.push(signal);
      await untilAborted(signal);
    });
    for (let i = 0; i < 2; i++) await (await testClient(app)).close();
    assert.equal(new Set(signals).size, 2);
  });

  test("those added after the stop wait for the next start", async () => {
    const app = new Spindash("tasks");
    let runs = 0;
    await (await testClient(app)).close();
    app.addTask(() => void runs++);
    await sleep(0);
    assert.equal(runs, 0);
    await (await testClient(app)).close();
    assert.equal(runs, 1);
  });

  test("those of a start listener belong to that start: they are not planned again", async () => {
    const app = new Spindash("tasks");
    let runs = 0;
    app.beforeServerStart(() => {
      app.addTask(() => void runs++, { name: "of the listener" });
    });
    for (let start = 1; start <= 3; start++) {
      await (await testClient(app)).close();
      assert.equal(runs, start);
    }
  });

  test("those of a start that fails never run", async () => {
    const app = new Spindash("tasks");
    let runs = 0;
    let isFailing = true;
    app.beforeServerStart(() => {
      app.addTask(() => void runs++);
      if (isFailing) throw new Error("no database");
    });
    await assert.rejects(testClient(app), /no database/);
    assert.deepEqual([...app.tasks], []);
    isFailing = false;
    await (await testClient(app)).close();
    assert.equal(runs, 1);
  });

  test("their signal aborts at the stop even when they have returned: what they began may still run", async () => {
    const app = new Spindash("tasks");
    let isAborted = false;
    app.addTask((signal) => {
      signal.addEventListener("abort", () => {
        isAborted = true;
      });
    });
    await (await testClient(app)).close();
    assert.equal(isAborted, true);
  });

  test("an error while they clean up after their signal is a failure", async () => {
    const app = new Spindash("tasks");
    app.addTask(async (signal) => {
      await untilAborted(signal);
      throw new Error("cannot flush");
    });
    const client = await testClient(app);
    await client.close();
    assert.deepEqual(
      client.errors.map(({ message }) => message),
      ["cannot flush"],
    );
  });

  for (const [title, args, message] of [
    ["a promise in place of a function", [Promise.resolve()], /takes a function/],
    ["a scope that there is not", [() => {}, { scope: "machine" }], /"worker" or "cluster"/],
    ["a delay that is none", [() => {}, { delay: "soon" }], /not a duration/],
    ["a delay that no timer can keep", [() => {}, { delay: "5w" }], /more than 24 days/],
  ] as const) {
    test(`${title} is refused`, () => {
      const addTask = new Tasks(() => {}).add as (...args: unknown[]) => unknown;
      assert.throws(() => addTask.apply(new Tasks(() => {}), [...args]), { name: "SetupError", message });
    });
  }

  test("those for one worker of a cluster run in the one that leads", async () => {
    const ran: string[] = [];
    for (const isLeader of [true, false]) {
      const tasks = new Tasks(() => {});
      for (const scope of ["worker", "cluster"] as const) {
        tasks.add(() => void ran.push(`${scope} ${isLeader ? "leader" : "follower"}`), { scope });
      }
      tasks.start(isLeader);
      tasks.abort();
      await tasks.ended(1);
    }
    assert.deepEqual(ran, ["worker leader", "cluster leader", "worker follower"]);
  });

  test("a delay puts off their begin, and the stop does not wait for it", async () => {
    const app = new Spindash("tasks");
    let runs = 0;
    app.addTask(() => void runs++, { delay: "5ms", name: "soon" });
    app.addTask(() => void runs++, { delay: "1h", name: "late" });
    await using client = await testClient(app);
    assert.equal(runs, 0);
    await app.getTask("soon")?.ended;
    assert.equal(runs, 1);
    assert.deepEqual(
      [...app.tasks].map(({ name }) => name),
      ["late"],
    );
    assert.deepEqual(client.errors, []);
  });
});

describe("the handle of a task", () => {
  test("tells its state, and when it has ended", async () => {
    const tasks = new Tasks(() => {});
    const done = tasks.add(() => {});
    const failed = tasks.add(() => {
      throw new Error("x");
    });
    const stopped = tasks.add(untilAborted);
    const states = (): string[] => [done, failed, stopped].map(({ state }) => state);
    assert.deepEqual(states(), ["planned", "planned", "planned"]);
    tasks.start();
    assert.deepEqual(states(), ["running", "running", "running"]);
    await Promise.all([done.ended, failed.ended]);
    tasks.abort();
    await tasks.ended(1);
    assert.deepEqual(states(), ["done", "failed", "cancelled"]);
  });

  test("cancels the task, and waits for its end", async () => {
    const app = new Spindash("tasks");
    const notes: string[] = [];
    app.addTask(
      async (signal) => {
        await untilAborted(signal);
        await sleep(1);
        notes.push(`ended: ${(signal.reason as Error).message}`);
      },
      { name: "poll" },
    );
    await using client = await testClient(app);
    assert.equal(await app.cancelTask("poll", new Error("enough")), true);
    assert.deepEqual(notes, ["ended: enough"]);
    assert.equal(app.getTask("poll"), undefined);
    assert.equal(await app.cancelTask("poll"), false);
    assert.deepEqual(client.errors, []);
  });

  test("a task that is cancelled does not run at the next start, planned or at work", async () => {
    const app = new Spindash("tasks");
    const ran: string[] = [];
    const before = app.addTask(() => void ran.push("before"));
    await before.cancel();
    const later = app.addTask(async (signal) => {
      ran.push("later");
      await untilAborted(signal);
    });
    const client = await testClient(app);
    await later.cancel();
    await client.close();
    await (await testClient(app)).close();
    assert.deepEqual(ran, ["later"]);
  });

  test("of a name that several have is the one that was added last", async () => {
    const app = new Spindash("tasks");
    app.addTask(untilAborted, { name: "poll" });
    const last = app.addTask(untilAborted, { name: "poll" });
    assert.equal(app.getTask("poll"), last);
    await using _client = await testClient(app);
    assert.equal(app.getTask("poll"), last);
    assert.deepEqual(
      [...app.tasks].map(({ name }) => name),
      ["poll", "poll"],
    );
  });
});
