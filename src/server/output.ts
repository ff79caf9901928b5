import type { Transport } from "./transport.ts";

/** Bytes up to this many are joined to the text around them; longer ones are handed on without a copy. */
const JOINED_BYTES = 2048;
/** Text past this length is sent at once instead of growing further. */
const FULL = 64 * 1024;
/** More bytes than this waiting in the transport mean that the peer is slow. */
const HIGH_WATER_MARK = 64 * 1024;

/**
 * What a connection has to send, collected so that it leaves in one write: text (one byte per character) is joined,
 * long byte strings go behind it in the same system call.
 */
export class Output {
  private readonly transport: Transport;
  /** Whether the peer takes what it is sent too slowly: the transport will say when it has. */
  isBehind = false;
  private text = "";
  private corked = false;
  private isDrainDue = false;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** Adds text whose characters are all below U+0100. */
  addLatin1(text: string): void {
    this.text += text;
    if (this.text.length > FULL) this.flush();
  }

  addBytes(bytes: Uint8Array): void {
    if (bytes.length <= JOINED_BYTES) {
      this.addLatin1(asBuffer(bytes).toString("latin1"));
      return;
    }
    if (!this.corked) this.transport.cork();
    this.corked = true;
    this.writeText();
    this.write(bytes);
    if (this.transport.bufferedBytes >= HIGH_WATER_MARK) this.flush();
  }

  /** Adds text as UTF-8. `byteLength` is its length in bytes. */
  addUtf8(text: string, byteLength: number): void {
    if (byteLength === text.length) this.addLatin1(text);
    else this.addBytes(Buffer.from(text));
  }

  /** Whether so much has been collected that it should leave at once. */
  get isLarge(): boolean {
    return this.corked || this.text.length >= HIGH_WATER_MARK / 4;
  }

  /** Hands everything to the transport. @returns false when the peer is slow. */
  flush(): boolean {
    this.writeText();
    if (this.corked) this.transport.uncork();
    this.corked = false;
    this.isBehind = this.isDrainDue && this.transport.bufferedBytes >= HIGH_WATER_MARK;
    return !this.isBehind;
  }

  /** The transport has got rid of everything. */
  onDrain(): void {
    this.isDrainDue = false;
    this.flush();
  }

  private writeText(): void {
    if (this.text === "") return;
    const { text } = this;
    this.text = "";
    this.write(text);
  }

  private write(data: string | Uint8Array): void {
    if (!this.transport.write(data)) this.isDrainDue = true;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
