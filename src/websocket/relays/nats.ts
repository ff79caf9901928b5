import { Buffer } from "node:buffer";
import type { NatsConnection, NodeConnectionOptions, Subscription } from "@nats-io/transport-node";
import { importPeer } from "../../http/import-peer.ts";
import { Deferred } from "../deferred.ts";
import type { Relay, RelayConnection, RelayHost } from "../relay.ts";

/** How a NATS server is used as a relay. */
export interface NatsRelayOptions {
  /** In front of all subjects; the app's name follows. @default "spindash" */
  prefix?: string;
  /** What the NATS client is told besides: TLS, user, password, token. */
  client?: NodeConnectionOptions;
}

type Connect = (options: NodeConnectionOptions) => Promise<NatsConnection>;

/** Milliseconds before a new attempt to connect. */
const RETRY = 250;
const RETRY_JITTER = 250;

/**
 * A relay over NATS, for topics without history and for presence. Needs the package `@nats-io/transport-node`.
 *
 * @param servers such as `nats://127.0.0.1:4222`; several for a cluster.
 */
export function nats(
  servers: string | readonly string[] = "nats://127.0.0.1:4222",
  options: NatsRelayOptions = {},
): Relay {
  return {
    name: "nats",
    async open(host) {
      const { connect } = await importPeer(
        "@nats-io/transport-node",
        "The relay nats",
        () => import("@nats-io/transport-node"),
        ["connect"],
      );
      const settings: NodeConnectionOptions = {
        ...options.client,
        servers: typeof servers === "string" ? servers : [...servers],
        maxReconnectAttempts: -1,
        reconnectTimeWait: RETRY,
        reconnectJitter: RETRY_JITTER,
        noEcho: true,
      };
      return new NatsRelayConnection(host, `${options.prefix ?? "spindash"}.${host.app}.`, connect, settings);
    },
  };
}

class NatsRelayConnection implements RelayConnection {
  readonly log = undefined;
  readonly #host: RelayHost;
  readonly #prefix: string;
  readonly #channels = new Map<string, Subscription | undefined>();
  readonly #connecting: Promise<void>;
  #connection: NatsConnection | undefined = undefined;
  #isReady = false;
  /** Settled when the connection is there again, or given up. */
  #back: Deferred<void> = new Deferred();
  #isClosing = false;

  constructor(host: RelayHost, prefix: string, connect: Connect, options: NodeConnectionOptions) {
    this.#host = host;
    this.#prefix = prefix;
    this.#connecting = this.#connect(connect, options);
  }

  publish(channel: string, message: Buffer): void {
    try {
      this.#connection?.publish(this.#subjectOf(channel), message);
    } catch (error) {
      this.#host.report(error as Error);
    }
  }

  async subscribe(channel: string): Promise<void> {
    if (!this.#channels.has(channel)) this.#channels.set(channel, this.#open(channel));
    if (!this.#isReady) return this.#back.promise;
    // The server answers in order: behind the answer to this, the subscription holds.
    await this.#connection?.flush().catch(() => this.#back.promise);
  }

  unsubscribe(channel: string): void {
    this.#channels.get(channel)?.unsubscribe();
    this.#channels.delete(channel);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#isReady = false;
    this.#back.resolve();
    await this.#connecting;
    const connection = this.#connection;
    if (connection === undefined || connection.isClosed()) return;
    // Sends what was published last, unless the server is away.
    await Promise.race([connection.flush().catch(() => undefined), delay(RETRY)]);
    await connection.close();
  }

  /** The client of NATS keeps trying only once it was connected. */
  async #connect(connect: Connect, options: NodeConnectionOptions): Promise<void> {
    while (!this.#isClosing) {
      try {
        this.#connection = await connect(options);
        break;
      } catch {
        await delay(RETRY + RETRY_JITTER * Math.random());
      }
    }
    if (this.#connection === undefined || this.#isClosing) return;
    for (const channel of this.#channels.keys()) this.#channels.set(channel, this.#open(channel));
    void this.#watch(this.#connection);
    await this.#begin(this.#connection);
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === "disconnect") this.#lose();
      else if (status.type === "reconnect") await this.#begin(connection);
      else if (status.type === "error") this.#host.report(status.error);
    }
  }

  async #begin(connection: NatsConnection): Promise<void> {
    try {
      await connection.flush();
    } catch {
      return;
    }
    if (this.#isClosing) return;
    this.#isReady = true;
    this.#back.resolve();
    this.#host.connected();
  }

  #lose(): void {
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#back = new Deferred();
    this.#host.disconnected();
  }

  #open(channel: string): Subscription | undefined {
    return this.#connection?.subscribe(this.#subjectOf(channel), {
      callback: (error, { data }) => {
        if (error === null)
          this.#host.receive(channel, Buffer.from(data.buffer, data.byteOffset, data.length));
      },
    });
  }

  /** Subjects are words between dots; any other text of a channel is written as one word. */
  #subjectOf(channel: string): string {
    return this.#prefix + Buffer.from(channel).toString("base64url");
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
