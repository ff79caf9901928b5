/** Where a task runs when an app has several workers: in each, or in one of them. */
export type TaskScope = "worker" | "cluster";

/** What has become of a task. */
export type TaskState = "planned" | "running" | "done" | "failed" | "cancelled";

/** Work beside the requests: runs until it is done or its signal aborts. */
export type Task = (signal: AbortSignal) => unknown;

/** A background task: what it is called, how it is doing, and how to end it. */
export class TaskHandle {
  readonly name: string;
  readonly scope: TaskScope;
  private readonly task: Task;
  private readonly report: (error: unknown) => void;
  private readonly cancellation = new AbortController();
  private isCancelled = false;
  private current: TaskState = "planned";
  private run: Promise<void> = Promise.resolve();

  /** @internal */
  constructor(name: string, scope: TaskScope, task: Task, report: (error: unknown) => void) {
    this.name = name;
    this.scope = scope;
    this.task = task;
    this.report = report;
  }

  get state(): TaskState {
    return this.current;
  }

  /** Resolves when the present run has ended, well or not; at once when there is none. */
  get ended(): Promise<void> {
    return this.run;
  }

  /** Tells the task to stop, for good: it runs at no later start either. Resolves when it has ended. */
  cancel(reason: Error = new Error(`The task ${this.name} was cancelled`)): Promise<void> {
    this.isCancelled = true;
    if (this.current === "planned") this.current = "cancelled";
    this.cancellation.abort(reason);
    return this.run;
  }

  /** @internal Begins a run that ends with `stop`: the first one, or that of another start of the server. */
  start(stop: AbortSignal): Promise<void> {
    if (this.isCancelled) return this.run;
    this.current = "running";
    this.run = this.runOnce(AbortSignal.any([this.cancellation.signal, stop]));
    return this.run;
  }

  private async runOnce(signal: AbortSignal): Promise<void> {
    // What the task does at once must not hold up whoever added it.
    await undefined;
    try {
      await this.task(signal);
      this.current = signal.aborted ? "cancelled" : "done";
    } catch (error) {
      this.current = isOwnAbort(signal, error) ? "cancelled" : "failed";
      if (this.current === "failed") this.report(error);
    }
  }
}

/** Whether an error is a task's way to say that it heard its signal. */
export function isOwnAbort(signal: AbortSignal, error: unknown): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}
