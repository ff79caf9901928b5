import type { ManagedConnection } from "./upgrade.ts";

/** The connections of a server; knows when the last one has gone. */
export class Connections extends Set<ManagedConnection> {
  private isStopping = false;
  private readonly waiting = new Set<() => void>();

  /** Whoever comes while all are told to stop is told too. */
  override add(connection: ManagedConnection): this {
    super.add(connection);
    if (this.isStopping) connection.stop();
    return this;
  }

  override delete(connection: ManagedConnection): boolean {
    const wasHere = super.delete(connection);
    if (this.size === 0) for (const end of this.waiting) end();
    return wasHere;
  }

  /** Tells each to end as soon as what is in flight is done: once, and those that come later too. */
  stop(): void {
    this.isStopping = true;
    for (const connection of [...this]) connection.stop();
  }

  /** Resolves when none is left, or when so many seconds have passed. */
  gone(seconds?: number): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
        resolve();
      };
      const timer = seconds === undefined ? undefined : setTimeout(end, seconds * 1000);
      this.waiting.add(end);
    });
  }
}
