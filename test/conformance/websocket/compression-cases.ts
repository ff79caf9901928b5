import { compressed, deflated } from "./compressed-frames.ts";
import { binary, close, frame, hex, more, ping, text } from "./frame-bytes.ts";
import type { FrameCase, Verdict } from "./frame-case.ts";

const alone = { windowBits: 15, takeover: false } as const;
const chained = { windowBits: 15, takeover: true } as const;
const RSV1 = { reserved: 4 } as const;
const open = { final: false } as const;

/** Payloads by kind; sizes are in bytes. */
const kinds: readonly (readonly [kind: string, opcode: 1 | 2, make: (size: number) => Buffer])[] = [
  [
    "JSON",
    1,
    (size) => Buffer.from('{"id":1,"name":"Tails","tags":["a","b"]} '.repeat(size / 8)).subarray(0, size),
  ],
  ["text of many characters", 1, (size) => Buffer.from("κόσμε €😀 ".repeat(size / 4 + 1).slice(0, size / 4))],
  ["zeros", 2, (size) => Buffer.alloc(size)],
  ["bytes that do not compress", 2, noise],
];
const sizes = [0, 16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536];

/** Messages of many sizes, whole and in fragments, each standing for itself: area 12 of the Autobahn suite. */
const messages = kinds.flatMap(([kind, opcode, make]) =>
  sizes.flatMap((size) => {
    const message = make(size);
    const payload = deflated(message);
    const verdict = [verdictOf(opcode, message)];
    const title = `${size} bytes of ${kind}`;
    return [
      { title, section: "7.2", bytes: compressed(opcode, payload), verdict, compression: alone },
      {
        title: `${title}, in fragments of 256 bytes`,
        section: "6",
        bytes: compressed(opcode, payload, 256),
        verdict,
        compression: alone,
      },
    ] satisfies FrameCase[];
  }),
);

/** Messages that refer to those before them, by all windows: area 13. */
const contexts = [9, 10, 11, 12, 13, 14, 15].flatMap((windowBits) =>
  kinds.map(([kind, opcode, make]): FrameCase => {
    const series = [300, 300, 5000, 300].map(make);
    let history = Buffer.alloc(0);
    const bytes = series.flatMap((message) => {
      const payload = deflated(message, history, windowBits);
      history = Buffer.concat([history, message]);
      return compressed(opcode, payload, 100);
    });
    return {
      title: `four messages of ${kind} that refer back ${2 ** windowBits} bytes`,
      section: "7.2.3.2",
      bytes,
      verdict: series.map((message) => verdictOf(opcode, message)),
      compression: { windowBits, takeover: true },
    };
  }),
);

const hello = hex("f2 48 cd c9 c9 07 00");

/** The examples of RFC 7692, and what a peer may and may not do with the bit. */
const rules: readonly FrameCase[] = [
  {
    title: "the example of one block",
    section: "7.2.3.1",
    bytes: [text(hello, RSV1)],
    verdict: [["text", "Hello"]],
    compression: alone,
  },
  {
    title: "the example in two fragments",
    section: "7.2.3.1",
    bytes: [text(hello.subarray(0, 3), { ...RSV1, ...open }), more(hello.subarray(3))],
    verdict: [["text", "Hello"]],
    compression: alone,
  },
  {
    title: "the example that refers to the message before",
    section: "7.2.3.2",
    bytes: [text(hello, RSV1), text(hex("f2 00 11 00 00"), RSV1)],
    verdict: [
      ["text", "Hello"],
      ["text", "Hello"],
    ],
    compression: chained,
  },
  {
    title: "the example of a block without compression",
    section: "7.2.3.3",
    bytes: [text(hex("00 05 00 fa ff 48 65 6c 6c 6f 00"), RSV1)],
    verdict: [["text", "Hello"]],
    compression: alone,
  },
  {
    title: "the example of a last block",
    section: "7.2.3.4",
    bytes: [text(hex("f3 48 cd c9 c9 07 00 00"), RSV1)],
    verdict: [["text", "Hello"]],
    compression: alone,
  },
  {
    title: "the example of two blocks",
    section: "7.2.3.5",
    bytes: [text(hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00"), RSV1)],
    verdict: [["text", "Hello"]],
    compression: alone,
  },
  {
    title: "the example of an empty message",
    section: "7.2.3.6",
    bytes: [text(hex("00"), RSV1), binary(hex("00"), RSV1)],
    verdict: [
      ["text", ""],
      ["binary", ""],
    ],
    compression: alone,
  },
  {
    title: "a compressed message between others",
    section: "6",
    bytes: [text("plain"), text(hello, RSV1), binary("\x01"), text(hello, RSV1)],
    verdict: [
      ["text", "plain"],
      ["text", "Hello"],
      ["binary", "01"],
      ["text", "Hello"],
    ],
    compression: alone,
  },
  {
    title: "messages without compression are not referred to",
    section: "7.2.3.2",
    bytes: [text(hello, RSV1), text("plain"), text(hex("f2 00 11 00 00"), RSV1)],
    verdict: [
      ["text", "Hello"],
      ["text", "plain"],
      ["text", "Hello"],
    ],
    compression: chained,
  },
  {
    title: "a reference to a message before where none may be",
    section: "7.1.1",
    bytes: [text(hello, RSV1), text(hex("f2 00 11 00 00"), RSV1)],
    verdict: [
      ["text", "Hello"],
      ["failed", 1007],
    ],
    compression: alone,
  },
  {
    title: "a ping between the fragments of a compressed message",
    section: "6.1",
    bytes: [text(hello.subarray(0, 2), { ...RSV1, ...open }), ping("p"), more(hello.subarray(2))],
    verdict: [
      ["ping", "p"],
      ["text", "Hello"],
    ],
    compression: alone,
  },
  {
    title: "empty fragments around a compressed message",
    section: "6",
    bytes: [text("", { ...RSV1, ...open }), more(hello, open), more("")],
    verdict: [["text", "Hello"]],
    compression: alone,
  },
  ...[
    [
      "the bit on a continuation",
      [text(hello.subarray(0, 2), { ...RSV1, ...open }), more(hello.subarray(2), RSV1)],
    ],
    ["the bit on a continuation alone", [text("a", open), more("b", RSV1)]],
    ["the bit on a ping", [ping("p", RSV1)]],
    ["the bit on a pong", [frame({ opcode: 10, reserved: 4 })]],
    ["the bit on a close", [close(1000, "", RSV1)]],
    ["the second reserved bit", [text(hello, { reserved: 2 })]],
    ["the third reserved bit beside the first", [text(hello, { reserved: 5 })]],
    ["all reserved bits", [text(hello, { reserved: 7 })]],
  ].map(
    ([title, bytes]): FrameCase => ({
      title: title as string,
      section: "6",
      bytes: bytes as Buffer[],
      verdict: [["failed", 1002]],
      compression: alone,
    }),
  ),
  {
    title: "the bit where compression was not agreed on",
    section: "6",
    bytes: [text(hello, RSV1)],
    verdict: [["failed", 1002]],
  },
  ...[
    ["no payload at all", ""],
    ["a reserved kind of block", "ff ff ff ff"],
    ["a block that breaks off", "f2 48 cd c9"],
    ["a stored block that breaks off", "00 05 00 fa ff 48 65"],
    ["a stored block with a wrong length", "00 05 00 05 00 48 65 6c 6c 6f 00"],
    ["a reference to what is not there", "f2 00 11 00 00"],
  ].map(
    ([title, bytes]): FrameCase => ({
      title: `${title} is no message`,
      section: "7.2.2",
      bytes: [text(hex(bytes ?? ""), RSV1)],
      verdict: [["failed", 1007]],
      compression: alone,
    }),
  ),
  {
    title: "a text that is not UTF-8 when it is restored",
    section: "7.2.2",
    bytes: compressed(1, deflated(hex("ce ba ed a0 80"))),
    verdict: [["failed", 1007]],
    compression: alone,
  },
];

const bomb = deflated(Buffer.alloc(1024 * 1024));

/** What a message may come to, however small its frames are. */
const limits: readonly FrameCase[] = [
  {
    title: "a message at the limit once restored",
    section: "10",
    bytes: compressed(2, deflated(Buffer.alloc(500))),
    verdict: [["binary", "00".repeat(500)]],
    options: { messageLimit: 500 },
    compression: alone,
  },
  {
    title: "a message of one byte more",
    section: "10",
    bytes: compressed(2, deflated(Buffer.alloc(501))),
    verdict: [["failed", 1009]],
    options: { messageLimit: 500 },
    compression: alone,
  },
  {
    title: "a message that grows a thousandfold",
    section: "10",
    bytes: compressed(2, bomb),
    verdict: [["failed", 1009]],
    options: { messageLimit: 10_000 },
    compression: alone,
  },
  {
    title: "a message that grows a thousandfold, in fragments",
    section: "10",
    bytes: compressed(1, bomb, 50),
    verdict: [["failed", 1009]],
    options: { messageLimit: 10_000 },
    compression: chained,
  },
  {
    title: "bytes that do not compress at the limit",
    section: "10",
    bytes: compressed(2, deflated(noise(5000))),
    verdict: [verdictOf(2, noise(5000))],
    options: { messageLimit: 5000 },
    compression: alone,
  },
  {
    title: "a compressed message that is too long already",
    section: "10",
    bytes: [text("", { ...RSV1, length: 600 })],
    verdict: [["failed", 1009]],
    options: { messageLimit: 500 },
    compression: alone,
  },
  {
    title: "empty blocks without end",
    section: "10",
    bytes: compressed(2, Buffer.alloc(5000, hex("00 00 00 ff ff"))),
    verdict: [["failed", 1009]],
    options: { messageLimit: 4000 },
    compression: alone,
  },
  {
    title: "nothing within a limit of nothing",
    section: "10",
    bytes: [text(hex("00"), RSV1), text(hello, RSV1)],
    verdict: [
      ["text", ""],
      ["failed", 1009],
    ],
    options: { messageLimit: 0 },
    compression: alone,
  },
];

/** Messages compressed by permessage-deflate; sections are of RFC 7692. */
export const compressionCases: readonly FrameCase[] = [...rules, ...limits, ...messages, ...contexts];

function verdictOf(opcode: 1 | 2, message: Buffer): Verdict {
  return opcode === 1 ? ["text", message.toString("utf8")] : ["binary", message.toString("hex")];
}

/** The same noise each time. */
function noise(size: number): Buffer {
  let state = 7692;
  return Buffer.from(
    Array.from({ length: size }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}
