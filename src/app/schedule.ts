import { once } from "node:events";
import { createRequire } from "node:module";
import type * as croner from "croner";
import { SetupError } from "../http/setup-error.ts";
import { isOwnAbort, type Task, type TaskHandle, type TaskScope } from "./task-handle.ts";
import type { Tasks } from "./tasks.ts";

const require = createRequire(import.meta.url);

/** When and how a scheduled task runs. */
export interface ScheduleOptions {
  /** Shown in logs, and what `app.getTask()` finds it by. @default the function's name, else `task-1`, `task-2` … */
  name?: string;
  /** Whose clock the pattern is read by: `"Europe/Paris"`. @default that of the machine */
  timezone?: string;
  /** Whether a run begins while the one before is still at work; otherwise it is left out. @default false */
  overlap?: boolean;
  /** Whether each worker runs it, or one for all. @default "worker" */
  scope?: TaskScope;
}

/** Reads what was given to `schedule()`, and adds it. */
export function addSchedule(tasks: Tasks, pattern: string, rest: readonly unknown[]): TaskHandle {
  const task = rest.at(-1);
  const options = rest.length > 1 ? rest[0] : {};
  if (typeof task !== "function" || rest.length > 2 || typeof options !== "object" || options === null) {
    throw new SetupError(
      `schedule() was given the wrong arguments for ${JSON.stringify(pattern)}; expected a cron pattern, perhaps options, then a task`,
      { code: "E_BAD_SCHEDULE" },
    );
  }
  const given: ScheduleOptions = options;
  const name = given.name ?? tasks.nameFor(task as Task);
  const { scope } = given;
  const scheduled = scheduledTask(pattern, given, task as Task, (error) => tasks.report(error, name));
  return tasks.add(scheduled, { name, ...(scope === undefined ? {} : { scope }) });
}

/**
 * Makes a task that runs another one at the times of a cron pattern until it is told to stop, and then waits for the runs.
 *
 * @throws {SetupError} for a pattern or a timezone that is none.
 */
export function scheduledTask(
  pattern: string,
  { timezone, overlap = false }: ScheduleOptions,
  task: Task,
  report: (error: unknown) => void,
): Task {
  assertPattern(pattern, timezone);
  return async (signal) => {
    const runs = new Set<Promise<void>>();
    const run = (): void => {
      if (!overlap && runs.size > 0) return;
      const ended = runOnce(task, signal, report).finally(() => runs.delete(ended));
      runs.add(ended);
    };
    const { Cron } = loadCroner();
    const job = new Cron(pattern, optionsOf(timezone), run);
    if (!signal.aborted) await once(signal, "abort");
    job.stop();
    await Promise.all(runs);
  };
}

async function runOnce(task: Task, signal: AbortSignal, report: (error: unknown) => void): Promise<void> {
  try {
    await task(signal);
  } catch (error) {
    if (!isOwnAbort(signal, error)) report(error);
  }
}

function assertPattern(pattern: string, timezone: string | undefined): void {
  try {
    const { Cron } = loadCroner();
    // The zone is looked at when a time is asked for.
    new Cron(pattern, { ...optionsOf(timezone), paused: true }).nextRun();
  } catch (error) {
    const zone = timezone === undefined ? "" : ` in the timezone ${JSON.stringify(timezone)}`;
    throw new SetupError(
      `The schedule ${JSON.stringify(pattern)}${zone} cannot be read: ${(error as Error).message}; expected a cron pattern such as "*/5 * * * *"`,
      { code: "E_BAD_SCHEDULE", cause: error },
    );
  }
}

function optionsOf(timezone: string | undefined): { timezone?: string } {
  return timezone === undefined ? {} : { timezone };
}

/** Loaded with the first schedule: most apps have none, and it takes 3 ms of their start. */
function loadCroner(): typeof croner {
  return require("croner") as typeof croner;
}
