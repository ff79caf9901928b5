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
});
