import { accepts, type RequestCase, refuses, request, requestWith } from "./request-case.ts";

const post = (lines: string, rest = "") => `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n${rest}`;

const spellings: [title: string, line: string, value: string, length: number][] = [
  ["A length of 5 is followed by 5 bytes", "Content-Length: 5", "5", 5],
  ["A length may be written in any case of its name", "cOnTeNt-LeNgTh: 5", "5", 5],
  ["Spaces and tabs around a length do not count", "Content-Length: \t 5 \t", "5", 5],
  ["A length without a space before it is read", "Content-Length:5", "5", 5],
  ["Leading zeros of a length do not count", "Content-Length: 0005", "0005", 5],
  ["A length of 15 digits is read", "Content-Length: 000000000000012", "000000000000012", 12],
];

const accepted: RequestCase[] = [
  ...spellings.map(([title, line, value, length]) =>
    accepts(
      title,
      "6.3",
      post(`${line}\r\n`, "x".repeat(length)),
      requestWith([["content-length", value]], { method: "POST", body: "x".repeat(length) }),
    ),
  ),
  accepts(
    "A request without a length has no body",
    "6.3",
    post("", "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"),
    request({ method: "POST" }),
    request({ path: "/b" }),
  ),
  accepts(
    "A length of 0 means no body",
    "6.3",
    post("Content-Length: 0\r\n", "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"),
    requestWith([["content-length", "0"]], { method: "POST" }),
    request({ path: "/b" }),
  ),
  accepts(
    "A GET may have a body",
    "6",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    requestWith([["content-length", "3"]], { body: "abc" }),
  ),
  accepts(
    "A HEAD may have a body",
    "6",
    "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    requestWith([["content-length", "3"]], { method: "HEAD", body: "abc" }),
  ),
  accepts(
    "A body may hold any byte",
    "6",
    post("Content-Length: 8\r\n", "\r\n\r\n\x00\x80\xff "),
    requestWith([["content-length", "8"]], { method: "POST", body: "\r\n\r\n\x00\x80\xff " }),
  ),
  accepts(
    "A body that looks like a request stays a body",
    "11.2",
    post("Content-Length: 28\r\n", "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"),
    requestWith([["content-length", "28"]], {
      method: "POST",
      body: "GET /b HTTP/1.1\r\nHost: a\r\n\r\n",
    }),
  ),
  accepts(
    "A body shorter than its length is not complete",
    "8",
    post("Content-Length: 5\r\n", "abcd"),
    requestWith([["content-length", "5"]], { method: "POST", body: "abcd", complete: false }),
  ),
  accepts(
    "The largest length that can be counted is accepted",
    "6.3",
    post("Content-Length: 999999999999999\r\n", "a"),
    requestWith([["content-length", "999999999999999"]], { method: "POST", body: "a", complete: false }),
  ),
  accepts(
    "An HTTP/1.0 request may have a length",
    "6.3",
    "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nab",
    request({
      method: "POST",
      version: "1.0",
      persists: false,
      headers: [["content-length", "2"]],
      body: "ab",
    }),
  ),
];

const refused: RequestCase[] = [
  ...[
    "",
    " ",
    "+5",
    "-5",
    "-0",
    "5,5",
    "5, 5",
    "5,6",
    ",5",
    "5,",
    "5 5",
    "5 x",
    "5;",
    "5.0",
    "5e0",
    "0x5",
    "0b1",
    "5h",
    "five",
    '"5"',
    "5_0",
    "²",
    "\xa05",
    "5\xa0",
    "0000000000000005",
    "1000000000000000",
    "9007199254740993",
    "18446744073709551621",
    "99999999999999999999999999",
    "NaN",
    "Infinity",
    "null",
  ].map((value) =>
    refuses(
      `The length ${JSON.stringify(value)} is refused`,
      "6.3",
      post(`Content-Length: ${value}\r\n`, "hello"),
    ),
  ),
  refuses(
    "Two lengths that differ are refused",
    "6.3",
    post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"),
  ),
  refuses(
    "The same length twice is refused",
    "6.3",
    post("Content-Length: 5\r\ncontent-length: 5\r\n", "hello"),
  ),
  refuses("A length of 0 twice is refused", "6.3", post("Content-Length: 0\r\nContent-Length: 0\r\n")),
  refuses(
    "A good length behind a bad one is refused",
    "6.3",
    post("Content-Length: x\r\nContent-Length: 5\r\n", "hello"),
  ),
  refuses("A space before the colon of a length is refused", "5.1", post("Content-Length : 5\r\n", "hello")),
  refuses("A folded length is refused", "5.2", post("Content-Length: 5\r\n 5\r\n", "hello")),
  refuses(
    "A length on a line that is folded into another is refused",
    "5.2",
    post("X: y\r\n Content-Length: 5\r\n", "hello"),
  ),
  refuses(
    "Bytes behind a body are the next request, and refused where they are none",
    "6.3",
    post("Content-Length: 4\r\n", "hello\r\n\r\n"),
    400,
    [requestWith([["content-length", "4"]], { method: "POST", body: "hell" })],
  ),
];

export const lengthCases: RequestCase[] = [...accepted, ...refused];
