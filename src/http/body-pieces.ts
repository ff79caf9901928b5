/** Pieces of at most this many bytes are joined while they wait. */
const SMALL_PIECE = 1024;
const BLOCK_SIZE = 8 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * The pieces of a body that wait for their reader, copied from where they arrived.
 *
 * Small ones behind others are joined: in chunks of one byte each, a body would take a hundred times its size in buffers.
 */
export class BodyPieces {
  private pieces: Buffer[] = [];
  /** Where small pieces are joined; as long as it has bytes, they are the last piece. */
  private block = NOTHING;
  private blockEnd = 0;

  /** Copies bytes `start` to `end`. */
  add(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.pieces.length === 0 || length > SMALL_PIECE) {
      this.pieces.push(Buffer.from(bytes.subarray(start, end)));
      this.block = NOTHING;
      this.blockEnd = 0;
      return;
    }
    if (this.blockEnd + length > this.block.length) this.startBlock();
    bytes.copy(this.block, this.blockEnd, start, end);
    this.blockEnd += length;
    this.pieces[this.pieces.length - 1] = this.block.subarray(0, this.blockEnd);
  }

  /** Takes the first piece out, undefined if there is none. What was taken never changes. */
  shift(): Buffer | undefined {
    return this.pieces.shift();
  }

  /** Takes all pieces out, as one. */
  takeAll(): Buffer {
    const { pieces } = this;
    this.clear();
    const [first] = pieces;
    return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
  }

  clear(): void {
    this.pieces = [];
  }

  /** How many pieces wait. */
  get count(): number {
    return this.pieces.length;
  }

  private startBlock(): void {
    this.block = Buffer.allocUnsafeSlow(BLOCK_SIZE);
    this.blockEnd = 0;
    this.pieces.push(this.block);
  }
}
