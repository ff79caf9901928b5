/** The moments of a server's life an app can take part in. */
export type LifecycleEvent =
  | "beforeServerStart"
  | "afterServerStart"
  | "beforeServerStop"
  | "afterServerStop";

/** Called with the app; may be async, and is awaited. */
export type LifecycleListener<App> = (app: App) => unknown;

/** An app's listeners: start ones run in order of registration, stop ones in reverse. */
export class Lifecycle<App> {
  private readonly listeners: Record<LifecycleEvent, LifecycleListener<App>[]> = {
    beforeServerStart: [],
    afterServerStart: [],
    beforeServerStop: [],
    afterServerStop: [],
  };

  add(event: LifecycleEvent, listener: LifecycleListener<App>): void {
    this.listeners[event].push(listener);
  }

  /**
   * Runs the listeners of a moment one after another. The first error ends a start and is thrown; at a stop everybody is
   * told, whatever the others throw, and errors go to `report`.
   */
  async run(event: LifecycleEvent, app: App, report: (error: unknown) => void): Promise<void> {
    if (event === "beforeServerStart" || event === "afterServerStart") {
      for (const listener of this.listeners[event]) await listener(app);
      return;
    }
    for (const listener of this.listeners[event].toReversed()) {
      try {
        await listener(app);
      } catch (error) {
        report(error);
      }
    }
  }
}
