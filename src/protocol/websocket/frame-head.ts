import { CONTROL_PAYLOAD_LIMIT, isControl, isOpcode, Opcode, type WebSocketRole } from "./opcode.ts";

const LENGTH_16 = 126;
const RESERVED_BITS = 0x70;
/** In a frame's first byte: it is the last one of its message. */
export const FINAL = 0x80;
/** In a frame's first byte: the message is compressed, where that is agreed on. */
export const RSV1 = 0x40;
const LENGTH_64 = 127;

/**
 * Reads frame heads (RFC 6455 section 5.2), byte by byte, so that a head may be cut anywhere.
 *
 * `push` until it answers true; then `opcode`, `isFinal`, `length` and `key` describe the frame, or `problem` says what
 * is wrong with it, which may be before the head is complete. `begin` prepares for the next one.
 */
export class FrameHead {
  opcode: Opcode = Opcode.Continuation;
  isFinal = false;
  /** Bytes of payload; not exact past 2^53. */
  length = 0;
  /** The masking key, its first byte lowest; 0 where frames are not masked. */
  key = 0;
  /** Whether RSV1 says that this frame begins a compressed message (RFC 7692 section 6). */
  isCompressed = false;
  /** What is wrong, a protocol error; empty when nothing is. */
  problem = "";
  /** The first two bytes, and the length behind them; numbers, since a buffer would cost each idle websocket 350 bytes. */
  #first = 0;
  #second = 0;
  #high = 0;
  #low = 0;
  readonly #maskBit: number;
  readonly #allowsCompression: boolean;
  #size = 0;
  #expected = 2;

  /** @param allowsCompression whether compression is agreed on, so that RSV1 has a meaning. */
  constructor(role: WebSocketRole, allowsCompression = false) {
    this.#maskBit = role === "server" ? 0x80 : 0;
    this.#allowsCompression = allowsCompression;
  }

  /** Whether no byte of the present head has come yet. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  begin(): void {
    this.#size = 0;
    this.#expected = 2;
  }

  /**
   * Takes the next byte.
   * @param isContinuing whether a fragmented message is under way.
   * @returns whether the head is complete or wrong.
   */
  push(byte: number, isContinuing: boolean): boolean {
    this.#take(byte, this.#size++);
    if (this.#size < this.#expected) return false;
    if (this.#size === 2) {
      this.problem = this.#readOpening(isContinuing);
      if (this.problem !== "") return true;
      this.#expected = this.#wholeSize();
      if (this.#expected > 2) return false;
    }
    this.problem = this.#readLength();
    return true;
  }

  /** Keeps the byte at position `at` of the head. */
  #take(byte: number, at: number): void {
    if (at === 0) {
      this.#first = byte;
      this.#high = 0;
      this.#low = 0;
      this.key = 0;
    } else if (at === 1) this.#second = byte;
    else if (this.#maskBit !== 0 && at >= this.#expected - 4) {
      this.key |= byte << ((at + 4 - this.#expected) << 3);
    } else if (this.#lengthSize === 8 && at < 6) this.#high = this.#high * 256 + byte;
    else this.#low = this.#low * 256 + byte;
  }

  get #lengthSize(): 0 | 2 | 8 {
    const short = this.#second & 0x7f;
    if (short < LENGTH_16) return 0;
    return short === LENGTH_16 ? 2 : 8;
  }

  /** Checks all that the first two bytes tell. */
  #readOpening(isContinuing: boolean): string {
    const first = this.#first;
    const second = this.#second;
    const code = first & 0x0f;
    this.isFinal = (first & 0x80) !== 0;
    if (!isOpcode(code)) return "A frame has a reserved opcode";
    this.isCompressed = (first & RSV1) !== 0;
    const beginsMessage = code === Opcode.Text || code === Opcode.Binary;
    const allowed = this.#allowsCompression && beginsMessage ? RSV1 : 0;
    if ((first & RESERVED_BITS & ~allowed) !== 0) return "A frame has a reserved bit set";
    this.opcode = code;
    if ((second & 0x80) !== this.#maskBit) {
      return this.#maskBit === 0 ? "A frame of a server is masked" : "A frame of a client is not masked";
    }
    if (isControl(code)) return this.#controlProblem(second & 0x7f);
    if (code === Opcode.Continuation) return isContinuing ? "" : "A continuation frame continues nothing";
    return isContinuing ? "A new message begins inside a fragmented one" : "";
  }

  #controlProblem(length: number): string {
    if (!this.isFinal) return "A control frame is fragmented";
    return length > CONTROL_PAYLOAD_LIMIT ? "A control frame has more than 125 bytes of payload" : "";
  }

  #wholeSize(): number {
    return 2 + this.#lengthSize + (this.#maskBit === 0 ? 0 : 4);
  }

  #readLength(): string {
    const lengthSize = this.#lengthSize;
    if (lengthSize === 0) {
      this.length = this.#second & 0x7f;
      return "";
    }
    this.length = this.#high * 2 ** 32 + this.#low;
    if (lengthSize === 2)
      return this.length < LENGTH_16 ? "A length is not written in its shortest form" : "";
    if (this.#high >= 2 ** 31) return "A length of 64 bits has its top bit set";
    return this.length < 2 ** 16 ? "A length is not written in its shortest form" : "";
  }
}

/** Bytes a head takes for a payload of `length` bytes. */
export function frameHeadSize(length: number, isMasked: boolean): number {
  const lengthSize = length < LENGTH_16 ? 0 : length < 2 ** 16 ? 2 : 8;
  return 2 + lengthSize + (isMasked ? 4 : 0);
}

/**
 * Writes the head of a frame to the start of `bytes`, without the key.
 * @param first its first byte: opcode and bits.
 */
export function writeFrameHead(bytes: Buffer, first: number, length: number, isMasked: boolean): void {
  const maskBit = isMasked ? 0x80 : 0;
  bytes[0] = first;
  if (length < LENGTH_16) bytes[1] = maskBit | length;
  else if (length < 2 ** 16) {
    bytes[1] = maskBit | LENGTH_16;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = maskBit | LENGTH_64;
    bytes.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    bytes.writeUInt32BE(length % 2 ** 32, 6);
  }
}
