/** Work beside the requests: runs until it is done or its signal aborts. */
export type Task = (signal: AbortSignal) => unknown;

/** Options of a task. */
export interface TaskOptions {
  /** Shown in logs and by the test client. @default the function's name, else `task-1`, `task-2` … */
  name?: string;
}

interface Running {
  readonly name: string;
  readonly done: Promise<void>;
}

/** An app's background tasks: started with the server, told to stop with it, and waited for. */
export class Tasks {
  private readonly report: (error: unknown, name: string) => void;
  private readonly planned: { name: string; task: Task }[] = [];
  private readonly running = new Set<Running>();
  private abortion: AbortController | null = null;
  private count = 0;

  constructor(report: (error: unknown, name: string) => void) {
    this.report = report;
  }

  /** Names of the tasks that are still at work. */
  get names(): string[] {
    return [...this.running].map(({ name }) => name);
  }

  /** Starts `task` now, or with the server when that has not started. */
  add(task: Task, options: TaskOptions = {}): void {
    this.count++;
    const name = options.name ?? (task.name === "" ? `task-${this.count}` : task.name);
    if (this.abortion === null) this.planned.push({ name, task });
    else this.launch(name, task, this.abortion.signal);
  }

  /** Starts what was added before; again at each start of the server. */
  start(): void {
    this.abortion = new AbortController();
    for (const { name, task } of this.planned) this.launch(name, task, this.abortion.signal);
  }

  /** Tells every task to stop. */
  abort(): void {
    this.abortion?.abort(new Error("The server stops"));
  }

  /** Waits for the tasks to end, `seconds` at most. @returns the names of those that have not. */
  async ended(seconds: number): Promise<string[]> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, seconds * 1000);
    });
    await Promise.race([Promise.all([...this.running].map(({ done }) => done)), timeUp]);
    clearTimeout(timer);
    this.abortion = null;
    return this.names;
  }

  private launch(name: string, task: Task, signal: AbortSignal): void {
    const running: Running = {
      name,
      done: Promise.resolve()
        .then(() => task(signal))
        .catch((error: unknown) => {
          // A task that ends by its own abort has done what it was told.
          if (!signal.aborted) this.report(error, name);
        })
        .then(() => {
          this.running.delete(running);
        }),
    };
    this.running.add(running);
  }
}
