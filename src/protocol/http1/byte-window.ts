const NOTHING = Buffer.alloc(0);
const SMALLEST_COPY = 1024;

/**
 * The bytes a parser is looking at: borrowed from their owner while they are read, copied only when some are left over.
 */
export class ByteWindow {
  /** The fed bytes: body events refer to them. */
  bytes: Buffer = NOTHING;
  protected position = 0;
  protected end = 0;
  /** Start of the section being read, -1 between sections. Its bytes must be kept; marks inside it count from it. */
  protected section = -1;
  private owned = false;

  /** How many fed bytes are kept: an unfinished section and what was not read yet. */
  get heldBytes(): number {
    return this.end - this.keepFrom();
  }

  /** Takes `bytes` from `start` to `end`, behind those not used up yet. */
  feed(bytes: Buffer, start: number, end: number): void {
    if (this.keepFrom() === this.end) {
      this.bytes = bytes;
      this.owned = false;
      this.moveBounds(start, end);
    } else this.append(bytes, start, end);
  }

  /** Copies what is still needed of the fed bytes, so that their owner may reuse them. */
  retain(): void {
    const held = this.heldBytes;
    if (held === 0) {
      this.bytes = NOTHING;
      this.moveBounds(0, 0);
    } else if (!this.owned) this.moveTo(Buffer.allocUnsafeSlow(Math.max(SMALLEST_COPY, held)));
  }

  /** Hands over the bytes behind what was read last: after an upgrade they belong to another protocol. */
  takeRest(): Buffer {
    const rest = Buffer.from(this.bytes.subarray(this.position, this.end));
    this.position = this.end;
    return rest;
  }

  private keepFrom(): number {
    return this.section >= 0 ? this.section : this.position;
  }

  private moveBounds(start: number, end: number): void {
    this.position = start;
    this.end = end;
    // A section that has begun, but has no bytes yet.
    if (this.section >= 0) this.section = start;
  }

  private append(bytes: Buffer, start: number, end: number): void {
    const added = end - start;
    const fits = this.owned && this.end + added <= this.bytes.length;
    // Doubling keeps a head that drips in byte by byte linear.
    if (!fits) this.moveTo(Buffer.allocUnsafeSlow(Math.max(SMALLEST_COPY, (this.heldBytes + added) * 2)));
    bytes.copy(this.bytes, this.end, start, end);
    this.end += added;
  }

  private moveTo(target: Buffer): void {
    const from = this.keepFrom();
    this.bytes.copy(target, 0, from, this.end);
    this.bytes = target;
    this.owned = true;
    this.position -= from;
    this.end -= from;
    if (this.section >= 0) this.section -= from;
  }
}
