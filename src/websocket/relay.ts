import type { HistoryFrom, HistoryLimits, HistoryPage } from "./history.ts";

/**
 * Where a relay stands: it has not reached its broker yet, it works, it has lost the broker and tries again, or it is not
 * open.
 */
export type RelayState = "connecting" | "connected" | "reconnecting" | "closed";

/**
 * How topics and presence reach the other processes of an app: chosen once, `new Spindash(name, { relay })`. One relay can
 * serve several apps of a process.
 */
export interface Relay {
  readonly name: string;
  /**
   * Begins to connect and keeps trying until it is closed. Rejects with a SetupError for what trying again will not mend, such
   * as a package that is not installed.
   */
  open(host: RelayHost): Promise<RelayConnection>;
}

/** What a relay tells the app it works for. */
export interface RelayHost {
  /** The app's name: apps of different names must not meet. */
  readonly app: string;
  /** A message of a channel that is subscribed to; `id` where it comes from the channel's log. */
  receive(channel: string, message: Buffer, id?: string): void;
  /** The broker is reached, and sends what all channels get from now on. */
  connected(): void;
  disconnected(error?: Error): void;
  /** Something went wrong that changes nothing about the connection. */
  report(error: Error): void;
}

/** An open relay. Channels are any strings up to 1000 characters. */
export interface RelayConnection {
  /**
   * Sends a message to all who subscribe to a channel, in the order of the calls; called while connected. Whether its sender
   * gets it too makes no difference. It may get lost, but never arrives behind a later one.
   */
  publish(channel: string, message: Buffer): void;
  /** Resolves when nothing sent from now on is missed; while the connection is lost, that is when it is back. */
  subscribe(channel: string): Promise<void>;
  unsubscribe(channel: string): void;
  /** Keeps messages of channels; undefined where it cannot. */
  readonly log: RelayLog | undefined;
  close(): Promise<void>;
}

/** Channels whose last messages are kept where all processes find them. */
export interface RelayLog {
  /**
   * Sends a message as `publish` does and keeps it; tried again until it is there once. Rejects when too much waits already.
   *
   * @param author who sends it, and which of its messages it is: the same message is kept once.
   */
  append(channel: string, message: Buffer, author: RelayAuthor, limits: HistoryLimits): Promise<void>;
  /** Waits for the broker while that is away. */
  read(channel: string, from: HistoryFrom): Promise<HistoryPage<Buffer>>;
}

/** Which process sent a message, and which of its messages it is. */
export interface RelayAuthor {
  readonly node: string;
  readonly sequence: number;
}
