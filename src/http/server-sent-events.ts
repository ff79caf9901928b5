import { DeferredResponse } from "./deferred-response.ts";
import { formatEvent, type ServerSentEvent } from "./event-format.ts";
import { type Duration, parseDuration } from "./quantity.ts";
import type { Request } from "./request.ts";
import type { BodyWriter, Response, ResponseOptions } from "./response.ts";

/** Where events go. */
export interface EventStream {
  /** What the client has seen last, by its `Last-Event-ID` field; `""` when it has just come. */
  readonly lastEventId: string;
  /** Aborts when the client has left or the server stops: pass it to whatever is waited for. */
  readonly signal: AbortSignal;
  /**
   * Sends an event; a string is one with that data. Resolves when the client can take more, rejects when it has left.
   * Throws a TypeError for an event that says nothing or would break its line.
   */
  send(event: ServerSentEvent | string): Promise<void>;
}

/** Sends events until it returns. */
export type EventProducer = (events: EventStream) => void | Promise<void>;

/** Options of {@link sse}. */
export interface EventStreamOptions extends ResponseOptions {
  /** A silent stream gets a comment this often, so that nobody on the way takes it for dead; 0 for never. @default "15s" */
  heartbeat?: Duration;
  /** Tells the client how long to wait before it comes back. @default the browser's, a few seconds */
  retry?: Duration;
}

const HEARTBEAT = ":\n\n";

/**
 * Server-sent events (HTML standard, section 9.2): what `EventSource` in browsers listens to.
 *
 * The stream ends when the producer returns, the client leaves or the server begins to stop. Browsers come back by themselves, and say which event they
 * saw last: send the events behind `events.lastEventId` then. To keep a client from coming back, answer it by a 204.
 *
 * @throws {SetupError} for a `heartbeat` or `retry` that is no duration.
 *
 * @example
 * ```ts
 * import { setTimeout as sleep } from "node:timers/promises";
 * import { Spindash, sse } from "spindash";
 *
 * const app = new Spindash("clock");
 * app.get("/ticks", () =>
 *   sse(async (events) => {
 *     for (let tick = Number(events.lastEventId) + 1; ; tick++) {
 *       await events.send({ event: "tick", id: String(tick), data: { tick } });
 *       await sleep(1000, undefined, { signal: events.signal });
 *     }
 *   }),
 * );
 * ```
 */
export function sse(producer: EventProducer, options: EventStreamOptions = {}): Response {
  return new EventStreamResponse(producer, options);
}

class EventStreamResponse extends DeferredResponse {
  private readonly producer: EventProducer;
  private readonly heartbeat: number;
  private readonly opening: string;

  constructor(producer: EventProducer, options: EventStreamOptions) {
    super(null, "text/event-stream", options);
    this.producer = producer;
    this.heartbeat = parseDuration(options.heartbeat ?? "15s") * 1000;
    // Something has to be sent at once: until then browsers, and proxies that collect, do not take the stream for open.
    this.opening = options.retry === undefined ? HEARTBEAT : formatEvent({ retry: options.retry });
    const { headers } = this;
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
    headers.set("x-accel-buffering", "no");
  }

  complete(request: Request): Response {
    // Browsers send it as UTF-8; a field's value has one character for each byte.
    const lastEventId = Buffer.from(request.headers.get("last-event-id") ?? "", "latin1").toString();
    this.body = (out) => this.run(new OpenEventStream(out, lastEventId, this.heartbeat));
    return this;
  }

  private async run(stream: OpenEventStream): Promise<void> {
    try {
      await stream.write(this.opening);
      // Who waits for something else than a write need not hear of the end.
      await Promise.race([this.producer(stream), stream.left, stream.stopped]);
    } catch (error) {
      // A client that is to come back to another process is not to see an error.
      if (!stream.isStopping) throw error;
    } finally {
      stream.close();
    }
  }
}

class OpenEventStream implements EventStream {
  readonly lastEventId: string;
  readonly signal: AbortSignal;
  /** Rejects when the client has left. */
  readonly left: Promise<never>;
  /** Resolves when the server begins to stop. */
  readonly stopped: Promise<void>;
  private readonly out: BodyWriter;
  private readonly timer: NodeJS.Timeout | undefined;
  private isWaiting = false;
  private isClosed = false;

  constructor(out: BodyWriter, lastEventId: string, heartbeat: number) {
    this.out = out;
    this.lastEventId = lastEventId;
    this.left = rejectionOf(out.signal);
    this.stopped = out.stopping === undefined ? new Promise(() => {}) : abortionOf(out.stopping);
    this.signal = out.stopping === undefined ? out.signal : AbortSignal.any([out.signal, out.stopping]);
    this.timer = heartbeat === 0 ? undefined : setTimeout(() => this.beat(), heartbeat).unref();
  }

  get isStopping(): boolean {
    return this.out.stopping?.aborted === true;
  }

  async send(event: ServerSentEvent | string): Promise<void> {
    await this.write(formatEvent(typeof event === "string" ? { data: event } : event));
  }

  async write(text: string): Promise<void> {
    if (this.isClosed)
      throw new Error("send() after the end of the event stream: await it before the producer returns");
    this.timer?.refresh();
    this.isWaiting = true;
    await this.out.write(text);
    this.isWaiting = false;
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** A reader that has not taken the last event yet needs no sign of life. */
  private beat(): void {
    if (!this.isWaiting) this.write(HEARTBEAT).catch(() => {});
    else this.timer?.refresh();
  }
}

function abortionOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  const rejection = abortionOf(signal).then(() => {
    throw signal.reason;
  });
  rejection.catch(() => {});
  return rejection;
}
