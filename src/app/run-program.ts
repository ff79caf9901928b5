import { SetupError } from "../http/setup-error.ts";
import { formatAddress } from "../server/listener.ts";
import { formatBanner } from "./banner.ts";
import { type RunnableApp, type RunningServer, type RunOptions, startApp } from "./running-server.ts";

/** Starts an app as a program: banner, signals, and a sentence when it cannot start. */
export async function runApp(app: RunnableApp, options: RunOptions = {}): Promise<RunningServer> {
  let running: RunningServer;
  try {
    running = await startApp(app, options);
  } catch (error) {
    console.error(explainStart(error, options));
    process.exit(1);
  }
  // Before the banner: whoever has read it may send a signal at once.
  stopOnSignals(app, running);
  if (options.banner !== false)
    process.stdout.write(
      formatBanner({ name: app.name, urls: running.addresses.map(formatAddress), debug: app.config.debug }),
    );
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
  void running.stopped.then(() => {
    for (const each of ["SIGINT", "SIGTERM"] as const) process.off(each, onSignal);
  });
}

function explainStart(error: unknown, options: RunOptions): string {
  if (error instanceof SetupError) return `The server did not start: ${error.message}`;
  const { code } = error as NodeJS.ErrnoException;
  const { host = "127.0.0.1", port = 8000, unix } = options;
  const place = unix === undefined ? `Port ${port} on ${host}` : `The unix socket ${unix}`;
  if (code === "EADDRINUSE") {
    return `${place} is in use; stop the program that has it, or choose another: app.run({ port: ${port + 1} })`;
  }
  if (code === "EACCES")
    return `${place} needs more rights; choose a port above 1023, or run as a user who may`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return `${host} is no address of this machine; use "127.0.0.1", or "0.0.0.0" for all`;
  }
  return `The server did not start: ${showError(error)}`;
}

/** Where an error has a cause, that one's stack says where it happened. */
function showError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return `${error.message}\n${cause.stack ?? cause.message}`;
  return error.stack ?? error.message;
}
