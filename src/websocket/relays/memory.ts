import { type HistoryFrom, type HistoryLimits, type HistoryPage, MemoryHistory } from "../history.ts";
import type { Relay, RelayAuthor, RelayConnection, RelayHost, RelayLog } from "../relay.ts";

/**
 * A relay between apps of one process, with history: for tests of what several processes do.
 *
 * @example
 * ```ts
 * import { memory, Spindash } from "spindash";
 *
 * const relay = memory();
 * const [one, other] = [new Spindash("shop", { relay }), new Spindash("shop", { relay })];
 * const servers = [await one.listen({ port: 0 }), await other.listen({ port: 0 })];
 * other.subscribe("news", (data) => console.assert(data === "for all"));
 * await one.publish("news", "for all");
 * for (const server of servers) await server.stop();
 * ```
 */
export function memory(): Relay {
  return new MemoryRelay();
}

class MemoryRelay implements Relay {
  readonly name = "memory";
  readonly history: MemoryHistory<Buffer> = new MemoryHistory();
  readonly #connections = new Set<MemoryConnection>();

  async open(host: RelayHost): Promise<RelayConnection> {
    const connection = new MemoryConnection(this, host);
    this.#connections.add(connection);
    host.connected();
    return connection;
  }

  leave(connection: MemoryConnection): void {
    this.#connections.delete(connection);
  }

  /** As over a network, messages arrive in a later turn. */
  send(app: string, channel: string, message: Buffer, id?: string): void {
    process.nextTick(() => {
      for (const connection of this.#connections) connection.receive(app, channel, message, id);
    });
  }
}

class MemoryConnection implements RelayConnection, RelayLog {
  readonly log: RelayLog = this;
  readonly #relay: MemoryRelay;
  readonly #host: RelayHost;
  readonly #channels = new Set<string>();

  constructor(relay: MemoryRelay, host: RelayHost) {
    this.#relay = relay;
    this.#host = host;
  }

  publish(channel: string, message: Buffer): void {
    this.#relay.send(this.#host.app, channel, message);
  }

  async subscribe(channel: string): Promise<void> {
    this.#channels.add(channel);
  }

  unsubscribe(channel: string): void {
    this.#channels.delete(channel);
  }

  async append(channel: string, message: Buffer, _author: RelayAuthor, limits: HistoryLimits): Promise<void> {
    const { app } = this.#host;
    this.#relay.send(app, channel, message, this.#relay.history.append(`${app} ${channel}`, message, limits));
  }

  async read(channel: string, from: HistoryFrom): Promise<HistoryPage<Buffer>> {
    return this.#relay.history.read(`${this.#host.app} ${channel}`, from);
  }

  receive(app: string, channel: string, message: Buffer, id: string | undefined): void {
    if (app === this.#host.app && this.#channels.has(channel)) this.#host.receive(channel, message, id);
  }

  async close(): Promise<void> {
    this.#relay.leave(this);
  }
}
