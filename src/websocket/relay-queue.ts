interface Waiting {
  readonly channel: string;
  readonly message: Buffer;
}

const MOST_MESSAGES = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** Messages for a broker that cannot be reached now: the newest 10,000, and no more than 16 MiB. */
export class RelayQueue {
  #waiting: Waiting[] = [];
  #first = 0;
  #bytes = 0;
  /** How many messages were given up for newer ones. */
  dropped = 0;

  get length(): number {
    return this.#waiting.length - this.#first;
  }

  push(channel: string, message: Buffer): void {
    this.#waiting.push({ channel, message });
    this.#bytes += message.length;
    while (this.length > MOST_MESSAGES || this.#bytes > MOST_BYTES) {
      this.shift();
      this.dropped++;
    }
  }

  shift(): Waiting | undefined {
    const next = this.#waiting[this.#first];
    if (next === undefined) return undefined;
    this.#bytes -= next.message.length;
    this.#first++;
    if (this.#first === this.#waiting.length || this.#first === MOST_MESSAGES) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return next;
  }
}
