import { binary, close, frame, hex, more, ping, pong, text } from "./frame-bytes.ts";
import type { FrameCase, Verdict } from "./frame-case.ts";

const sizes = [0, 1, 2, 3, 4, 5, 7, 124, 125, 126, 127, 128, 129, 255, 256, 1000, 65_535, 65_536];

const lengths: FrameCase[] = sizes.flatMap((size) => [
  {
    title: `a text of ${size} bytes`,
    section: "5.2",
    bytes: [text("*".repeat(size))],
    verdict: [["text", "*".repeat(size)]],
  },
  {
    title: `a binary message of ${size} bytes`,
    section: "5.2",
    bytes: [binary(Buffer.alloc(size, 0xfe))],
    verdict: [["binary", "fe".repeat(size)]],
  },
]);

const fails = (title: string, section: string, bytes: Buffer[], before: Verdict[] = []): FrameCase => ({
  title,
  section,
  bytes,
  verdict: [...before, ["failed", 1002]],
});

const reservedBits: FrameCase[] = [1, 2, 3, 4, 5, 6, 7].flatMap((reserved) => [
  fails(`reserved bits ${reserved} on a text`, "5.2", [text("x", { reserved })]),
  fails(
    `reserved bits ${reserved} on a ping between texts`,
    "5.2",
    [text("x"), ping("", { reserved }), text("y")],
    [["text", "x"]],
  ),
]);
reservedBits.push(
  fails("RSV1 on a binary message", "5.2", [binary("x", { reserved: 4 })]),
  fails("RSV1 on a continuation", "5.2", [text("x", { final: false }), more("y", { reserved: 4 })]),
  fails("RSV1 on a close", "5.2", [close(1000, "", { reserved: 4 })]),
  fails("RSV2 on a pong", "5.2", [pong("", { reserved: 2 })]),
);

const opcodes: FrameCase[] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
  fails(`the reserved opcode ${opcode}`, "5.2", [frame({ opcode })]),
  fails(
    `the reserved opcode ${opcode} with a payload behind a text`,
    "5.2",
    [text("x"), frame({ opcode, payload: "y" })],
    [["text", "x"]],
  ),
]);

const masks: FrameCase[] = [
  fails("a text without a mask", "5.1", [text("Hello", { mask: null })]),
  fails("an empty text without a mask", "5.1", [text("", { mask: null })]),
  fails("a ping without a mask", "5.1", [ping("", { mask: null })]),
  fails("a close without a mask", "5.1", [close(1000, "", { mask: null })]),
  fails("a binary message without a mask", "5.1", [binary("x".repeat(300), { mask: null })]),
  {
    title: "the masked hello of the RFC",
    section: "5.7",
    bytes: [hex("81 85 37 fa 21 3d 7f 9f 4d 51 58")],
    verdict: [["text", "Hello"]],
  },
  {
    title: "a key of zeros",
    section: "5.3",
    bytes: [text("Hello", { mask: 0 }), binary("x".repeat(200), { mask: 0 })],
    verdict: [
      ["text", "Hello"],
      ["binary", "78".repeat(200)],
    ],
  },
  {
    title: "a key of ones over a long text",
    section: "5.3",
    bytes: [text("0123456789".repeat(50), { mask: 0xffffffff })],
    verdict: [["text", "0123456789".repeat(50)]],
  },
  {
    title: "another key for each frame",
    section: "5.3",
    bytes: [text("a", { mask: 0x01020304 }), text("b", { mask: 0xf0e0d0c0 }), text("c", { mask: 0x80 })],
    verdict: [
      ["text", "a"],
      ["text", "b"],
      ["text", "c"],
    ],
  },
];

const badLengths: FrameCase[] = [
  fails("a length of 5 in 16 bits", "5.2", [text("Hello", { lengthBits: 16 })]),
  fails("a length of 125 in 16 bits", "5.2", [text("x".repeat(125), { lengthBits: 16 })]),
  fails("a length of 0 in 64 bits", "5.2", [text("", { lengthBits: 64 })]),
  fails("a length of 126 in 64 bits", "5.2", [binary("x".repeat(126), { lengthBits: 64 })]),
  fails("a length of 65,535 in 64 bits", "5.2", [text("", { lengthBits: 64, length: 65_535 })]),
  fails("a length with the top bit set", "5.2", [binary("", { length: 1n << 63n })]),
  fails("a length of all ones", "5.2", [binary("", { length: (1n << 64n) - 1n })]),
];

const notText = Buffer.from(Array.from({ length: 125 }, (_, index) => (index * 2 + 1) & 0xff));

const pings: FrameCase[] = [
  { title: "an empty ping", section: "5.5.2", bytes: [ping()], verdict: [["ping", ""]] },
  { title: "a ping with a payload", section: "5.5.2", bytes: [ping("hello")], verdict: [["ping", "hello"]] },
  {
    title: "a ping of 125 bytes that are not text",
    section: "5.5.2",
    bytes: [ping(notText)],
    verdict: [["ping", notText.toString("latin1")]],
  },
  fails("a ping of 126 bytes", "5.5", [ping("x".repeat(126))]),
  fails("a pong of 126 bytes", "5.5", [pong("x".repeat(126))]),
  fails("a pong that announces 65,536 bytes", "5.5", [pong("", { length: 65_536 })]),
  fails("a ping that is not final", "5.5", [ping("x", { final: false })]),
  fails("a pong that is not final", "5.5", [pong("x", { final: false })]),
  { title: "a pong nobody asked for", section: "5.5.3", bytes: [pong()], verdict: [["pong", ""]] },
  {
    title: "a pong with a payload and then a text",
    section: "5.5.3",
    bytes: [pong("late"), text("x")],
    verdict: [
      ["pong", "late"],
      ["text", "x"],
    ],
  },
  {
    title: "ten pings in a row",
    section: "5.5.2",
    bytes: Array.from({ length: 10 }, (_, index) => ping(`payload ${index}`)),
    verdict: Array.from({ length: 10 }, (_, index) => ["ping", `payload ${index}`] as const),
  },
];

/** Frames: lengths, masks, reserved bits and opcodes, pings and pongs. */
export const framingCases: readonly FrameCase[] = [
  ...lengths,
  ...badLengths,
  ...masks,
  ...reservedBits,
  ...opcodes,
  ...pings,
];
