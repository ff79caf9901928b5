import type { ProxyClient } from "./proxy-client.ts";
import { LONGEST_LINE, readProxyLine } from "./proxy-v1.ts";
import { blockLength, FIXED_LENGTH, fixedPartProblem, readProxyBlock, SIGNATURE } from "./proxy-v2.ts";

/** What {@link ProxyHeaderParser.feed} found. */
export const ProxyHeaderEvent = {
  /** All bytes are used up; feed more. */
  NeedMore: 0,
  /** The header is complete: `client` says who, and the connection's own bytes begin at `position`. */
  Done: 1,
  /** The bytes are no header: `problem` says why. */
  Failed: 2,
} as const;
export type ProxyHeaderEvent = (typeof ProxyHeaderEvent)[keyof typeof ProxyHeaderEvent];

const LINE_START = Buffer.from("PROXY ", "latin1");
const CR = 0x0d;
const LF = 0x0a;

/**
 * Reads the header that a proxy sends ahead of a connection's own bytes, of version 1 or 2, however it is cut into
 * chunks (haproxy's proxy-protocol.txt). It refuses at the first byte that cannot belong to one.
 */
export class ProxyHeaderParser {
  /** Set by `Done`: null where the connection's own ends count. */
  client: ProxyClient | null = null;
  /** Set by `Done`: where the bytes behind the header begin in what was fed last. */
  position = 0;
  /** Set by `Failed`. */
  problem = "";
  /** What has arrived of the header. */
  private header = Buffer.alloc(LONGEST_LINE);
  private length = 0;
  /** How long the header is, as far as that is known. */
  private wanted = FIXED_LENGTH;

  /** Reads `bytes` from `start` to `end`. */
  feed(bytes: Buffer, start: number, end: number): ProxyHeaderEvent {
    for (let p = start; p < end; p++) {
      const event = this.take(bytes[p] ?? 0);
      if (event === ProxyHeaderEvent.NeedMore) continue;
      this.position = p + 1;
      return event;
    }
    return ProxyHeaderEvent.NeedMore;
  }

  private take(byte: number): ProxyHeaderEvent {
    this.header[this.length++] = byte;
    return this.header[0] === LINE_START[0] ? this.takeOfLine(byte) : this.takeOfBlock(byte);
  }

  private takeOfLine(byte: number): ProxyHeaderEvent {
    const { header, length } = this;
    if (length <= LINE_START.length)
      return byte === LINE_START[length - 1]
        ? ProxyHeaderEvent.NeedMore
        : this.fail("it does not begin with PROXY");
    const isBehindCr = header[length - 2] === CR;
    if (isBehindCr !== (byte === LF)) return this.fail("its line does not end in CRLF");
    if (byte === LF) return this.finish(readProxyLine(header.toString("latin1", 0, length - 2)));
    return length === LONGEST_LINE
      ? this.fail(`it is longer than ${LONGEST_LINE} bytes`)
      : ProxyHeaderEvent.NeedMore;
  }

  private takeOfBlock(byte: number): ProxyHeaderEvent {
    const { length } = this;
    if (length <= SIGNATURE.length && byte !== SIGNATURE[length - 1]) return this.fail("it has no signature");
    if (length === FIXED_LENGTH) {
      const problem = fixedPartProblem(this.header);
      if (problem !== null) return this.fail(problem);
      this.makeRoom(FIXED_LENGTH + blockLength(this.header));
    }
    return length < this.wanted ? ProxyHeaderEvent.NeedMore : this.finish(readProxyBlock(this.header));
  }

  private makeRoom(wanted: number): void {
    this.wanted = wanted;
    if (wanted <= this.header.length) return;
    const header = Buffer.alloc(wanted);
    this.header.copy(header, 0, 0, this.length);
    this.header = header;
  }

  private finish(client: ProxyClient | null | undefined): ProxyHeaderEvent {
    if (client === undefined) return this.fail("its line is malformed");
    this.client = client;
    return ProxyHeaderEvent.Done;
  }

  private fail(problem: string): ProxyHeaderEvent {
    this.problem = `The PROXY protocol's header is not usable: ${problem}`;
    return ProxyHeaderEvent.Failed;
  }
}
