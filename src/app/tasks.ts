import { setTimeout as sleep } from "node:timers/promises";
import { type Duration, parseDuration } from "../http/quantity.ts";
import { SetupError } from "../http/setup-error.ts";
import { type Task, TaskHandle, type TaskScope } from "./task-handle.ts";

/** Options of a task. */
export interface TaskOptions {
  /** Shown in logs, and what {@link Tasks.get} finds it by. @default the function's name, else `task-1`, `task-2` … */
  name?: string;
  /** Whether each worker runs it, or one for all. @default "worker" */
  scope?: TaskScope;
  /** Time from the start to the task's own: seconds, or text such as `"5s"`. At most 24 days. @default 0 */
  delay?: Duration;
}

type Phase = "idle" | "starting" | "running";

/** Seconds; a longer timer would end at once. */
const LONGEST_DELAY = 24 * 24 * 60 * 60;

/** An app's background tasks: started with the server, told to stop with it, and waited for. */
export class Tasks implements Iterable<TaskHandle> {
  /** @internal Is told of every failure. */
  readonly report: (error: unknown, name: string) => void;
  /** Those of the program: they run again at each start of the server. */
  private readonly planned = new Set<TaskHandle>();
  /** Those that start listeners have added: they belong to this start alone. */
  private readonly startingNow = new Set<TaskHandle>();
  private readonly running = new Set<TaskHandle>();
  private phase: Phase = "idle";
  /** Aborts when this run of the server stops. */
  private stop = new AbortController();
  private count = 0;

  constructor(report: (error: unknown, name: string) => void) {
    this.report = report;
  }

  /** Those at work, and those that will be. */
  *[Symbol.iterator](): Generator<TaskHandle> {
    yield* this.running;
    for (const handle of [...this.planned, ...this.startingNow])
      if (!this.running.has(handle) && handle.state === "planned") yield handle;
  }

  /** Names of the tasks that are still at work. */
  get names(): string[] {
    return [...this.running].map(({ name }) => name);
  }

  /** The task of a name that was added last, undefined when there is none at work or planned. */
  get(name: string): TaskHandle | undefined {
    return [...this].findLast((handle) => handle.name === name);
  }

  /**
   * Starts `task` now, or with the server when that has not started.
   *
   * @throws {SetupError} for a task or an option that is none.
   */
  add(task: Task, options: TaskOptions = {}): TaskHandle {
    const { scope = "worker", delay = 0 } = options;
    if (typeof task !== "function")
      throw new SetupError("addTask() takes a function that gets a signal; call none, pass it", {
        code: "E_BAD_TASK",
      });
    if (scope !== "worker" && scope !== "cluster") {
      throw new SetupError(
        `A task's scope is "worker" or "cluster", not ${JSON.stringify(scope satisfies never)}`,
        { code: "E_BAD_TASK" },
      );
    }
    const handle = this.handleOf(options.name ?? this.nameFor(task), scope, delayed(task, delay));
    this.count++;
    if (this.phase === "running") this.launch(handle);
    else (this.phase === "idle" ? this.planned : this.startingNow).add(handle);
    return handle;
  }

  /** @internal The name of a task that was given none. */
  nameFor(task: Task): string {
    return task.name === "" ? `task-${this.count + 1}` : task.name;
  }

  /** @internal Runs work that has begun somewhere else as a task, whatever the server does. */
  track(name: string, work: () => unknown): TaskHandle {
    const handle = this.handleOf(name, "worker", work);
    this.launch(handle);
    return handle;
  }

  /** @internal The server is about to start: what is added from now on is for this start. */
  prepare(): void {
    this.phase = "starting";
    this.stop = new AbortController();
  }

  /**
   * @internal Starts what was added before; again at each start of the server.
   *
   * @param isLeader whether those for one worker of a cluster run here.
   */
  start(isLeader = true): void {
    if (this.phase !== "starting") this.prepare();
    this.phase = "running";
    for (const handle of [...this.planned, ...this.startingNow])
      if (isLeader || handle.scope === "worker") this.launch(handle);
    this.startingNow.clear();
  }

  /** @internal Tells every task to stop. */
  abort(): void {
    this.stop.abort(new Error("The server stops"));
  }

  /** @internal Waits for the tasks to end, `seconds` at most. @returns the names of those that have not. */
  async ended(seconds: number): Promise<string[]> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, seconds * 1000);
    });
    await Promise.race([Promise.all([...this.running].map(({ ended }) => ended)), timeUp]);
    clearTimeout(timer);
    this.phase = "idle";
    this.startingNow.clear();
    return this.names;
  }

  private handleOf(name: string, scope: TaskScope, task: Task): TaskHandle {
    return new TaskHandle(name, scope, task, (error) => this.report(error, name));
  }

  private launch(handle: TaskHandle): void {
    this.running.add(handle);
    void handle.start(this.stop.signal).then(() => this.running.delete(handle));
  }
}

function delayed(task: Task, delay: Duration): Task {
  const seconds = parseDuration(delay);
  if (seconds > LONGEST_DELAY) {
    throw new SetupError(
      `A task's delay of ${seconds} s is more than 24 days; use app.schedule() for a date`,
      { code: "E_BAD_TASK" },
    );
  }
  if (seconds === 0) return task;
  return async (signal) => {
    await sleep(seconds * 1000, undefined, { signal });
    return task(signal);
  };
}
