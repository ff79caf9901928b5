import { randomBytes } from "node:crypto";
import { Deferred } from "./deferred.ts";
import type { HistoryFrom, HistoryLimits, HistoryPage } from "./history.ts";
import type { Relay, RelayAuthor, RelayConnection, RelayHost, RelayLog, RelayState } from "./relay.ts";
import { formatRelayMessage, parseRelayMessage, type RelayMessage } from "./relay-message.ts";
import { RelayQueue } from "./relay-queue.ts";

/** How long a start waits for the broker; then the app starts without it, and the relay keeps trying. */
const FIRST_CONNECTION = 2000;
/** More processes than this are not told apart by what they sent last. */
const MOST_NODES = 10_000;

/** Gets the messages of one channel. */
export interface ChannelListener {
  /** @param id the place in the channel's log, where it has one. */
  receive(message: RelayMessage, id: string | undefined): void;
  /** The broker is away: what comes next may not follow what came last. */
  interrupt(): void;
  /** The broker is there again: what it sent meanwhile is missed. */
  recover(): void;
}

/** What others may know of an app's relay. */
export interface RelayStatus {
  readonly name: string;
  readonly state: RelayState;
  /** Messages that wait for the broker to come back. */
  readonly waiting: number;
  /** Messages that were given up because too many waited. */
  readonly dropped: number;
  /** Calls a function whenever the state changes. @returns ends that. */
  onChange(listener: (state: RelayState) => void): () => void;
}

/**
 * An app's end of its relay. It signs what this process sends, and lets through each message of another process once and in
 * its author's order; while the broker is away what is sent waits, within bounds.
 */
export class RelayLink implements RelayHost, RelayStatus {
  /** This process, as the others see it. */
  readonly node: string = randomBytes(9).toString("base64url");
  readonly app: string;
  readonly report: (error: Error) => void;
  state: RelayState = "closed";
  readonly #relay: Relay;
  readonly #listeners = new Map<string, ChannelListener>();
  readonly #observers = new Set<(state: RelayState) => void>();
  readonly #queue = new RelayQueue();
  /** The last message of each other process. */
  readonly #heard = new Map<string, number>();
  #connection: RelayConnection | undefined = undefined;
  #sequence = 0;

  constructor(relay: Relay, app: string, report: (error: Error) => void) {
    this.#relay = relay;
    this.app = app;
    this.report = report;
  }

  get name(): string {
    return this.#relay.name;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get dropped(): number {
    return this.#queue.dropped;
  }

  onChange(listener: (state: RelayState) => void): () => void {
    this.#observers.add(listener);
    return () => this.#observers.delete(listener);
  }

  /** Resolves when the broker is reached, or has not been for some time. Rejects with a SetupError. */
  async open(): Promise<void> {
    this.#setState("connecting");
    const connection = await this.#relay.open(this);
    this.#connection = connection;
    for (const channel of this.#listeners.keys()) void connection.subscribe(channel);
    this.#sendWaiting();
    await this.#firstConnection();
    if (this.#connection === connection && this.state !== "connected")
      this.report(new Error(`The relay ${this.name} has not reached its broker yet; it keeps trying`));
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#setState("closed");
    await connection?.close();
  }

  /** Gets the messages of a channel; one listener a channel. Resolves when no message sent from now on is missed. */
  listen(channel: string, listener: ChannelListener): Promise<void> {
    this.#listeners.set(channel, listener);
    return this.#connection?.subscribe(channel) ?? Promise.resolve();
  }

  ignore(channel: string): void {
    this.#listeners.delete(channel);
    this.#connection?.unsubscribe(channel);
  }

  send(channel: string, payload: Buffer): void {
    const message = formatRelayMessage(this.#nextAuthor(), payload);
    if (this.state === "connected" && this.#connection !== undefined)
      this.#connection.publish(channel, message);
    else this.#queue.push(channel, message);
  }

  /** Sends a message that is kept. Comes back to this process too, by the same author. */
  append(
    channel: string,
    payload: Buffer,
    limits: HistoryLimits,
  ): { author: RelayAuthor; done: Promise<void> } {
    const log = this.#log();
    const author = this.#nextAuthor();
    return { author, done: log.append(channel, formatRelayMessage(author, payload), author, limits) };
  }

  async read(channel: string, from: HistoryFrom): Promise<HistoryPage<RelayMessage>> {
    const { entries, isComplete } = await this.#log().read(channel, from);
    const parsed = entries.flatMap(({ id, message }) => {
      const known = parseRelayMessage(message);
      return known === undefined ? [] : [{ id, message: known }];
    });
    return { entries: parsed, isComplete };
  }

  receive(channel: string, message: Buffer, id?: string): void {
    const listener = this.#listeners.get(channel);
    const parsed = parseRelayMessage(message);
    if (listener === undefined || parsed === undefined) return;
    // The ids of a log have an order of their own; other messages have their author's.
    if (id === undefined && !this.#isNext(parsed)) return;
    try {
      listener.receive(parsed, id);
    } catch (error) {
      this.report(new Error(`A message of the relay ${this.name} cannot be read`, { cause: error }));
    }
  }

  connected(): void {
    const isBack = this.state === "reconnecting";
    this.#setState("connected");
    this.#sendWaiting();
    if (isBack) for (const listener of [...this.#listeners.values()]) listener.recover();
  }

  disconnected(error?: Error): void {
    if (this.state !== "connected") return;
    for (const listener of [...this.#listeners.values()]) listener.interrupt();
    this.#setState("reconnecting");
    this.report(new Error(`The relay ${this.name} has lost its broker; it keeps trying`, { cause: error }));
  }

  #sendWaiting(): void {
    const connection = this.#connection;
    if (connection === undefined || this.state !== "connected") return;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
      connection.publish(next.channel, next.message);
  }

  #log(): RelayLog {
    if (this.#connection === undefined)
      throw new Error("Topics with history can be used once the app has started: the relay is not open");
    if (this.#connection.log !== undefined) return this.#connection.log;
    throw new Error(`The relay ${this.name} keeps no history; use a topic without it, or another relay`);
  }

  #nextAuthor(): RelayAuthor {
    return { node: this.node, sequence: ++this.#sequence };
  }

  #isNext({ node, sequence }: RelayAuthor): boolean {
    if (node === this.node || sequence <= (this.#heard.get(node) ?? 0)) return false;
    this.#heard.set(node, sequence);
    if (this.#heard.size > MOST_NODES) this.#heard.delete(this.#heard.keys().next().value as string);
    return true;
  }

  async #firstConnection(): Promise<void> {
    if (this.state !== "connecting") return;
    const changed = new Deferred<void>();
    const forget = this.onChange(() => changed.resolve());
    const timer = setTimeout(() => changed.resolve(), FIRST_CONNECTION);
    await changed.promise;
    clearTimeout(timer);
    forget();
  }

  #setState(state: RelayState): void {
    if (this.state === state) return;
    this.state = state;
    for (const observer of [...this.#observers]) {
      try {
        observer(state);
      } catch (error) {
        this.report(error as Error);
      }
    }
  }
}
