import { SetupError } from "../http/setup-error.ts";
import { type Lifecycle, type LifecycleEvent, lifecycleEvents } from "./lifecycle.ts";
import type { ErrorSink, RunnableApp } from "./running-server.ts";

/** The apps that are mounted in an app, and live and die with it. */
export class MountedApps {
  private readonly apps = new Set<RunnableApp>();

  /**
   * Makes an app's listeners and tasks follow those of the app it is mounted in; once, at however many paths it is.
   *
   * @throws {SetupError} when one of the two is inside the other already.
   */
  join<App extends RunnableApp>(app: RunnableApp, outer: App, lifecycle: Lifecycle<App>): void {
    if (this.apps.has(app)) return;
    if (app === outer || app.contains(outer))
      throw new SetupError(`The app "${app.name}" cannot be mounted inside itself`);
    this.apps.add(app);
    for (const event of lifecycleEvents) {
      const listener = (): Promise<void> => runWith(app, event);
      Object.defineProperty(listener, "name", { value: `of the mounted app ${app.name}` });
      lifecycle.add(event, { listener, priority: 0, blueprint: "" });
    }
  }

  contains(app: RunnableApp): boolean {
    return [...this.apps].some((each) => each === app || each.contains(app));
  }

  /** Sends errors of these apps to a sink, too, or to none. */
  report(sink: ErrorSink | null): void {
    for (const app of this.apps) app.errorSink = sink;
  }
}

/** A moment of an app's life, with what a server of its own would do for its tasks then. */
async function runWith(app: RunnableApp, event: LifecycleEvent): Promise<void> {
  const { tasks, config } = app;
  if (event === "beforeServerStart") tasks.prepare();
  if (event === "afterServerStart") tasks.start();
  if (event === "afterServerStop") {
    const unfinished = await tasks.ended(config.gracefulStopTimeout);
    if (unfinished.length > 0)
      app.report(new Error(`These tasks did not stop in time: ${unfinished.join(", ")}`), null);
  }
  await app.runListeners(event);
  if (event === "beforeServerStop") tasks.abort();
}
