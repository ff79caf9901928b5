import type { Relay, RelayConnection, RelayHost, Topic, TopicMessage } from "../../src/index.ts";
import type { TopicReceiver } from "../../src/websocket/audience.ts";
import type { HistoryFrom } from "../../src/websocket/history.ts";
import { Realtime } from "../../src/websocket/realtime.ts";

/** What one process of an app has of the relay, without a server around it. */
export class RelayNode {
  readonly realtime: Realtime;
  /** What the relay complained about. */
  readonly reports: Error[] = [];

  /** Whether what it sends gets lost. */
  isMute = false;
  #connection: RelayConnection | undefined = undefined;

  private constructor(given: Relay, app: string, heartbeat: number) {
    const relay: Relay = { name: given.name, open: (host) => this.#open(given, host) };
    const report = (error: unknown): void => void this.reports.push(error as Error);
    this.realtime = new Realtime({ app, relay, heartbeat, report });
  }

  static async open(relay: Relay, app = "test", heartbeat = 5): Promise<RelayNode> {
    const node = new RelayNode(relay, app, heartbeat);
    await node.realtime.open();
    return node;
  }

  /** Subscribes, and resolves when that holds everywhere. */
  async listen(topic: Topic | string, from?: HistoryFrom): Promise<Heard> {
    const heard = new Heard();
    await this.realtime.topics.subscribe(topic, heard, from);
    return heard;
  }

  publish(topic: Topic | string, data: unknown, sender?: TopicReceiver): Promise<void> {
    return this.realtime.topics.publish(topic, data, undefined, sender);
  }

  /** Ends as a process does that is killed: without a word. */
  async die(): Promise<void> {
    this.isMute = true;
    await this.#connection?.close();
  }

  close(): Promise<void> {
    return this.realtime.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #open(relay: Relay, host: RelayHost): Promise<RelayConnection> {
    const connection = await relay.open(host);
    this.#connection = connection;
    return {
      log: connection.log,
      publish: (channel, message) => {
        if (!this.isMute) connection.publish(channel, message);
      },
      subscribe: (channel) => connection.subscribe(channel),
      unsubscribe: (channel) => connection.unsubscribe(channel),
      close: () => connection.close(),
    };
  }
}

/** Remembers messages, and waits for them. */
export class Heard implements TopicReceiver {
  readonly messages: TopicMessage[] = [];
  misses = 0;
  #check: () => void = () => {};

  get data(): unknown[] {
    return this.messages.map(({ data }) => data);
  }

  receive(message: TopicMessage): void {
    this.messages.push(message);
    this.#check();
  }

  missed(): void {
    this.misses++;
    this.#check();
  }

  /** Until what was heard satisfies `isEnough`. */
  async until(isEnough: (heard: this) => boolean, milliseconds = 20_000): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      this.#check = () => isEnough(this) && resolve();
      timer = setTimeout(() => {
        reject(new Error(`Not heard in time; the last of ${this.messages.length}: ${this.data.at(-1)}`));
      }, milliseconds);
      this.#check();
    });
    clearTimeout(timer);
  }
}
