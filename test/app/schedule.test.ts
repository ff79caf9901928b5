import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, mock, test } from "node:test";
import { Spindash } from "spindash";
import { testClient } from "spindash/testing";
import { addSchedule } from "../../src/app/schedule.ts";
import { Tasks } from "../../src/app/tasks.ts";

const NOON = Date.UTC(2030, 0, 1, 12, 0, 0);
const MINUTE = 60_000;

/** Runs `work` under a clock that stands at noon UTC until it is moved by `pass`. */
async function underClock(
  work: (pass: (milliseconds: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOON });
  try {
    await work(async (milliseconds) => {
      for (let passed = 0; passed < milliseconds; passed += 1000) {
        mock.timers.tick(1000);
        await settle();
      }
    });
  } finally {
    mock.timers.reset();
  }
}

/** Lets everything run that waits for no timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

describe("schedules", () => {
  test("run at the times of their pattern while the server runs, and at no other", async () => {
    await underClock(async (pass) => {
      const tasks = new Tasks(() => {});
      const times: string[] = [];
      addSchedule(tasks, "*/5 * * * *", [() => void times.push(new Date().toISOString().slice(11, 19))]);
      await pass(10 * MINUTE);
      assert.deepEqual(times, []);
      tasks.start();
      await settle();
      await pass(11 * MINUTE);
      assert.deepEqual(times, ["12:15:00", "12:20:00"]);
      tasks.abort();
      assert.deepEqual(await tasks.ended(1), []);
      await pass(10 * MINUTE);
      assert.equal(times.length, 2);
    });
  });

  test("read their pattern by the clock of their timezone", async () => {
    await underClock(async (pass) => {
      const tasks = new Tasks(() => {});
      let runs = 0;
      // Noon UTC is 21:00 in Tokyo.
      addSchedule(tasks, "2 21 * * *", [{ timezone: "Asia/Tokyo" }, () => void runs++]);
      addSchedule(tasks, "2 21 * * *", [{ timezone: "Europe/Rome" }, () => void runs++]);
      tasks.start();
      await settle();
      await pass(3 * MINUTE);
      assert.equal(runs, 1);
      tasks.abort();
      await tasks.ended(1);
    });
  });

  for (const overlap of [false, true]) {
    test(`${overlap ? "begin" : "leave out"} a run while the one before is at work with overlap ${overlap}`, async () => {
      await underClock(async (pass) => {
        const tasks = new Tasks(() => {});
        const releases: (() => void)[] = [];
        addSchedule(tasks, "* * * * *", [
          { overlap },
          () => new Promise<void>((resolve) => releases.push(resolve)),
        ]);
        tasks.start();
        await settle();
        await pass(2 * MINUTE);
        assert.equal(releases.length, overlap ? 2 : 1);
        for (const release of releases) release();
        await pass(MINUTE);
        assert.equal(releases.length, overlap ? 3 : 2);
        tasks.abort();
        for (const release of releases) release();
        assert.deepEqual(await tasks.ended(1), []);
      });
    });
  }

  test("report each failure once by the schedule's name, and go on", async () => {
    await underClock(async (pass) => {
      const told: string[] = [];
      const tasks = new Tasks((error, name) => told.push(`${name}: ${(error as Error).message}`));
      let runs = 0;
      addSchedule(tasks, "* * * * *", [
        { name: "cleanup" },
        () => {
          runs++;
          throw new Error(`failure ${runs}`);
        },
      ]);
      tasks.start();
      await settle();
      await pass(2 * MINUTE);
      assert.deepEqual(told, ["cleanup: failure 1", "cleanup: failure 2"]);
      tasks.abort();
      await tasks.ended(1);
    });
  });

  test("are waited for at the stop, with the run that is at work", async () => {
    await underClock(async (pass) => {
      const tasks = new Tasks(() => {});
      const notes: string[] = [];
      addSchedule(tasks, "* * * * *", [
        async (signal: AbortSignal) => {
          await once(signal, "abort");
          await settle();
          notes.push("run ended");
        },
      ]);
      tasks.start();
      await settle();
      await pass(MINUTE);
      tasks.abort();
      await tasks.ended(1);
      assert.deepEqual(notes, ["run ended"]);
    });
  });

  test("are tasks: named, listed, cancelled, and gone with the server", async () => {
    const app = new Spindash("scheduled");
    app.schedule("0 4 * * *", { name: "report" }, () => {});
    app.schedule("0 5 * * *", async function sweep() {});
    await using client = await testClient(app);
    assert.deepEqual(
      [...app.tasks].map(({ name }) => name),
      ["report", "sweep"],
    );
    assert.equal(await app.cancelTask("report"), true);
    assert.deepEqual(
      [...app.tasks].map(({ name }) => name),
      ["sweep"],
    );
    assert.deepEqual(client.errors, []);
  });

  const WRONG: [title: string, args: unknown[], message: RegExp][] = [
    ["a pattern that is none", ["every day", () => {}], /"every day" cannot be read.*\*\/5/],
    ["minutes that no hour has", ["99 * * * *", () => {}], /cannot be read/],
    [
      "a timezone that is none",
      ["* * * * *", { timezone: "Mobius/South" }, () => {}],
      /timezone "Mobius\/South"/,
    ],
    ["a missing task", ["* * * * *"], /wrong arguments/],
    ["options behind the task", ["* * * * *", () => {}, {}], /wrong arguments/],
    ["a scope that there is not", ["* * * * *", { scope: "planet" }, () => {}], /"worker" or "cluster"/],
  ];
  for (const [title, args, message] of WRONG) {
    test(`refuse ${title}`, () => {
      const app = new Spindash("wrong");
      const schedule = app.schedule.bind(app) as (...args: unknown[]) => unknown;
      assert.throws(() => schedule(...args), { name: "SetupError", message });
    });
  }
});
