import type { ReadMessage } from "../../protocol/http1/read-messages.ts";
import { type RequestCase, request, requestWith } from "./request-case.ts";

const HEAD = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const NEXT = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";

const chunked = (differences: Partial<ReadMessage>) =>
  requestWith([["transfer-encoding", "chunked"]], { method: "POST", ...differences });

/** Followed by another request, so that not a byte may be taken too many. */
const becomes = (
  title: string,
  chunks: string,
  body: string,
  differences: Partial<ReadMessage> = {},
): RequestCase => ({
  title,
  section: "7.1",
  bytes: HEAD + chunks + NEXT,
  verdict: [chunked({ body, ...differences }), request({ path: "/b" })],
});

const breaks = (title: string, chunks: string, body = "", section = "7.1"): RequestCase => ({
  title,
  section,
  bytes: HEAD + chunks,
  verdict: [chunked({ body, complete: false }), { refused: 400 }],
});

const waits = (title: string, chunks: string, body = ""): RequestCase => ({
  title,
  section: "8",
  bytes: HEAD + chunks,
  verdict: [chunked({ body, complete: false })],
});

const END = "0\r\n\r\n";
const TEN = "0123456789";

const sizes: RequestCase[] = [
  becomes("A body may be empty", END, ""),
  becomes("Chunks are joined", `1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n${END}`, "abcdef"),
  becomes("Sizes are hexadecimal", `a\r\n${TEN}\r\n10\r\n${TEN}abcdef\r\n${END}`, `${TEN}${TEN}abcdef`),
  becomes(
    "Hexadecimal digits have no case",
    `A\r\n${TEN}\r\nb\r\n${TEN}x\r\nB\r\n${TEN}x\r\n${END}`,
    `${TEN}${TEN}x${TEN}x`,
  ),
  becomes("A size of all digits is read", `1f\r\n${"x".repeat(31)}\r\n${END}`, "x".repeat(31)),
  becomes("Leading zeros of a size do not count", `005\r\nhello\r\n${END}`, "hello"),
  becomes("A size of 12 digits is read", `000000000005\r\nhello\r\n${END}`, "hello"),
  becomes("The last chunk's size may have several zeros", "5\r\nhello\r\n000\r\n\r\n", "hello"),
  becomes("The last chunk's size may have 12 zeros", "000000000000\r\n\r\n", ""),
  becomes(
    "A chunk may hold line ends and what looks like the end",
    `9\r\n\r\n0\r\n\r\n\r\n\r\n${END}`,
    "\r\n0\r\n\r\n\r\n",
  ),
  becomes("A chunk may hold any byte", `4\r\n\x00\x80\xff\n\r\n${END}`, "\x00\x80\xff\n"),
];

const MISSHAPEN = [
  "0x5",
  "0X5",
  "x5",
  "+5",
  "-5",
  "-0",
  " 5",
  "\t5",
  "5 ",
  "5\t",
  "5 ;a",
  "5 5",
  "5_0",
  "5,5",
  "5.0",
  "5h",
  "g",
  "G",
  "/",
  ":",
  "@",
  "`",
  "",
  ";a=b",
  "\x00",
  "5\x00",
  "²",
  "5\xa0",
];

const badSizes: RequestCase[] = [
  ...MISSHAPEN.map((size) =>
    breaks(`The size ${JSON.stringify(size)} is refused`, `${size}\r\nhello\r\n${END}`),
  ),
  breaks("An empty line is no last chunk", "\r\n\r\n"),
  breaks("An extension without a size is no last chunk", ";a=b\r\n\r\n"),
  breaks("A size of 13 digits is refused", `0000000000005\r\nhello\r\n${END}`),
  breaks("A size of 2^64 + 5 is refused", `10000000000000005\r\nhello\r\n${END}`),
  breaks("A size of very many digits is refused", `${"f".repeat(100)}\r\nhello\r\n${END}`),
  waits("A size of 2^32 + 5 is not cut to 5", `100000005\r\nhello\r\n${END}`, `hello\r\n${END}`),
  waits("A size of 2^31 is not negative", "80000000\r\nhello", "hello"),
  waits("The largest size is a large size", "ffffffffffff\r\nhello", "hello"),
  breaks("A bare line feed behind a size is refused", `5\nhello\r\n${END}`),
  breaks("A bare carriage return behind a size is refused", `5\rhello\r\n${END}`),
  breaks("Two carriage returns behind a size are refused", `5\r\r\nhello\r\n${END}`),
  breaks("A bare line feed behind the last size is refused", "0\n\r\n"),
  breaks("A carriage return alone behind the last size is refused", "0\r\r\n"),
];

const dataEnds: RequestCase[] = [
  breaks("A chunk longer than its size is refused", `5\r\nhello!\r\n${END}`, "hello"),
  breaks("A chunk shorter than its size is refused", `5\r\nhell\r\n${END}`, "hell\r"),
  breaks("A chunk without a line end is refused", `5\r\nhello${END}`, "hello"),
  breaks("A bare line feed behind a chunk is refused", `5\r\nhello\n${END}`, "hello"),
  breaks("A bare carriage return behind a chunk is refused", `5\r\nhello\r${END}`, "hello"),
  breaks("Two bytes behind a chunk that are no line end are refused", `5\r\nhelloXX${END}`, "hello"),
  breaks("A carriage return and another byte behind a chunk are refused", `5\r\nhello\rX${END}`, "hello"),
  breaks("An empty line between chunks is refused", `5\r\nhello\r\n\r\n${END}`, "hello"),
  breaks("A request in place of a chunk is refused", `5\r\nhello\r\n${NEXT}`, "hello"),
];

const unfinished: RequestCase[] = [
  waits("A body without chunks is not complete", ""),
  waits("A size alone is not complete", "5"),
  waits("A chunk without its rest is not complete", "5\r\nhel", "hel"),
  waits("A chunk without its line end is not complete", "5\r\nhello", "hello"),
  waits("A body without its last chunk is not complete", "5\r\nhello\r\n", "hello"),
  waits("A body without its empty line is not complete", "5\r\nhello\r\n0\r\n", "hello"),
  waits("A body without the end of its empty line is not complete", "5\r\nhello\r\n0\r\n\r", "hello"),
];

const EXTENSIONS = [";a", ";a=b", ';a="b c"', ";a=b;c=d", ";", ";;;", "; a = b ", ";\t", ";é\xff", ';"\\"'];
const LONGEST_EXTENSIONS = 4096;

const extensions: RequestCase[] = [
  ...EXTENSIONS.map((extension) =>
    becomes(
      `The extension ${JSON.stringify(extension)} is skipped`,
      `5${extension}\r\nhello\r\n0${extension}\r\n\r\n`,
      "hello",
    ),
  ),
  breaks("A bare line feed in an extension is refused", `5;a\nhello\r\n${END}`, "", "7.1.1"),
  breaks("A bare line feed in a quoted extension is refused", `5;a="\n"\r\nhello\r\n${END}`, "", "7.1.1"),
  breaks("A bare carriage return in an extension is refused", `5;a\rb\r\nhello\r\n${END}`, "", "7.1.1"),
  breaks("A control character in an extension is refused", `5;a=\x00\r\nhello\r\n${END}`, "", "7.1.1"),
  becomes(
    "Extensions of 4096 bytes are skipped",
    `5;${"x".repeat(LONGEST_EXTENSIONS)}\r\nhello\r\n${END}`,
    "hello",
  ),
  becomes(
    "Extensions of several chunks may have 4096 bytes together",
    `5;${"x".repeat(LONGEST_EXTENSIONS - 1)}\r\nhello\r\n0;y\r\n\r\n`,
    "hello",
  ),
  breaks(
    "Extensions of 4097 bytes are refused",
    `5;${"x".repeat(LONGEST_EXTENSIONS + 1)}\r\nhello\r\n${END}`,
    "",
    "7.1.1",
  ),
  breaks(
    "Extensions of several chunks may not have 4097 bytes together",
    `5;${"x".repeat(LONGEST_EXTENSIONS)}\r\nhello\r\n0;y\r\n\r\n`,
    "hello",
    "7.1.1",
  ),
  {
    title: "The extensions of each body are counted anew",
    section: "7.1.1",
    bytes: `${HEAD}0;${"x".repeat(3000)}\r\n\r\n`.repeat(2),
    verdict: [chunked({}), chunked({})],
  },
];

export const chunkCases: RequestCase[] = [...sizes, ...badSizes, ...dataEnds, ...unfinished, ...extensions];
