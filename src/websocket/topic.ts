import { type Duration, parseDuration } from "../http/quantity.ts";
import { SetupError } from "../http/setup-error.ts";

/** What happens to a subscriber that does not keep up: it is closed with 1013 in the end, or misses messages. */
export type SlowSubscriberPolicy = "close" | "drop";

/** How a topic behaves, for everybody. */
export interface TopicOptions {
  /** How many of the last messages are kept for those who come later or come back. @default none */
  history?: number;
  /** How long they are kept after the last one. @default "1d" */
  keep?: Duration;
  /**
   * What a subscriber gets for whom more than `websocketBufferLimit` waits: `"close"` goes on until
   * `websocketBufferHardLimit` and closes with 1013, `"drop"` leaves out messages, for values that the next one replaces.
   * @default "close"
   */
  slow?: SlowSubscriberPolicy;
}

/** A topic: its name, what its messages are, and how it behaves. Made by {@link topic}. */
export interface Topic<Value = unknown> extends Readonly<TopicOptions> {
  readonly name: string;
  /** Never there: carries the type of the messages. */
  readonly "~value"?: Value;
}

/** {@link TopicOptions} with all defaults. */
export interface TopicSettings {
  readonly history: number;
  /** In seconds. */
  readonly keep: number;
  readonly slow: SlowSubscriberPolicy;
}

const DAY = 24 * 60 * 60;
const POLICIES: readonly unknown[] = ["close", "drop"] satisfies SlowSubscriberPolicy[];
/** Room for any sensible name, and short enough for the names and subjects of every broker. */
const LONGEST_NAME = 1000;
/** Half a character has no UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

export const plainTopic: TopicSettings = { history: 0, keep: DAY, slow: "close" };

const settingsOfTopics = new WeakMap<Topic, TopicSettings>();

/**
 * Defines a topic that carries messages of one type. Define it once, publish and subscribe by it everywhere; its name alone
 * means the same messages without the type and the options.
 *
 * Messages are strings (sent as text), bytes (sent as binary) or values (sent as JSON).
 *
 * @throws {SetupError} for an empty or overlong name and for options that are none.
 * @example
 * ```ts
 * import { Spindash, topic } from "spindash";
 *
 * const prices = topic<{ item: string; cents: number }>("prices", { history: 100 });
 * const app = new Spindash("shop");
 * app.websocket("/prices", async (_req, ws) => {
 *   ws.subscribe(prices);
 *   await ws.closed;
 * });
 * app.publish(prices, { item: "lamp", cents: 3990 });
 * ```
 */
export function topic<Value = unknown>(name: string, options: TopicOptions = {}): Topic<Value> {
  const made: Topic<Value> = { ...options, name };
  topicName(made);
  topicSettings(made);
  return made;
}

/** Whether it can name a topic: text that every broker can carry. */
export function isTopicName(name: unknown): name is string {
  return typeof name === "string" && name !== "" && name.length <= LONGEST_NAME && !LONE_SURROGATE.test(name);
}

/** @throws {SetupError} when it is no name. */
export function topicName(topic: Topic | string): string {
  const name = typeof topic === "string" ? topic : topic.name;
  if (isTopicName(name)) return name;
  throw new SetupError(
    `${describe(name)} cannot name a topic; expected a string of 1 to ${LONGEST_NAME} characters, or what topic() returns`,
  );
}

/** @throws {SetupError} when an option is none. */
export function topicSettings(topic: Topic | string): TopicSettings {
  if (typeof topic === "string") return plainTopic;
  const known = settingsOfTopics.get(topic);
  if (known !== undefined) return known;
  const settings = readOptions(topic);
  settingsOfTopics.set(topic, settings);
  return settings;
}

function readOptions({ name, history = 0, keep = DAY, slow = "close" }: Topic): TopicSettings {
  if (!Number.isSafeInteger(history) || history < 0)
    throw new SetupError(`The topic ${name} has history ${describe(history)}; expected a whole number`);
  if (!POLICIES.includes(slow))
    throw new SetupError(`The topic ${name} has slow ${describe(slow)}; expected "close" or "drop"`);
  return { history, keep: parseDuration(keep), slow };
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
}
