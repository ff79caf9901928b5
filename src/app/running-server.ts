import type { Duplex } from "node:stream";
import type { ServerHandlers } from "../server/connection-host.ts";
import { type ListenAddress, type ListenOptions, Server } from "../server/server.ts";
import { formatBanner } from "./banner.ts";
import type { Config } from "./config.ts";
import type { LifecycleEvent } from "./lifecycle.ts";
import type { Tasks } from "./tasks.ts";

/** Where and how to run. */
export interface RunOptions extends ListenOptions {
  /** Say at start where the server listens. @default true for run(), ignored by listen() */
  banner?: boolean;
}

/** Takes an error that would be logged; `message` says where it happened. */
export type ErrorSink = (error: unknown, message: string) => void;

/** What it takes to be run: an app, whatever its context is. */
export interface RunnableApp extends ServerHandlers {
  readonly name: string;
  readonly config: Config;
  readonly tasks: Tasks;
  /** Gets errors in place of the log, where there is one. */
  errorSink: ErrorSink | null;
  runListeners(event: LifecycleEvent): Promise<void>;
}

/** A server at work. */
export interface RunningServer {
  readonly address: ListenAddress;
  /** Where it can be reached: `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Stops gracefully; may be called more than once. Resolves with the names of tasks that did not end in time. */
  stop(): Promise<string[]>;
  /** Resolves when the server has stopped, whoever stopped it. */
  readonly stopped: Promise<void>;
}

/** An app with its server started, perhaps without a port: connections are then attached by hand. */
export class StartedApp {
  readonly server: Server;
  readonly stopped: Promise<void>;
  private readonly app: RunnableApp;
  private stopping: Promise<string[]> | null = null;
  private markStopped: () => void = () => {};

  private constructor(app: RunnableApp) {
    this.app = app;
    const { config } = app;
    this.server = new Server(app, { limits: config, reuseReadBuffer: config.reuseReadBuffer });
    this.stopped = new Promise((resolve) => {
      this.markStopped = resolve;
    });
  }

  /** Runs the start listeners and, between them, `open`: whatever lets connections in. */
  static async start(app: RunnableApp, open: (server: Server) => Promise<void>): Promise<StartedApp> {
    const started = new StartedApp(app);
    await app.runListeners("beforeServerStart");
    started.server.start();
    try {
      await open(started.server);
      app.tasks.start();
      await app.runListeners("afterServerStart");
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  /** Serves one connection. */
  attach(stream: Duplex): void {
    this.server.attach(stream);
  }

  stop(): Promise<string[]> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async stopOnce(): Promise<string[]> {
    const { app, server } = this;
    await app.runListeners("beforeServerStop");
    app.tasks.abort();
    const [, unfinished] = await Promise.all([
      server.stop(),
      app.tasks.ended(app.config.gracefulStopTimeout),
    ]);
    await app.runListeners("afterServerStop");
    this.markStopped();
    return unfinished;
  }
}

/** Starts an app on a port. */
export async function startApp(app: RunnableApp, options: RunOptions = {}): Promise<RunningServer> {
  let address: ListenAddress = { host: "", port: 0 };
  const started = await StartedApp.start(app, async (server) => {
    address = await server.listen(options);
  });
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return {
    address,
    url: `http://${host}:${address.port}`,
    stop: () => started.stop(),
    stopped: started.stopped,
  };
}

/** Starts an app as a program: banner, signals, and a sentence when it cannot start. */
export async function runApp(app: RunnableApp, options: RunOptions = {}): Promise<RunningServer> {
  let running: RunningServer;
  try {
    running = await startApp(app, options);
  } catch (error) {
    console.error(explainStart(error, options));
    process.exit(1);
  }
  if (options.banner !== false)
    process.stdout.write(formatBanner({ name: app.name, url: running.url, debug: app.config.debug }));
  stopOnSignals(app, running);
  return running;
}

/** The first signal stops gracefully, a second one at once. */
function stopOnSignals(app: RunnableApp, running: RunningServer): void {
  const onSignal = (signal: NodeJS.Signals): void => {
    for (const each of ["SIGINT", "SIGTERM"] as const) {
      process.off(each, onSignal);
      process.once(each, () => process.exit(1));
    }
    console.error(
      `${signal}: stopping; what is in flight has ${app.config.gracefulStopTimeout} s to end. Once more: stop at once.`,
    );
    running.stop().then(
      (unfinished) => {
        if (unfinished.length > 0)
          console.error(`These tasks did not stop in time: ${unfinished.join(", ")}`);
        process.exit(0);
      },
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

function explainStart(error: unknown, options: RunOptions): string {
  const { code } = error as NodeJS.ErrnoException;
  const { host = "127.0.0.1", port = 8000 } = options;
  if (code === "EADDRINUSE")
    return `Port ${port} on ${host} is in use; stop the program that has it, or choose another: app.run({ port: ${port + 1} })`;
  if (code === "EACCES")
    return `Port ${port} on ${host} needs more rights; choose one above 1023, or run as a user who may`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `${host} is no address of this machine; use "127.0.0.1", or "0.0.0.0" for all`;
  return error instanceof Error
    ? `The server did not start: ${error.stack ?? error.message}`
    : `The server did not start: ${String(error)}`;
}
