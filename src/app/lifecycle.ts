/** The moments of a server's life an app can take part in. */
export type LifecycleEvent =
  | "beforeServerStart"
  | "afterServerStart"
  | "beforeServerStop"
  | "afterServerStop";

/** Called with the app; may be async, and is awaited. */
export type LifecycleListener<App> = (app: App) => unknown;

/** A listener as it was declared. */
export interface ListenerEntry {
  readonly listener: LifecycleListener<never>;
  /** The blueprint that declared it, `""` for the app. */
  readonly blueprint: string;
}

/** An app's listeners: start ones run in order of registration, stop ones in reverse. */
export class Lifecycle<App> {
  private readonly listeners: Record<LifecycleEvent, Set<ListenerEntry>> = {
    beforeServerStart: new Set(),
    afterServerStart: new Set(),
    beforeServerStop: new Set(),
    afterServerStop: new Set(),
  };

  /** An entry runs once, however often it is added: by a blueprint that is mounted twice. */
  add(event: LifecycleEvent, entry: ListenerEntry): void {
    this.listeners[event].add(entry);
  }

  /**
   * Runs the listeners of a moment one after another. The first error ends a start and is thrown; at a stop everybody is
   * told, whatever the others throw, and errors go to `report`.
   */
  async run(event: LifecycleEvent, app: App, report: (error: unknown) => void): Promise<void> {
    const listeners = [...this.listeners[event]].map(({ listener }) => listener as LifecycleListener<App>);
    if (event === "beforeServerStart" || event === "afterServerStart") {
      for (const listener of listeners) await listener(app);
      return;
    }
    for (const listener of listeners.reverse()) {
      try {
        await listener(app);
      } catch (error) {
        report(error);
      }
    }
  }
}
