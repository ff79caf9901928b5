import type { Redis } from "ioredis";
import { Deferred } from "../deferred.ts";
import {
  BEGINNING,
  type HistoryEntry,
  type HistoryFrom,
  type HistoryLimits,
  type HistoryPage,
  isHistoryId,
} from "../history.ts";
import type { RelayAuthor, RelayLog } from "../relay.ts";

/**
 * Keeps a message and sends it to those who listen, as one step: the order of the stream is the order everybody sees. A
 * message that is sent again, because its answer was lost, is known by its author's sequence number.
 */
const APPEND = `
local last = redis.call('GET', KEYS[2])
if last and tonumber(last) >= tonumber(ARGV[1]) then return end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[2], '*', 'm', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('SET', KEYS[2], ARGV[1], 'EX', 86400)
redis.call('PUBLISH', ARGV[5], '=' .. id .. ' ' .. ARGV[4])
`;

/** In front of the id of a message that is kept; no other message begins with it. */
const LOGGED = 0x3d;
/** More messages than this do not wait for the server. */
const MOST_WAITING = 10_000;

interface Append {
  readonly channel: string;
  readonly message: Buffer;
  readonly author: RelayAuthor;
  readonly limits: HistoryLimits;
  readonly done: Deferred<void>;
}

/** Id and message of what the script sends; undefined for a message that is not kept. */
export function parseLoggedMessage(bytes: Buffer): HistoryEntry<Buffer> | undefined {
  if (bytes[0] !== LOGGED) return undefined;
  const end = bytes.indexOf(0x20);
  const id = bytes.toString("latin1", 1, end);
  return isHistoryId(id) ? { id, message: bytes.subarray(end + 1) } : undefined;
}

/** Whether the server has answered with an error; else the connection broke, and nobody knows. */
export function isAnswer(error: unknown): boolean {
  return (error as Error).name === "ReplyError";
}

/** Topics with history as Redis streams. */
export class RedisLog implements RelayLog {
  readonly #client: Redis;
  readonly #prefix: string;
  /** Those not answered yet, in order: when the connection is back they are sent again. */
  readonly #waiting = new Set<Append>();
  #isReady = false;
  #isClosed = false;
  /** Settled when the connection is there. */
  #back: Deferred<void> = new Deferred();

  constructor(client: Redis, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  append(channel: string, message: Buffer, author: RelayAuthor, limits: HistoryLimits): Promise<void> {
    if (this.#waiting.size >= MOST_WAITING)
      return Promise.reject(
        new Error(
          `${MOST_WAITING} messages wait for Redis already, so this one cannot be kept; publish it again later`,
        ),
      );
    const append = { channel, message, author, limits, done: new Deferred<void>() };
    this.#waiting.add(append);
    if (this.#isReady) void this.#send(append);
    return append.done.promise;
  }

  async read(channel: string, from: HistoryFrom): Promise<HistoryPage<Buffer>> {
    for (;;) {
      await this.#back.promise;
      try {
        return await this.#readOnce(channel, from);
      } catch (error) {
        if (isAnswer(error) || this.#isClosed) throw error;
        // The connection broke, though its end may not have been noticed yet.
        this.pause();
      }
    }
  }

  /** The connection is there: what was not answered is sent again. */
  resume(): void {
    this.#isReady = true;
    this.#back.resolve();
    for (const append of this.#waiting) void this.#send(append);
  }

  pause(): void {
    if (this.#isReady) this.#back = new Deferred();
    this.#isReady = false;
  }

  close(): void {
    this.#isReady = false;
    this.#isClosed = true;
    this.#back.resolve();
    for (const { done } of this.#waiting)
      done.reject(new Error("The app stopped before Redis had the message"));
    this.#waiting.clear();
  }

  async #readOnce(channel: string, { after, last = 0 }: HistoryFrom): Promise<HistoryPage<Buffer>> {
    const key = this.#streamOf(channel);
    if (after === undefined) {
      const found = last > 0 ? await this.#client.xrevrangeBuffer(key, "+", "-", "COUNT", last) : [];
      return { entries: found.reverse().map(toEntry), isComplete: true };
    }
    const start = isHistoryId(after) ? after : BEGINNING;
    const entries = (await this.#client.xrangeBuffer(key, start, "+")).map(toEntry);
    if (after === BEGINNING) return { entries, isComplete: true };
    // Where the message itself is still kept, so are all behind it.
    const isComplete = entries[0]?.id === after;
    if (isComplete) return { entries: entries.slice(1), isComplete };
    return { entries: (await this.#client.xrangeBuffer(key, "-", "+")).map(toEntry), isComplete };
  }

  async #send(append: Append): Promise<void> {
    const { channel, message, author, limits, done } = append;
    const milliseconds = Math.max(1, Math.round(limits.keep * 1000));
    const keys = [this.#streamOf(channel), `${this.#prefix}last:${author.node}`] as const;
    const values = [author.sequence, limits.history, milliseconds, message, this.#prefix + channel] as const;
    try {
      await this.#client.eval(APPEND, keys.length, ...keys, ...values);
    } catch (error) {
      // Only an answer of the server settles it; else the connection broke, and it is sent again.
      if (!isAnswer(error)) return;
      this.#waiting.delete(append);
      done.reject(error as Error);
      return;
    }
    this.#waiting.delete(append);
    done.resolve();
  }

  #streamOf(channel: string): string {
    return `${this.#prefix}log:${channel}`;
  }
}

function toEntry([id, fields]: [Buffer, Buffer[]]): HistoryEntry<Buffer> {
  return { id: id.toString("latin1"), message: fields[1] ?? Buffer.alloc(0) };
}
