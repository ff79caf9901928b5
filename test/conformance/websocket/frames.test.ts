import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MessageInflater } from "../../../src/protocol/websocket/deflate.ts";
import { FrameParser } from "../../../src/protocol/websocket/frame-parser.ts";
import { cutAt, everyByte, readEvents } from "../../protocol/websocket/read-events.ts";
import { closeCases } from "./close-cases.ts";
import { compressionCases } from "./compression-cases.ts";
import { fragmentationCases, limitCases } from "./fragmentation-cases.ts";
import type { FrameCase } from "./frame-case.ts";
import { framingCases } from "./framing-cases.ts";
import { utf8Cases } from "./utf8-cases.ts";

/** Longer inputs are cut around their heads only; the byte-by-byte run covers the rest. */
const CUT_EVERYWHERE = 400;

function positionsOf(bytes: Buffer): number[] {
  const all = Array.from(bytes, (_, index) => index);
  return bytes.length <= CUT_EVERYWHERE ? all : [...all.slice(0, 20), ...all.slice(-8)];
}

function run(cases: readonly FrameCase[]): void {
  for (const { title, section, bytes, verdict, options, compression } of cases) {
    const createParser = () =>
      new FrameParser({ ...options, inflater: compression && new MessageInflater(compression) });
    it(`${title} (section ${section})`, () => {
      const whole = Buffer.concat(bytes);
      assert.deepEqual(readEvents(createParser(), [whole]), verdict, "in one piece");
      assert.deepEqual(readEvents(createParser(), everyByte(whole)), verdict, "byte by byte");
      assert.deepEqual(readEvents(createParser(), bytes), verdict, "frame by frame");
      for (const position of positionsOf(whole)) {
        const events = readEvents(createParser(), cutAt(whole, [position]));
        assert.deepEqual(events, verdict, `cut before byte ${position}`);
      }
    });
  }
}

describe("frames of RFC 6455", () => {
  describe("framing", () => run(framingCases));
  describe("fragmentation", () => run(fragmentationCases));
  describe("limits", () => run(limitCases));
  describe("UTF-8", () => run(utf8Cases));
  describe("closing", () => run(closeCases));
});

describe("frames of RFC 7692", () => run(compressionCases));
