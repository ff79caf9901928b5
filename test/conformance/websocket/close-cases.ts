import { close, frame, hex, ping, text } from "./frame-bytes.ts";
import type { FrameCase } from "./frame-case.ts";

const sound = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];
const unsound = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 65_535];

/** Close frames: their codes and reasons, and what comes behind them. */
export const closeCases: readonly FrameCase[] = [
  ...sound.map(
    (code): FrameCase => ({
      title: `close code ${code}`,
      section: "7.4",
      bytes: [close(code, "why")],
      verdict: [["close", code, "why"]],
    }),
  ),
  ...unsound.map(
    (code): FrameCase => ({
      title: `close code ${code}, which may not be sent`,
      section: "7.4",
      bytes: [close(code)],
      verdict: [["failed", 1002]],
    }),
  ),
  {
    title: "a close without a payload",
    section: "7.1.5",
    bytes: [close()],
    verdict: [["close", 1005, ""]],
  },
  {
    title: "a close with a payload of one byte",
    section: "5.5.1",
    bytes: [frame({ opcode: 8, payload: "a" })],
    verdict: [["failed", 1002]],
  },
  {
    title: "a close with a code and no reason",
    section: "5.5.1",
    bytes: [close(1000)],
    verdict: [["close", 1000, ""]],
  },
  {
    title: "a close with a reason of 123 bytes",
    section: "5.5.1",
    bytes: [close(1000, "r".repeat(123))],
    verdict: [["close", 1000, "r".repeat(123)]],
  },
  {
    title: "a close with a reason of 124 bytes",
    section: "5.5",
    bytes: [close(1000, "r".repeat(124))],
    verdict: [["failed", 1002]],
  },
  {
    title: "a close that is not final",
    section: "5.5",
    bytes: [close(1000, "", { final: false })],
    verdict: [["failed", 1002]],
  },
  {
    title: "a reason of several bytes per character",
    section: "5.5.1",
    bytes: [close(4000, "Tschüß €")],
    verdict: [["close", 4000, "Tschüß €"]],
  },
  {
    title: "a reason that is not UTF-8",
    section: "8.1",
    bytes: [close(1000, hex("ce ba ed a0 80"))],
    verdict: [["failed", 1007]],
  },
  {
    title: "a reason that breaks off inside a character",
    section: "8.1",
    bytes: [close(1000, hex("e2 82"))],
    verdict: [["failed", 1007]],
  },
  {
    title: "frames behind a close are ignored",
    section: "5.5.1",
    bytes: [text("x"), close(1000), text("y"), ping("z"), close(1001)],
    verdict: [
      ["text", "x"],
      ["close", 1000, ""],
    ],
  },
  {
    title: "rubbish behind a close is ignored",
    section: "5.5.1",
    bytes: [close(1000), hex("ff ff ff ff ff ff ff ff")],
    verdict: [["close", 1000, ""]],
  },
  {
    title: "all behind a failure is ignored",
    section: "7.1.7",
    bytes: [text("x", { reserved: 4 }), text("y"), close(1000)],
    verdict: [["failed", 1002]],
  },
];
