/** How much of a topic is kept. */
export interface HistoryLimits {
  /** How many messages. */
  readonly history: number;
  /** How long after the last one, in seconds. */
  readonly keep: number;
}

/** Which of the kept messages are wanted: those behind a message, or the last ones. */
export interface HistoryFrom {
  /** The `id` of the last message that is known. */
  after?: string | undefined;
  /** How many of the last messages, where `after` is not given. */
  last?: number | undefined;
}

/** Kept messages, the oldest first. */
export interface HistoryPage<Message> {
  readonly entries: readonly HistoryEntry<Message>[];
  /** False when messages behind `after` may be kept no longer, or `after` is unknown. */
  readonly isComplete: boolean;
}

/** A message with its place in the history of its topic. */
export interface HistoryEntry<Message> {
  readonly id: string;
  readonly message: Message;
}

/** Before every message. */
export const BEGINNING = "0-0";

const ID = /^(\d{1,16})-(\d{1,16})$/;
/** Topics that are kept by one process; past it the one longest without a message is forgotten. */
const MOST_LOGS = 10_000;

/** Whether it has the form of an id: two numbers, the first one a time. */
export function isHistoryId(id: string): boolean {
  return ID.test(id);
}

/** Negative when `one` is the older message of a topic, 0 when it is the same. */
export function compareHistoryIds(one: string, other: string): number {
  const [, oneTime, oneCount] = ID.exec(one) ?? [];
  const [, otherTime, otherCount] = ID.exec(other) ?? [];
  return Number(oneTime) - Number(otherTime) || Number(oneCount) - Number(otherCount);
}

interface Log<Message> {
  entries: HistoryEntry<Message>[];
  /** The youngest message that is kept no longer. */
  trimmed: string;
  /** When all of it is forgotten. */
  until: number;
}

/** The last messages of topics, in the memory of one process. */
export class MemoryHistory<Message> {
  /** The one longest without a message first. */
  readonly #logs = new Map<string, Log<Message>>();
  readonly #now: () => number;
  /** Ids of a later process are greater, so that a client's id from before a restart is known to be old. */
  readonly #time: number;
  #count = 0;

  /** @param now the time in milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#time = now();
  }

  /** Keeps a message. @returns its id. */
  append(topic: string, message: Message, { history, keep }: HistoryLimits): string {
    const now = this.#now();
    const log = this.#logs.get(topic) ?? { entries: [], trimmed: BEGINNING, until: 0 };
    if (log.until < now) this.#trim(log, 0);
    const id = `${this.#time}-${++this.#count}`;
    log.entries.push({ id, message });
    log.until = now + keep * 1000;
    if (log.entries.length > history) this.#trim(log, history);
    this.#logs.delete(topic);
    this.#logs.set(topic, log);
    this.#forgetOld(now);
    return id;
  }

  read(topic: string, { after, last = 0 }: HistoryFrom): HistoryPage<Message> {
    const log = this.#logs.get(topic);
    const isKept = log !== undefined && log.until >= this.#now();
    const entries = isKept ? log.entries : [];
    if (after === undefined) return { entries: last > 0 ? entries.slice(-last) : [], isComplete: true };
    if (after === BEGINNING || (isKept && after === log.trimmed))
      return { entries, isComplete: !isKept || after === log.trimmed };
    const index = entries.findIndex(({ id }) => id === after);
    return { entries: entries.slice(index + 1), isComplete: index >= 0 };
  }

  #trim(log: Log<Message>, length: number): void {
    const removed = log.entries.splice(0, log.entries.length - length);
    log.trimmed = removed.at(-1)?.id ?? log.trimmed;
  }

  #forgetOld(now: number): void {
    for (const [topic, { until }] of this.#logs) {
      if (until >= now && this.#logs.size <= MOST_LOGS) return;
      this.#logs.delete(topic);
    }
  }
}
