import { accepts, type RequestCase, refuses, request, requestWith } from "./request-case.ts";

const HELLO = "5\r\nhello\r\n0\r\n\r\n";
const post = (lines: string, rest = HELLO) => `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n${rest}`;

const accepted: RequestCase[] = [
  ...["chunked", "CHUNKED", "ChunKed", "chunkeD"].map((value) =>
    accepts(
      `Coding names have no case: ${value}`,
      "7",
      post(`Transfer-Encoding: ${value}\r\n`),
      requestWith([["transfer-encoding", value]], { method: "POST", body: "hello" }),
    ),
  ),
  accepts(
    "The field may be written in any case",
    "7",
    post("tRANSFER-eNCODING: chunked\r\n"),
    requestWith([["transfer-encoding", "chunked"]], { method: "POST", body: "hello" }),
  ),
  accepts(
    "Spaces and tabs around chunked do not count",
    "5",
    post("Transfer-Encoding:\t chunked \t\r\n"),
    requestWith([["transfer-encoding", "chunked"]], { method: "POST", body: "hello" }),
  ),
  accepts(
    "A GET may come in chunks",
    "6",
    `GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${HELLO}`,
    requestWith([["transfer-encoding", "chunked"]], { body: "hello" }),
  ),
  accepts(
    "What only looks like the field does not frame the message",
    "6.1",
    post("Transfer_Encoding: chunked\r\nX-Transfer-Encoding: chunked\r\nTransfer-Encodin: g\r\n", ""),
    requestWith(
      [
        ["transfer_encoding", "chunked"],
        ["x-transfer-encoding", "chunked"],
        ["transfer-encodin", "g"],
      ],
      { method: "POST" },
    ),
  ),
  accepts(
    "A Content-Encoding does not frame the message",
    "8.4 of RFC 9110",
    post("Content-Encoding: chunked\r\n", "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"),
    requestWith([["content-encoding", "chunked"]], { method: "POST" }),
    request({ path: "/b" }),
  ),
];

const refused: RequestCase[] = [
  ...[
    "",
    " ",
    "chunked, chunked",
    "chunked,chunked",
    "chunked,",
    ",chunked",
    ", chunked",
    "gzip",
    "gzip, chunked",
    "chunked, gzip",
    "chunked, identity",
    "identity, chunked",
    "identity",
    "deflate",
    "compress",
    "x-gzip, chunked",
    "chunke",
    "chunkedd",
    "xchunked",
    "x-chunked",
    '"chunked"',
    "'chunked'",
    "chunked;q=1",
    "chunked; foo=bar",
    "chunked foo",
    "foo chunked",
    "chunked\x0b",
    "\x0bchunked",
    "\x0cchunked",
    "chunked\x00",
    "chun\tked",
    "chunked\xa0",
    "\x85chunked",
    "chun\xebked",
    "c\x68unked\xff",
    "cow",
  ].map((value) =>
    refuses(`The coding ${JSON.stringify(value)} is refused`, "6.1", post(`Transfer-Encoding: ${value}\r\n`)),
  ),
  refuses(
    "The field twice is refused",
    "6.1",
    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
  ),
  refuses(
    "An empty field before chunked is refused",
    "6.1",
    post("Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n"),
  ),
  refuses(
    "An empty field behind chunked is refused",
    "6.1",
    post("Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n"),
  ),
  refuses(
    "identity behind chunked is refused",
    "6.1",
    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
  ),
  refuses(
    "gzip before chunked on a line of its own is refused",
    "6.1",
    post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
  ),
  refuses("A space before the field's colon is refused", "5.1", post("Transfer-Encoding : chunked\r\n")),
  refuses("A space before the field's name is refused", "5.2", post(" Transfer-Encoding: chunked\r\n")),
  refuses("A folded coding is refused", "5.2", post("Transfer-Encoding:\r\n chunked\r\n")),
  refuses(
    "A bare carriage return behind the name is refused",
    "2.2",
    post("Transfer-Encoding\r: chunked\r\n"),
  ),
  refuses(
    "A bare line feed before the field is refused",
    "2.2",
    post("X: y\nTransfer-Encoding: chunked\r\n"),
  ),
  refuses(
    "Chunked on HTTP/1.0 is refused",
    "6.1",
    `POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${HELLO}`,
  ),
  refuses(
    "Chunked on HTTP/1.0 with keep-alive is refused",
    "6.1",
    `POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${HELLO}`,
  ),
];

const lengths = ["Content-Length: 5", "content-LENGTH: 15", "Content-Length: 0"];
const codings = ["Transfer-Encoding: chunked", "TRANSFER-encoding: ChunKed"];

const both: RequestCase[] = [
  ...lengths.flatMap((length) =>
    codings.flatMap((coding) => [
      refuses(`"${length}" before "${coding}" is refused`, "6.3", post(`${length}\r\n${coding}\r\n`)),
      refuses(`"${length}" behind "${coding}" is refused`, "6.3", post(`${coding}\r\n${length}\r\n`)),
    ]),
  ),
  refuses(
    "A length and a coding with fields between are refused",
    "6.3",
    post("Content-Length: 5\r\nX: y\r\nTransfer-Encoding: chunked\r\n"),
  ),
  refuses(
    "A length and identity are refused",
    "6.3",
    post("Content-Length: 5\r\nTransfer-Encoding: identity\r\n", "hello"),
  ),
  refuses(
    "A length and a coding are refused on HTTP/1.0 too",
    "6.3",
    "POST / HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
  ),
];

export const codingCases: RequestCase[] = [...accepted, ...refused, ...both];
