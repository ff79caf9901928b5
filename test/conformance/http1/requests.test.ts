import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultHeadLimits } from "../../../src/protocol/http1/limits.ts";
import { RequestParser } from "../../../src/protocol/http1/request-parser.ts";
import { cutAt, everyByte, readMessages } from "../../protocol/http1/read-messages.ts";
import { chunkCases } from "./chunk-cases.ts";
import { codingCases } from "./coding-cases.ts";
import { connectionCases } from "./connection-cases.ts";
import { fieldCases } from "./field-cases.ts";
import { lengthCases } from "./length-cases.ts";
import { limitCases } from "./limit-cases.ts";
import type { RequestCase } from "./request-case.ts";
import { requestLineCases } from "./request-line-cases.ts";
import { targetCases } from "./target-cases.ts";
import { trailerCases } from "./trailer-cases.ts";

/** Longer inputs are cut around both ends only; the byte-by-byte run covers the rest. */
const CUT_EVERYWHERE = 1000;

function positionsOf(bytes: Buffer): number[] {
  const all = Array.from(bytes, (_, index) => index);
  return bytes.length <= CUT_EVERYWHERE ? all : [...all.slice(0, 100), ...all.slice(-100)];
}

function run(cases: readonly RequestCase[]): void {
  for (const { title, section, bytes, verdict, limits } of cases) {
    it(`${title} (section ${section})`, () => {
      const whole = Buffer.from(bytes, "latin1");
      const read = (pieces: readonly Buffer[]) =>
        readMessages(pieces, new RequestParser({ ...defaultHeadLimits, ...limits }));
      assert.deepEqual(read([whole]), verdict, "in one piece");
      assert.deepEqual(read(everyByte(whole)), verdict, "byte by byte");
      for (const position of positionsOf(whole))
        assert.deepEqual(read(cutAt(whole, [position])), verdict, `cut before byte ${position}`);
    });
  }
}

describe("requests of RFC 9112", () => {
  describe("request lines", () => run(requestLineCases));
  describe("targets", () => run(targetCases));
  describe("header fields", () => run(fieldCases));
  describe("lengths", () => run(lengthCases));
  describe("transfer codings", () => run(codingCases));
  describe("chunks", () => run(chunkCases));
  describe("trailers", () => run(trailerCases));
  describe("connections", () => run(connectionCases));
  describe("limits", () => run(limitCases));
});
