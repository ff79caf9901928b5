import { FrameEvent, type FrameParser } from "../../../src/protocol/websocket/frame-parser.ts";
import type { Verdict } from "../../conformance/websocket/frame-case.ts";

/** Feeds chunks as a transport does, from one buffer that is overwritten afterwards, and lists what the parser says. */
export function readEvents(parser: FrameParser, chunks: readonly Uint8Array[]): Verdict[] {
  const longest = chunks.reduce((most, chunk) => Math.max(most, chunk.length), 0);
  const shared = Buffer.alloc(longest + 7);
  const events: Verdict[] = [];
  chunks.forEach((chunk, index) => {
    // Different alignments, since masks are removed four bytes at a time.
    const start = index % 7;
    shared.set(chunk, start);
    parser.feed(shared, start, start + chunk.length);
    for (let event = parser.next(); event !== FrameEvent.NeedMore; event = parser.next()) {
      events.push(describe(parser, event));
    }
    shared.fill(0xaa);
  });
  return events;
}

/** All of `bytes` one by one. */
export function everyByte(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
}

/** `bytes` cut before each of the given positions. */
export function cutAt(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const bounds = [0, ...positions.filter((at) => at <= bytes.length).sort((a, b) => a - b), bytes.length];
  return bounds.slice(1).map((bound, index) => bytes.subarray(bounds[index], bound));
}

function describe(parser: FrameParser, event: FrameEvent): Verdict {
  switch (event) {
    case FrameEvent.Text:
      return ["text", parser.text];
    case FrameEvent.Binary:
      return ["binary", parser.bytes.toString("hex")];
    case FrameEvent.Ping:
      return ["ping", parser.bytes.toString("latin1")];
    case FrameEvent.Pong:
      return ["pong", parser.bytes.toString("latin1")];
    case FrameEvent.Close:
      return ["close", parser.closeCode, parser.closeReason];
    default:
      return ["failed", parser.closeCode];
  }
}
