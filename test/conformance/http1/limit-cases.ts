import type { RequestCase } from "./request-case.ts";
import { request } from "./request-case.ts";

const HOST = "Host: a\r\n";
const line = (length: number) => `GET /${"p".repeat(length - "GET / HTTP/1.1".length)} HTTP/1.1`;
const lineOfQuery = (length: number) => `GET /?${"q".repeat(length - "GET /? HTTP/1.1".length)} HTTP/1.1`;
const lineOfMethod = (length: number) => `${"M".repeat(length - " / HTTP/1.1".length)} / HTTP/1.1`;

/** Small limits, so that the bytes around them can be cut at every place. */
const LINE = { requestLineLimit: 40 };
const HEAD = { headLimit: 80 };
const COUNT = { headerCountLimit: 3 };

const head = (length: number, before = "") => {
  const start = `${before}GET / HTTP/1.1\r\n${HOST}X: `;
  return `${start}${"x".repeat(length - start.length + before.length - 4)}\r\n\r\n`;
};

const requestLine: RequestCase[] = [
  {
    title: "A request line exactly at its limit is read",
    section: "3",
    bytes: `${line(40)}\r\n${HOST}\r\n`,
    limits: LINE,
    verdict: [request({ path: `/${"p".repeat(26)}` })],
  },
  {
    title: "A request line one byte past its limit is refused for its path",
    section: "3",
    bytes: `${line(41)}\r\n${HOST}\r\n`,
    limits: LINE,
    verdict: [{ refused: 414 }],
  },
  {
    title: "A request line one byte past its limit is refused for its query",
    section: "3",
    bytes: `${lineOfQuery(41)}\r\n${HOST}\r\n`,
    limits: LINE,
    verdict: [{ refused: 414 }],
  },
  {
    title: "A request line one byte past its limit is refused for its method",
    section: "3",
    bytes: `${lineOfMethod(41)}\r\n${HOST}\r\n`,
    limits: LINE,
    verdict: [{ refused: 414 }],
  },
  {
    title: "A request line exactly at its limit may be all query",
    section: "3",
    bytes: `${lineOfQuery(40)}\r\n${HOST}\r\n`,
    limits: LINE,
    verdict: [request({ query: "q".repeat(25) })],
  },
  {
    title: "A request line exactly at its limit may be all method",
    section: "3",
    bytes: `${lineOfMethod(40)}\r\n${HOST}\r\n`,
    limits: LINE,
    verdict: [request({ method: "M".repeat(29) })],
  },
  ...["M".repeat(41), `GET /${"p".repeat(40)}`, `GET /?${"q".repeat(40)}`].map((bytes) => ({
    title: `A request line that does not end is refused at its limit: ${bytes.slice(0, 6)}…`,
    section: "3",
    bytes,
    limits: LINE,
    verdict: [{ refused: 414 }],
  })),
  {
    title: "A request line one byte before its limit may be waited for",
    section: "3",
    bytes: `GET /${"p".repeat(34)}`,
    limits: LINE,
    verdict: ["part of a head"],
  },
  {
    title: "The empty line before a request does not count to its line",
    section: "2.2",
    bytes: `\r\n${line(40)}\r\n${HOST}\r\n`,
    limits: LINE,
    verdict: [request({ path: `/${"p".repeat(26)}` })],
  },
  {
    title: "The default limit of a request line is 8 KiB",
    section: "3",
    bytes: `${line(8192)}\r\n${HOST}\r\n${line(8193)}\r\n${HOST}\r\n`,
    verdict: [request({ path: `/${"p".repeat(8178)}` }), { refused: 414 }],
  },
];

const headSection: RequestCase[] = [
  {
    title: "A head exactly at its limit is read",
    section: "5",
    bytes: head(80),
    limits: HEAD,
    verdict: [
      request({
        headers: [
          ["host", "a"],
          ["x", "x".repeat(48)],
        ],
      }),
    ],
  },
  {
    title: "A head one byte past its limit is refused",
    section: "5",
    bytes: head(81),
    limits: HEAD,
    verdict: [{ refused: 431 }],
  },
  ...[
    ["name", "x".repeat(60)],
    ["value", `X: ${"x".repeat(60)}`],
    ["space before a value", `X:${" ".repeat(60)}`],
    ["fields", "X: yyyyyyyyy\r\n".repeat(5)],
  ].map(([what, bytes]) => ({
    title: `A head that does not end is refused at its limit: ${what}`,
    section: "5",
    bytes: `GET / HTTP/1.1\r\n${HOST}${bytes}`,
    limits: HEAD,
    verdict: [{ refused: 431 }],
  })),
  ...[1, 2, 3, 4].map((missing) => ({
    title: `A head that is complete but for ${missing} bytes past its limit is refused`,
    section: "5",
    bytes: head(80 + missing),
    limits: HEAD,
    verdict: [{ refused: 431 }],
  })),
  {
    title: "The limit of a head is that of each head",
    section: "5",
    bytes: head(80).repeat(3),
    limits: HEAD,
    verdict: [1, 2, 3].map(() =>
      request({
        headers: [
          ["host", "a"],
          ["x", "x".repeat(48)],
        ],
      }),
    ),
  },
  {
    title: "A head limit below the request line's refuses lines past it",
    section: "5",
    bytes: `${line(40)}\r\n${HOST}\r\n`,
    limits: { headLimit: 30 },
    verdict: [{ refused: 431 }],
  },
  {
    title: "The default limit of a head is 16 KiB",
    section: "5",
    bytes: head(16_384) + head(16_385),
    verdict: [
      request({
        headers: [
          ["host", "a"],
          ["x", "x".repeat(16_384 - 32)],
        ],
      }),
      { refused: 431 },
    ],
  },
];

const counts: RequestCase[] = [
  {
    title: "As many header fields as allowed are read",
    section: "5",
    bytes: `GET / HTTP/1.1\r\n${HOST}B: c\r\nB: c\r\n\r\n`,
    limits: COUNT,
    verdict: [
      request({
        headers: [
          ["host", "a"],
          ["b", "c"],
          ["b", "c"],
        ],
      }),
    ],
  },
  {
    title: "One header field more than allowed is refused",
    section: "5",
    bytes: `GET / HTTP/1.1\r\n${HOST}B: c\r\nB: c\r\nB: c\r\n\r\n`,
    limits: COUNT,
    verdict: [{ refused: 431 }],
  },
  {
    title: "The header fields of each request are counted anew",
    section: "5",
    bytes: `GET / HTTP/1.1\r\n${HOST}B: c\r\n\r\n`.repeat(3),
    limits: COUNT,
    verdict: [1, 2, 3].map(() =>
      request({
        headers: [
          ["host", "a"],
          ["b", "c"],
        ],
      }),
    ),
  },
  {
    title: "The default limit is 100 header fields",
    section: "5",
    bytes: `GET / HTTP/1.1\r\n${HOST}${"b:\r\n".repeat(99)}\r\nGET / HTTP/1.1\r\n${HOST}${"b:\r\n".repeat(100)}\r\n`,
    verdict: [
      request({ headers: [["host", "a"], ...Array.from({ length: 99 }, (): [string, string] => ["b", ""])] }),
      { refused: 431 },
    ],
  },
];

export const limitCases: RequestCase[] = [...requestLine, ...headSection, ...counts];
