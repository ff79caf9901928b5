import type { Redis, RedisOptions } from "ioredis";
import { importPeer } from "../../http/import-peer.ts";
import { Deferred } from "../deferred.ts";
import type { Relay, RelayConnection, RelayHost, RelayLog } from "../relay.ts";
import { isAnswer, parseLoggedMessage, RedisLog } from "./redis-log.ts";

/** How a Redis server is used as a relay. */
export interface RedisRelayOptions {
  /** In front of all keys and channels; the app's name follows. @default "spindash" */
  prefix?: string;
  /** What ioredis is told besides: TLS, user, password, sentinels. */
  client?: RedisOptions;
}

/** Milliseconds before the first new attempt to connect, doubled for each that fails up to the longest. */
const FIRST_RETRY = 50;
const LONGEST_RETRY = 2000;

/**
 * A relay over Redis: pub/sub for topics and presence, streams for topics with history. Needs the package `ioredis`.
 *
 * @param url such as `redis://127.0.0.1:6379`, `rediss://` for TLS.
 */
export function redis(url = "redis://127.0.0.1:6379", options: RedisRelayOptions = {}): Relay {
  return {
    name: "redis",
    async open(host) {
      const { Redis } = await importPeer("ioredis", "The relay redis", () => import("ioredis"), ["Redis"]);
      const settings = clientOptions(options);
      return new RedisConnection(host, `${options.prefix ?? "spindash"}:${host.app}:`, {
        publisher: new Redis(url, settings),
        subscriber: new Redis(url, settings),
      });
    },
  };
}

/** Commands are never repeated behind our back: what may get lost and what may not is decided here. */
function clientOptions({ client }: RedisRelayOptions): RedisOptions & { replyMapping: "legacy" } {
  return {
    keepAlive: 5000,
    connectTimeout: 5000,
    ...client,
    replyMapping: "legacy",
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => {
      const longest = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(attempt, 10));
      return longest / 2 + (longest / 2) * Math.random();
    },
  };
}

/** Two connections: one that subscribes has no other commands. */
class RedisConnection implements RelayConnection {
  readonly log: RelayLog;
  readonly #host: RelayHost;
  readonly #prefix: string;
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #redisLog: RedisLog;
  readonly #channels = new Set<string>();
  #isReady = false;
  /** Settled when the connections are there again, or given up. */
  #back: Deferred<void> = new Deferred();
  #lastError: Error | undefined = undefined;

  constructor(host: RelayHost, prefix: string, clients: { publisher: Redis; subscriber: Redis }) {
    this.#host = host;
    this.#prefix = prefix;
    this.#publisher = clients.publisher;
    this.#subscriber = clients.subscriber;
    this.#redisLog = new RedisLog(clients.publisher, prefix);
    this.log = this.#redisLog;
    for (const client of [this.#publisher, this.#subscriber]) {
      client.on("ready", () => void this.#begin());
      client.on("close", () => this.#lose());
      client.on("error", (error) => {
        this.#lastError = error;
      });
    }
    this.#subscriber.on("messageBuffer", (channel, message) => this.#receive(channel, message));
  }

  publish(channel: string, message: Buffer): void {
    this.#publisher.publish(this.#prefix + channel, message).catch((error: Error) => {
      // A connection that breaks now loses the message; its close will be reported.
      if (isAnswer(error)) this.#host.report(error);
    });
  }

  async subscribe(channel: string): Promise<void> {
    this.#channels.add(channel);
    try {
      if (this.#isReady) await this.#subscribe([channel]);
      else await this.#back.promise;
    } catch {
      // The connection broke; all channels are subscribed to when it is back.
      await this.#back.promise;
    }
  }

  unsubscribe(channel: string): void {
    this.#channels.delete(channel);
    if (this.#isReady) this.#subscriber.unsubscribe(this.#prefix + channel).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isReady = false;
    this.#back.resolve();
    this.#redisLog.close();
    for (const client of [this.#publisher, this.#subscriber]) {
      // What was published last is on its way when the server has answered.
      if (client.status === "ready") await client.quit().catch(() => undefined);
      client.disconnect();
    }
  }

  async #begin(): Promise<void> {
    if (this.#publisher.status !== "ready" || this.#subscriber.status !== "ready") return;
    try {
      await this.#subscribe([...this.#channels.keys()]);
    } catch {
      return;
    }
    if (this.#publisher.status !== "ready" || this.#subscriber.status !== "ready") return;
    this.#isReady = true;
    this.#lastError = undefined;
    this.#redisLog.resume();
    this.#back.resolve();
    this.#host.connected();
  }

  #lose(): void {
    if (this.#isReady) this.#back = new Deferred();
    this.#isReady = false;
    this.#redisLog.pause();
    this.#host.disconnected(this.#lastError);
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    if (channels.length === 0) return;
    await this.#subscriber.subscribe(...channels.map((channel) => this.#prefix + channel));
  }

  #receive(key: Buffer, bytes: Buffer): void {
    const channel = key.toString().slice(this.#prefix.length);
    const logged = parseLoggedMessage(bytes);
    if (logged === undefined) this.#host.receive(channel, bytes);
    else this.#host.receive(channel, logged.message, logged.id);
  }
}
