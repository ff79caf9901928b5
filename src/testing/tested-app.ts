import type { Duplex } from "node:stream";
import { toError } from "../app/error-answers.ts";
import { type RunnableApp, StartedApp } from "../app/running-server.ts";
import { SetupError } from "../http/setup-error.ts";
import { createDuplexPair } from "../server/duplex-pair.ts";
import { AppScope } from "./app-scope.ts";
import { within } from "./deadline.ts";

/** How an app is started for a test. */
export interface TestedAppOptions {
  /** Seconds that what is in flight may take when the app stops; listeners may take twice as long. */
  timeout: number;
  onError: ((error: Error, where: string) => void) | undefined;
  /** What the app sees of its clients. */
  peer: { remoteAddress: string; remotePort: number; encrypted: boolean };
}

/** An app that runs in memory, with an eye on its errors and on what it leaves behind. */
export class TestedApp {
  /** What the app would have logged. */
  readonly errors: Error[] = [];
  private readonly app: RunnableApp;
  private readonly options: TestedAppOptions;
  private readonly scope = new AppScope();
  private started: StartedApp | null = null;

  private constructor(app: RunnableApp, options: TestedAppOptions) {
    this.app = app;
    this.options = options;
  }

  /** Rejects with what a start listener throws, and with a {@link SetupError} when the app is tested already. */
  static async start(app: RunnableApp, options: TestedAppOptions): Promise<TestedApp> {
    if (app.errorSink !== null) {
      throw new SetupError(
        `The app ${app.name} has a test client already; close that one first, or make an app for each test`,
      );
    }
    const tested = new TestedApp(app, options);
    tested.begin();
    try {
      tested.started = await tested.scope.run(() => StartedApp.start(tested.boundedApp(), async () => {}));
    } catch (error) {
      tested.end();
      throw error;
    }
    return tested;
  }

  get name(): string {
    return this.app.name;
  }

  /** A new connection to the app: the client's end. */
  connect(): Duplex {
    const [clientSide, serverSide] = createDuplexPair();
    Object.assign(serverSide, this.options.peer);
    this.scope.divide(serverSide, clientSide);
    this.scope.run(() => this.started?.attach(serverSide));
    return clientSide;
  }

  /** Stops the app. Rejects when it does not stop, or leaves behind what it started. */
  async stop(): Promise<void> {
    const { timeout } = this.options;
    const late = (): Error =>
      new Error(`The app ${this.name} did not stop within ${timeout * 2} s: a stop listener does not return`);
    try {
      const stopped = this.scope.run(() => this.started?.stop() ?? Promise.resolve([]));
      const tasks = await within(stopped, timeout * 2, late);
      const leftovers = await this.scope.leftovers();
      const problems = [...tasks.map(describeTask), ...leftovers];
      if (problems.length > 0) throw new Error(explain(this.name, problems));
    } finally {
      this.end();
    }
  }

  private begin(): void {
    this.app.errorSink = (thrown, where) => {
      const error = toError(thrown);
      this.errors.push(error);
      this.options.onError?.(error, where);
    };
    this.scope.begin();
  }

  private end(): void {
    this.app.errorSink = null;
    this.scope.end();
  }

  /** The app with a grace period that fits a test. */
  private boundedApp(): RunnableApp {
    const { app } = this;
    const gracefulStopTimeout = Math.min(app.config.gracefulStopTimeout, this.options.timeout);
    return {
      name: app.name,
      config: { ...app.config, gracefulStopTimeout },
      tasks: app.tasks,
      errorSink: null,
      handle: (request) => app.handle(request),
      refuse: (error, request) => app.refuse(error, request),
      report: (error, request) => app.report(error, request),
      connected: (peer) => app.connected?.(peer) ?? null,
      runListeners: (event) => app.runListeners(event),
      contains: (other) => app.contains(other),
    };
  }
}

function describeTask(name: string): string {
  return `the task ${JSON.stringify(name)}, which did not end when its signal aborted`;
}

function explain(name: string, problems: readonly string[]): string {
  const list = problems.map((problem) => `  - ${problem}`).join("\n");
  return `The app ${name} left something behind when it stopped:\n${list}\nEnd it where it is no longer needed: in the handler that made it, by the task's signal, or in a stop listener.`;
}
