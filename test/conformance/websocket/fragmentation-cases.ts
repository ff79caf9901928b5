import { binary, close, more, ping, pong, text } from "./frame-bytes.ts";
import type { FrameCase } from "./frame-case.ts";

const open = { final: false } as const;

/** Messages in several frames, control frames between them, and the limits of both. */
export const fragmentationCases: readonly FrameCase[] = [
  {
    title: "a text in two fragments",
    section: "5.4",
    bytes: [text("Hel", open), more("lo")],
    verdict: [["text", "Hello"]],
  },
  {
    title: "a binary message in three fragments",
    section: "5.4",
    bytes: [binary("\x01", open), more("\x02", open), more("\x03")],
    verdict: [["binary", "010203"]],
  },
  {
    title: "a message of empty fragments",
    section: "5.4",
    bytes: [text("", open), more("", open), more("")],
    verdict: [["text", ""]],
  },
  {
    title: "a message whose middle alone has bytes",
    section: "5.4",
    bytes: [binary("", open), more("abc", open), more("")],
    verdict: [["binary", "616263"]],
  },
  {
    title: "a message whose last fragment alone has bytes",
    section: "5.4",
    bytes: [text("", open), more("tail")],
    verdict: [["text", "tail"]],
  },
  {
    title: "long fragments",
    section: "5.4",
    bytes: [text("a".repeat(400), open), more("b".repeat(401), open), more("c".repeat(403))],
    verdict: [["text", "a".repeat(400) + "b".repeat(401) + "c".repeat(403)]],
  },
  {
    title: "fifty fragments of a byte",
    section: "5.4",
    bytes: [text("0", open), ...Array.from({ length: 48 }, () => more("1", open)), more("2")],
    verdict: [["text", `0${"1".repeat(48)}2`]],
  },
  {
    title: "a ping between fragments comes before the message",
    section: "5.4",
    bytes: [text("Hel", open), ping("now"), more("lo")],
    verdict: [
      ["ping", "now"],
      ["text", "Hello"],
    ],
  },
  {
    title: "pings and pongs before, between and behind fragments",
    section: "5.4",
    bytes: [
      ping("1"),
      binary("a", open),
      ping("2"),
      pong("3"),
      more("b", open),
      ping("4"),
      more("c"),
      pong("5"),
    ],
    verdict: [
      ["ping", "1"],
      ["ping", "2"],
      ["pong", "3"],
      ["ping", "4"],
      ["binary", "616263"],
      ["pong", "5"],
    ],
  },
  {
    title: "a ping of 125 bytes inside a character that is cut",
    section: "5.4",
    bytes: [text(Buffer.from([0xe2, 0x82]), open), ping("p".repeat(125)), more(Buffer.from([0xac]))],
    verdict: [
      ["ping", "p".repeat(125)],
      ["text", "€"],
    ],
  },
  {
    title: "a close between fragments ends all",
    section: "5.5.1",
    bytes: [text("Hel", open), close(1000, "enough"), more("lo")],
    verdict: [["close", 1000, "enough"]],
  },
  {
    title: "two fragmented messages one after the other",
    section: "5.4",
    bytes: [text("a", open), more("b"), binary("c", open), more("d")],
    verdict: [
      ["text", "ab"],
      ["binary", "6364"],
    ],
  },
  {
    title: "a whole message behind a fragmented one",
    section: "5.4",
    bytes: [text("a", open), more("b"), text("c")],
    verdict: [
      ["text", "ab"],
      ["text", "c"],
    ],
  },
  {
    title: "a continuation that continues nothing",
    section: "5.4",
    bytes: [more("x")],
    verdict: [["failed", 1002]],
  },
  {
    title: "a continuation that continues nothing and is not final",
    section: "5.4",
    bytes: [more("x", open), text("y")],
    verdict: [["failed", 1002]],
  },
  {
    title: "a continuation behind a whole message",
    section: "5.4",
    bytes: [text("x"), more("y")],
    verdict: [
      ["text", "x"],
      ["failed", 1002],
    ],
  },
  {
    title: "a continuation behind the end of a fragmented message",
    section: "5.4",
    bytes: [text("x", open), more("y"), more("z")],
    verdict: [
      ["text", "xy"],
      ["failed", 1002],
    ],
  },
  {
    title: "a text inside a fragmented text",
    section: "5.4",
    bytes: [text("x", open), text("y")],
    verdict: [["failed", 1002]],
  },
  {
    title: "a binary message inside a fragmented text",
    section: "5.4",
    bytes: [text("x", open), binary("y", open), more("z")],
    verdict: [["failed", 1002]],
  },
  {
    title: "a new text behind a ping inside a fragmented message",
    section: "5.4",
    bytes: [binary("x", open), ping("p"), text("y")],
    verdict: [
      ["ping", "p"],
      ["failed", 1002],
    ],
  },
];

const limit = { messageLimit: 100 } as const;

/** Limits count before anything is stored: the heads below have no payload behind them. */
export const limitCases: readonly FrameCase[] = [
  {
    title: "a message of exactly the limit",
    section: "10.4",
    bytes: [text("x".repeat(100))],
    verdict: [["text", "x".repeat(100)]],
    options: limit,
  },
  {
    title: "a text one byte over the limit",
    section: "10.4",
    bytes: [text("x".repeat(101))],
    verdict: [["failed", 1009]],
    options: limit,
  },
  {
    title: "a head alone that announces more than the limit",
    section: "10.4",
    bytes: [binary("", { length: 1000 })],
    verdict: [["failed", 1009]],
    options: limit,
  },
  {
    title: "the default limit of a megabyte",
    section: "10.4",
    bytes: [binary("", { length: 1_048_577 })],
    verdict: [["failed", 1009]],
  },
  {
    title: "a length of 2^53",
    section: "10.4",
    bytes: [binary("", { length: 1n << 53n })],
    verdict: [["failed", 1009]],
  },
  {
    title: "the longest length there is",
    section: "10.4",
    bytes: [binary("", { length: (1n << 63n) - 1n })],
    verdict: [["failed", 1009]],
  },
  {
    title: "a length whose low 32 bits are small",
    section: "10.4",
    bytes: [binary("Hello", { length: 0x1_0000_0005n })],
    verdict: [["failed", 1009]],
  },
  {
    title: "fragments that come to exactly the limit",
    section: "10.4",
    bytes: [binary("x".repeat(60), open), more("x".repeat(40))],
    verdict: [["binary", "78".repeat(100)]],
    options: limit,
  },
  {
    title: "a fragment whose head takes the message over the limit",
    section: "10.4",
    bytes: [binary("x".repeat(60), open), more("", { length: 41 })],
    verdict: [["failed", 1009]],
    options: limit,
  },
  {
    title: "the limit counts bytes, not characters",
    section: "10.4",
    bytes: [text("€".repeat(34))],
    verdict: [["failed", 1009]],
    options: limit,
  },
  {
    title: "control frames do not count",
    section: "10.4",
    bytes: [binary("x".repeat(60), open), ping("p".repeat(125)), more("x".repeat(40))],
    verdict: [
      ["ping", "p".repeat(125)],
      ["binary", "78".repeat(100)],
    ],
    options: limit,
  },
  {
    title: "the count begins anew with each message",
    section: "10.4",
    bytes: [text("x".repeat(90), open), more("y"), text("z".repeat(90))],
    verdict: [
      ["text", `${"x".repeat(90)}y`],
      ["text", "z".repeat(90)],
    ],
    options: limit,
  },
  {
    title: "a limit of nothing lets empty messages through",
    section: "10.4",
    bytes: [text(""), text("x")],
    verdict: [
      ["text", ""],
      ["failed", 1009],
    ],
    options: { messageLimit: 0 },
  },
  {
    title: "as many fragments as are allowed",
    section: "10.4",
    bytes: [text("a", open), more("b", open), more("c")],
    verdict: [["text", "abc"]],
    options: { fragmentLimit: 3 },
  },
  {
    title: "one fragment too many, though all are empty",
    section: "10.4",
    bytes: [text("", open), more("", open), more("", open), more("")],
    verdict: [["failed", 1009]],
    options: { fragmentLimit: 3 },
  },
  {
    title: "pings between fragments are no fragments",
    section: "10.4",
    bytes: [text("a", open), ping(), ping(), ping(), more("b")],
    verdict: [
      ["ping", ""],
      ["ping", ""],
      ["ping", ""],
      ["text", "ab"],
    ],
    options: { fragmentLimit: 2 },
  },
];
