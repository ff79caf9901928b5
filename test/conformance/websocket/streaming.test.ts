import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FrameEvent, FrameParser } from "../../../src/protocol/websocket/frame-parser.ts";
import { everyByte, readEvents } from "../../protocol/websocket/read-events.ts";
import { closeCases } from "./close-cases.ts";
import { fragmentationCases, limitCases } from "./fragmentation-cases.ts";
import type { FrameCase, Verdict } from "./frame-case.ts";
import { framingCases } from "./framing-cases.ts";
import { utf8Cases } from "./utf8-cases.ts";

/** The limits of whole messages, which a message in pieces does not have. */
const isLimited = ({ options, verdict }: FrameCase): boolean =>
  options?.messageLimit !== undefined ||
  options?.fragmentLimit !== undefined ||
  verdict.some(([kind, code]) => kind === "failed" && code === 1009);

/** Reads in pieces, and puts these together as the parser of whole messages does. */
function readPieces(chunks: readonly Buffer[]): Verdict[] {
  const parser = new FrameParser({ isStreaming: true });
  const verdicts: Verdict[] = [];
  let pieces: Buffer[] = [];
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    parser.feed(bytes, 0, bytes.length);
    for (let event = parser.next(); event !== FrameEvent.NeedMore; event = parser.next()) {
      if (event !== FrameEvent.Piece) {
        verdicts.push(verdictOf(parser, event));
        continue;
      }
      pieces.push(parser.bytes);
      if (!parser.isLast) continue;
      const message = Buffer.concat(pieces);
      pieces = [];
      verdicts.push(parser.isText ? ["text", message.toString()] : ["binary", message.toString("hex")]);
    }
  }
  return verdicts;
}

function verdictOf(parser: FrameParser, event: FrameEvent): Verdict {
  if (event === FrameEvent.Ping) return ["ping", parser.bytes.toString("latin1")];
  if (event === FrameEvent.Pong) return ["pong", parser.bytes.toString("latin1")];
  if (event === FrameEvent.Close) return ["close", parser.closeCode, parser.closeReason];
  assert.equal(event, FrameEvent.Failed);
  return ["failed", parser.closeCode];
}

describe("messages read in pieces are those read whole", () => {
  const cases = [...framingCases, ...fragmentationCases, ...limitCases, ...utf8Cases, ...closeCases];
  for (const frameCase of cases) {
    if (isLimited(frameCase) || frameCase.options?.role === "client") continue;
    it(`${frameCase.title} (section ${frameCase.section})`, () => {
      const whole = Buffer.concat(frameCase.bytes);
      assert.deepEqual(readEvents(new FrameParser(), [whole]), frameCase.verdict, "as a whole");
      assert.deepEqual(readPieces([whole]), frameCase.verdict, "in one read");
      assert.deepEqual(readPieces(frameCase.bytes), frameCase.verdict, "frame by frame");
      assert.deepEqual(readPieces(everyByte(whole)), frameCase.verdict, "byte by byte");
    });
  }
});
