import { SetupError } from "../http/setup-error.ts";

/** The moments of a server's life an app can take part in, in the order they come. */
export const lifecycleEvents = [
  "mainProcessStart",
  "mainProcessReady",
  "beforeServerStart",
  "afterServerStart",
  "beforeServerStop",
  "afterServerStop",
  "mainProcessStop",
] as const;

/** A moment of a server's life. */
export type LifecycleEvent = (typeof lifecycleEvents)[number];

/** Called with the app; may be async, and is awaited. What it returns is not looked at. */
export type LifecycleListener<App> = (app: App) => unknown;

/** Order of listeners. */
export interface ListenerOptions {
  /** Higher runs earlier at a start and later at a stop. @default 0 */
  priority?: number;
}

/** A listener as it was declared. */
export interface ListenerEntry {
  readonly listener: LifecycleListener<never>;
  readonly priority: number;
  /** The blueprint that declared it, `""` for the app. */
  readonly blueprint: string;
}

/** Hears of an error, and in words where it happened. */
export type ListenerReport = (error: unknown, where: string) => void;

const STOPS: ReadonlySet<LifecycleEvent> = new Set([
  "beforeServerStop",
  "afterServerStop",
  "mainProcessStop",
]);

/**
 * An app's listeners. At a start: higher priority first, then the app's before those of its blueprints, then in order of
 * registration. At a stop: the exact reverse.
 */
export class Lifecycle<App> {
  private readonly listeners = new Map<LifecycleEvent, Set<ListenerEntry>>(
    lifecycleEvents.map((event) => [event, new Set()]),
  );

  /** An entry runs once, however often it is added: by a blueprint that is mounted twice. */
  add(event: LifecycleEvent, entry: ListenerEntry): void {
    this.listeners.get(event)?.add(entry);
  }

  /**
   * Runs the listeners of a moment one after another. The first error ends a start and is thrown, with a message that names
   * the listener; at a stop everybody is told, whatever the others throw, and errors go to `report`.
   */
  async run(event: LifecycleEvent, app: App, report: ListenerReport): Promise<void> {
    const entries = inOrder(this.listeners.get(event) ?? []);
    if (!STOPS.has(event)) {
      for (const entry of entries) await start(event, entry, app);
      return;
    }
    for (const entry of entries.reverse()) {
      try {
        await (entry.listener as LifecycleListener<App>)(app);
      } catch (error) {
        report(error, `${nameOf(event, entry)} failed`);
      }
    }
  }
}

/** Makes an entry of what was declared. Throws a {@link SetupError} for what is no function or no priority. */
export function listenerEntry(
  event: LifecycleEvent,
  listener: LifecycleListener<never>,
  { priority = 0 }: ListenerOptions,
  blueprint: string,
): ListenerEntry {
  if (typeof listener !== "function")
    throw new SetupError(`${event} was given ${String(listener)}; expected a function that takes the app`);
  if (typeof priority !== "number" || Number.isNaN(priority))
    throw new SetupError(`A ${event} listener has the priority ${String(priority)}; expected a number`);
  return { listener, priority, blueprint };
}

async function start<App>(event: LifecycleEvent, entry: ListenerEntry, app: App): Promise<void> {
  try {
    await (entry.listener as LifecycleListener<App>)(app);
  } catch (cause) {
    const message = `${nameOf(event, entry)} failed: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw cause instanceof SetupError ? new SetupError(message, { cause }) : new Error(message, { cause });
  }
}

function inOrder(entries: Iterable<ListenerEntry>): ListenerEntry[] {
  const isOfBlueprint = (entry: ListenerEntry): number => (entry.blueprint === "" ? 0 : 1);
  return [...entries].sort((a, b) => b.priority - a.priority || isOfBlueprint(a) - isOfBlueprint(b));
}

function nameOf(event: LifecycleEvent, { listener, blueprint }: ListenerEntry): string {
  const name = listener.name === "" ? "" : ` ${listener.name}`;
  const owner = blueprint === "" ? "" : ` of the blueprint ${blueprint}`;
  return `The ${event} listener${name}${owner}`;
}
