/**
 * The time a peer has for moving bytes: it runs while somebody waits for the peer, and what moves wins it back, each
 * `rate` bytes a second of it, up to `timeout` seconds. So a peer that falls silent, and one that drips, are both over
 * their time sooner or later.
 */
export class TransferTime {
  private readonly most: number;
  /** Milliseconds that a byte wins. */
  private readonly worth: number;
  private left: number;
  /** When the wait began, -1 while nobody waits. */
  private since = -1;

  /**
   * @param timeout seconds.
   * @param rate bytes a second; 0 where any byte wins back everything.
   * @param slack milliseconds by which the times given may be off.
   */
  constructor(timeout: number, rate: number, slack: number) {
    this.most = timeout * 1000 + slack;
    this.worth = rate === 0 ? Number.POSITIVE_INFINITY : 1000 / rate;
    this.left = this.most;
  }

  /** When the time is over if nothing moves. */
  get deadline(): number {
    return this.since < 0 ? Number.POSITIVE_INFINITY : this.since + this.left;
  }

  /** Another transfer begins. */
  reset(): void {
    this.left = this.most;
    this.since = -1;
  }

  /** Somebody waits for the peer from now on. */
  begin(now: number): void {
    if (this.since < 0) this.since = now;
  }

  /** Nobody waits any longer. */
  end(now: number): void {
    this.spend(now);
    this.since = -1;
  }

  /** Bytes have moved. */
  move(bytes: number, now: number): void {
    if (bytes <= 0) return;
    this.spend(now);
    this.left = Math.min(this.most, this.left + bytes * this.worth);
  }

  /** Bytes that waited while the process was busy still count: time never runs below nothing. */
  private spend(now: number): void {
    if (this.since < 0) return;
    this.left = Math.max(0, this.left - (now - this.since));
    this.since = now;
  }
}
