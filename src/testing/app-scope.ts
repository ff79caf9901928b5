import { AsyncLocalStorage, createHook, executionAsyncId } from "node:async_hooks";
import type { Duplex } from "node:stream";
import { Origin } from "./origin.ts";

/** What keeps a process alive: the runtime's name of it, and ours. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ["Timeout", "timer"],
  ["Immediate", "setImmediate"],
  ["TCPWRAP", "TCP socket"],
  ["TCPSERVERWRAP", "TCP server"],
  ["PIPEWRAP", "pipe or local socket"],
  ["PIPESERVERWRAP", "local socket server"],
  ["UDPWRAP", "UDP socket"],
  ["TTYWRAP", "terminal"],
  ["PROCESSWRAP", "child process"],
  ["WORKER", "worker thread"],
  ["MESSAGEPORT", "message port"],
  ["FSEVENTWRAP", "file watcher"],
  ["STATWATCHER", "file watcher"],
]);
/** Between the app's call and the making of a server lie these: a later turn, or the look-up of a name. */
const DETOURS = new Set(["TickObject", "GETADDRINFOREQWRAP"]);
/** Turns of the event loop that what is closing may take. */
const GRACE_TURNS = 20;

interface Handle {
  readonly type: string;
  readonly resource: { hasRef?(): boolean };
  readonly origin: Origin;
}

const current = new AsyncLocalStorage<AppScope | null>();
/** The scope of each resource that has one. */
const owners = new Map<number, AppScope>();
let openScopes = 0;

/** The hook sees everything the process makes; what was made outside a scope, by the test or its runner, is not ours. */
const hook = createHook({
  init: onInit,
  destroy(id) {
    owners.get(id)?.forget(id);
  },
});

function onInit(id: number, type: string, _trigger: number, resource: object): void {
  if (KINDS.has(type) || DETOURS.has(type)) current.getStore()?.record(id, type, resource);
}

/** Everything an app does while it is tested, and what that leaves open: timers, sockets, servers, processes. */
export class AppScope {
  private readonly handles = new Map<number, Handle>();
  private readonly detours = new Map<number, Origin>();

  /** Starts to watch; {@link AppScope.end} must follow. */
  begin(): void {
    // The standard streams are made when first asked for; they belong to nobody.
    void process.stdout;
    void process.stderr;
    if (openScopes++ === 0) hook.enable();
  }

  end(): void {
    if (--openScopes === 0) hook.disable();
    for (const id of [...this.handles.keys(), ...this.detours.keys()]) this.forget(id);
  }

  /** Runs `work`, and everything that follows from it, inside this scope. */
  run<Value>(work: () => Value): Value {
    return current.run(this, work);
  }

  /** Makes whoever listens to `inside` run in this scope and whoever listens to `outside` in none, whoever wrote the bytes. */
  divide(inside: Duplex, outside: Duplex): void {
    emitIn(inside, this);
    emitIn(outside, null);
  }

  /** Says of each thing that still keeps the process alive what it is and where it was made. */
  async leftovers(): Promise<string[]> {
    for (let turn = 0; turn < GRACE_TURNS && this.findOpen().length > 0; turn++) await nextTurn();
    return this.findOpen().map(describe);
  }

  /** @internal Called for each resource made in this scope. */
  record(id: number, type: string, resource: object): void {
    owners.set(id, this);
    const origin = new Origin(onInit, this.detours.get(executionAsyncId()));
    if (DETOURS.has(type)) this.detours.set(id, origin);
    else this.handles.set(id, { type, resource: resource as Handle["resource"], origin });
  }

  /** @internal Called when a resource is gone. */
  forget(id: number): void {
    owners.delete(id);
    this.handles.delete(id);
    this.detours.delete(id);
  }

  private findOpen(): Handle[] {
    return [...this.handles.values()].filter(({ resource }) => resource.hasRef?.() === true);
  }
}

function emitIn(stream: Duplex, scope: AppScope | null): void {
  const emit = stream.emit.bind(stream);
  stream.emit = (...event: Parameters<typeof emit>) => current.run(scope, () => emit(...event));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function describe({ type, origin }: Handle): string {
  // The runtime has one kind of timer; the function that made it tells them apart.
  const kind = (type === "Timeout" ? origin.timerFunction : undefined) ?? KINDS.get(type) ?? type;
  return `${kind} made ${origin.place}`;
}
