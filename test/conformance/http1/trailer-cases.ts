import type { ReadMessage } from "../../protocol/http1/read-messages.ts";
import { type RequestCase, request, requestWith } from "./request-case.ts";

const HEAD = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n";
const NEXT = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";

const hello = (differences: Partial<ReadMessage>) =>
  requestWith([["transfer-encoding", "chunked"]], { method: "POST", body: "hello", ...differences });

const allows = (title: string, lines: string, trailers: ReadMessage["trailers"]): RequestCase => ({
  title,
  section: "7.1.2",
  bytes: `${HEAD}${lines}\r\n${NEXT}`,
  verdict: [hello({ trailers }), request({ path: "/b" })],
});

const refuses = (title: string, lines: string, status = 400): RequestCase => ({
  title,
  section: "7.1.2",
  bytes: `${HEAD}${lines}\r\n`,
  verdict: [hello({ complete: false }), { refused: status }],
});

export const trailerCases: RequestCase[] = [
  allows("A trailer field is read", "Digest: abc\r\n", [["digest", "abc"]]),
  allows("Several trailer fields are read", "A: b\r\nC:\td \r\nA:\r\n", [
    ["a", "b"],
    ["c", "d"],
    ["a", ""],
  ]),
  allows(
    "A trailer field whose name only begins like a forbidden one is read",
    "Hosts: a\r\nContent-Length2: 5\r\n",
    [
      ["hosts", "a"],
      ["content-length2", "5"],
    ],
  ),
  allows("The trailers of one message are not those of the next", "A: b\r\n", [["a", "b"]]),
  ...[
    "Authorization",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "Cookie",
    "Expect",
    "Host",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "tRANSFER-eNCODING",
  ].map((name) => refuses(`${name} may not be a trailer field`, `${name}: a\r\n`)),
  refuses("A forbidden trailer field behind an allowed one is refused", "A: b\r\nHost: c\r\n"),
  refuses("A trailer field without a colon is refused", "A\r\n"),
  refuses("A trailer field without a name is refused", ": b\r\n"),
  refuses("A space before the colon of a trailer field is refused", "A : b\r\n"),
  refuses("A folded trailer field is refused", "A: b\r\n c\r\n"),
  refuses("A bare line feed behind a trailer field is refused", "A: b\n"),
  refuses("A bare carriage return in a trailer field is refused", "A: b\rc\r\n"),
  refuses("A control character in a trailer field is refused", "A: \x00\r\n"),
  refuses("A bare line feed in place of the last empty line is refused", "A: b\r\n\n"),
  refuses("A request in place of the last empty line is refused", NEXT),
  {
    title: "Trailer fields without the last empty line are not complete",
    section: "8",
    bytes: `${HEAD}A: b\r\n`,
    verdict: [hello({ complete: false })],
  },
  {
    title: "Trailers are counted on their own, not with the header fields",
    section: "5",
    bytes: `${HEAD}A: b\r\nC: d\r\n\r\n`,
    limits: { headerCountLimit: 2 },
    verdict: [
      hello({
        trailers: [
          ["a", "b"],
          ["c", "d"],
        ],
      }),
    ],
  },
  {
    title: "Too many trailer fields are refused",
    section: "5",
    bytes: `${HEAD}A: b\r\nC: d\r\nE: f\r\n\r\n`,
    limits: { headerCountLimit: 2 },
    verdict: [hello({ complete: false }), { refused: 431 }],
  },
  {
    title: "Trailers exactly as long as a head may be are read",
    section: "5",
    bytes: `${HEAD}A: ${"b".repeat(93)}\r\n\r\n`,
    limits: { headLimit: 100 },
    verdict: [hello({ trailers: [["a", "b".repeat(93)]] })],
  },
  {
    title: "Trailers one byte longer than a head may be are refused",
    section: "5",
    bytes: `${HEAD}A: ${"b".repeat(94)}\r\n\r\n`,
    limits: { headLimit: 100 },
    verdict: [hello({ complete: false }), { refused: 431 }],
  },
];
