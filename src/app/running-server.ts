import type { Duplex } from "node:stream";
import { SetupError } from "../http/setup-error.ts";
import type { ServerHandlers } from "../server/connection-host.ts";
import { formatAddress, type ListenAddress, type ListenOptions } from "../server/listener.ts";
import { Server } from "../server/server.ts";
import type { Config } from "./config.ts";
import type { LifecycleEvent } from "./lifecycle.ts";
import type { Tasks } from "./tasks.ts";

/** Where and how to run. */
export interface RunOptions extends ListenOptions {
  /** Say at start where the server listens. @default true for run(), ignored by listen() */
  banner?: boolean;
  /** Several places to listen, in place of the one given beside. */
  listeners?: readonly ListenOptions[];
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
  /** Whether another app is mounted in it, at whatever depth. */
  contains(app: RunnableApp): boolean;
}

/** A server at work. */
export interface RunningServer {
  /** Where it listens; the first place where there are several. */
  readonly address: ListenAddress;
  readonly addresses: readonly ListenAddress[];
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
    this.server = new Server(app, {
      limits: config,
      reuseReadBuffer: config.reuseReadBuffer,
      proxyProtocol: config.proxyProtocol,
    });
    this.stopped = new Promise((resolve) => {
      this.markStopped = resolve;
    });
  }

  /** Runs the start listeners and, between them, `open`: whatever lets connections in. */
  static async start(app: RunnableApp, open: (server: Server) => Promise<void>): Promise<StartedApp> {
    const started = new StartedApp(app);
    app.tasks.prepare();
    try {
      await app.runListeners("mainProcessStart");
      await app.runListeners("mainProcessReady");
      await app.runListeners("beforeServerStart");
    } catch (error) {
      app.tasks.abort();
      await app.tasks.ended(app.config.gracefulStopTimeout);
      throw error;
    }
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
    await app.runListeners("mainProcessStop");
    this.markStopped();
    return unfinished;
  }
}

/** Starts an app where `options` say. */
export async function startApp(app: RunnableApp, options: RunOptions = {}): Promise<RunningServer> {
  const { listeners = [options] } = options;
  if (listeners.length === 0)
    throw new SetupError("listeners is empty; give it at least one place to listen", {
      code: "E_BAD_LISTENER",
    });
  const addresses: ListenAddress[] = [];
  const started = await StartedApp.start(app, async (server) => {
    for (const each of listeners) addresses.push(await server.listen(each));
  });
  const [address] = addresses as [ListenAddress];
  return {
    address,
    addresses,
    url: formatAddress(address),
    stop: () => started.stop(),
    stopped: started.stopped,
  };
}
