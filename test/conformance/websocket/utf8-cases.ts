import { hex, more, text } from "./frame-bytes.ts";
import type { FrameCase } from "./frame-case.ts";

/** Sequences of RFC 3629: title, bytes, and the characters they are, or undefined where they are none. */
const sequences: readonly (readonly [title: string, bytes: string, characters?: string])[] = [
  ["two, three and four bytes", "c3 a9 e2 82 ac f0 9f 98 80", "é€😀"],
  ["Greek", "ce ba e1 bd b9 cf 83 ce bc ce b5", "κ\u1f79σμε"],
  ["the first of two bytes", "c2 80", "\u0080"],
  ["the last of two bytes", "df bf", "\u07ff"],
  ["the first of three bytes", "e0 a0 80", "\u0800"],
  ["the last before the surrogates", "ed 9f bf", "\ud7ff"],
  ["the first behind the surrogates", "ee 80 80", "\ue000"],
  ["the replacement character", "ef bf bd", "\ufffd"],
  ["a noncharacter", "ef bf bf", "\uffff"],
  ["the first of four bytes", "f0 90 80 80", "\u{10000}"],
  ["the last there is", "f4 8f bf bf", "\u{10ffff}"],
  ["a byte order mark, which stays", "ef bb bf 61", "\ufeffa"],
  ["NUL", "61 00 62", "a\0b"],
  ["ASCII up to DEL", "7e 7f", "~\x7f"],
  ["a continuation byte alone", "80"],
  ["another continuation byte alone", "61 bf 62"],
  ["a lead byte alone", "c3"],
  ["a lead byte and ASCII", "c3 28"],
  ["two of three bytes", "e2 82"],
  ["two of three bytes and ASCII", "e2 82 28"],
  ["three of four bytes", "f0 9f 98"],
  ["three of four bytes and ASCII", "f0 9f 98 28"],
  ["a lead byte behind a lead byte", "e2 e2 82 ac"],
  ["one continuation byte too many", "c3 a9 a9"],
  ["two bytes that are too long a form", "c0 af"],
  ["two bytes that are too long a form of DEL", "c1 bf"],
  ["three bytes that are too long a form", "e0 80 af"],
  ["the longest three bytes that are too long a form", "e0 9f bf"],
  ["four bytes that are too long a form", "f0 80 80 af"],
  ["the longest four bytes that are too long a form", "f0 8f bf bf"],
  ["NUL in two bytes", "c0 80"],
  ["the first surrogate", "ed a0 80"],
  ["the last surrogate", "ed bf bf"],
  ["a pair of surrogates", "ed a0 bd ed b8 80"],
  ["the first past the last", "f4 90 80 80"],
  ["a lead byte that is never used", "f5 80 80 80"],
  ["five bytes", "f8 88 80 80 80"],
  ["six bytes", "fc 84 80 80 80 80"],
  ["FE", "61 fe"],
  ["FF", "ff 61"],
  ["sound text and then a surrogate", "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64"],
];

function casesOf(title: string, bytes: Buffer, characters: string | undefined): FrameCase[] {
  const verdict = [characters === undefined ? (["failed", 1007] as const) : (["text", characters] as const)];
  const single = Array.from(bytes, (_, index) => more(bytes.subarray(index, index + 1), { final: false }));
  const padding = "x".repeat(150);
  return [
    { title: `${title}, in one frame`, section: "8.1", bytes: [text(bytes)], verdict },
    {
      title: `${title}, a frame for each byte`,
      section: "8.1",
      bytes: [text("", { final: false }), ...single, more("")],
      verdict,
    },
    {
      title: `${title}, behind a long text`,
      section: "8.1",
      bytes: [text(Buffer.concat([Buffer.from(padding), bytes]))],
      verdict: [characters === undefined ? ["failed", 1007] : ["text", padding + characters]],
    },
  ];
}

/** Bytes that cannot become text any more, whatever follows: the failure does not wait for the rest. */
const early: FrameCase[] = [
  ["80", "a continuation byte"],
  ["c0", "a lead byte of too long forms"],
  ["e0 80", "too long a form"],
  ["ed a0", "a surrogate"],
  ["f0 8f", "too long a form of four bytes"],
  ["f4 90", "past the last character"],
  ["e2 82 41", "a character that breaks off"],
].flatMap(([bytes = "", title]) => [
  {
    title: `${title} fails before the frame is complete`,
    section: "8.1",
    bytes: [text(hex(bytes), { length: 100 })],
    verdict: [["failed", 1007]] as const,
  },
  {
    title: `${title} fails before the message is complete`,
    section: "8.1",
    bytes: [text("ok ", { final: false }), more(hex(bytes), { final: false })],
    verdict: [["failed", 1007]] as const,
  },
]);

/** Text must be UTF-8 as a whole, however it is cut. */
export const utf8Cases: readonly FrameCase[] = [
  ...sequences.flatMap(([title, bytes, characters]) => casesOf(title, hex(bytes), characters)),
  ...early,
  {
    title: "a character that the end of the message cuts",
    section: "8.1",
    bytes: [text(hex("61 e2"), { final: false }), more(hex("82"))],
    verdict: [["failed", 1007]],
  },
];
