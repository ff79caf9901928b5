import type { ReadMessage } from "../../protocol/http1/read-messages.ts";
import { accepts, type RequestCase, refuses, request, requestWith } from "./request-case.ts";

const with11 = (line: string) => `GET / HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`;
const with10 = (line: string) => `GET / HTTP/1.0\r\nHost: a\r\n${line}\r\n\r\n`;

const options: [value: string, expected: Partial<ReadMessage>][] = [
  ["close", { persists: false }],
  ["Close", { persists: false }],
  ["CLOSE", { persists: false }],
  ["keep-alive", {}],
  ["keep-alive, close", { persists: false }],
  ["close, keep-alive", { persists: false }],
  ["Upgrade", { upgrades: true }],
  ["keep-alive, Upgrade", { upgrades: true }],
  ["upgrade,close", { upgrades: true, persists: false }],
  ["x,close", { persists: false }],
  ["x \t,\t close", { persists: false }],
  [",close", { persists: false }],
  [",, ,close,", { persists: false }],
  ["", {}],
  [",", {}],
  ["te, x-y", {}],
  ["closed", {}],
  ["xclose", {}],
  ["clos", {}],
  ["close2, upgrades, keep-alived", {}],
];

const connections: RequestCase[] = [
  ...options.map(([value, expected]) =>
    accepts(
      `Connection: ${JSON.stringify(value)} means ${expected.persists === false ? "close" : "stay"}${expected.upgrades ? " and upgrade" : ""}`,
      "9.3",
      with11(`Connection: ${value}`),
      requestWith([["connection", value]], expected),
    ),
  ),
  accepts(
    "Options on several lines count together",
    "9.3",
    with11("Connection: upgrade\r\nConnection: close"),
    requestWith(
      [
        ["connection", "upgrade"],
        ["connection", "close"],
      ],
      { persists: false, upgrades: true },
    ),
  ),
  ...["keep-alive", "Keep-Alive", "x, keep-alive"].map((value) =>
    accepts(
      `HTTP/1.0 stays when asked to by ${value}`,
      "9.3",
      with10(`Connection: ${value}`),
      requestWith([["connection", value]], { version: "1.0" }),
    ),
  ),
  ...["close", "keep-alive, close", "upgrade", "keepalive", ""].map((value) =>
    accepts(
      `HTTP/1.0 closes with Connection: ${JSON.stringify(value)}`,
      "9.3",
      with10(`Connection: ${value}`),
      requestWith([["connection", value]], {
        version: "1.0",
        persists: false,
        upgrades: value === "upgrade",
      }),
    ),
  ),
  accepts(
    "Proxy-Connection means nothing",
    "C.2.2",
    with11("Proxy-Connection: close"),
    requestWith([["proxy-connection", "close"]]),
  ),
  accepts(
    "Keep-Alive means nothing",
    "C.2.2",
    with10("Keep-Alive: timeout=5"),
    requestWith([["keep-alive", "timeout=5"]], { version: "1.0", persists: false }),
  ),
  accepts(
    "The options of one request are not those of the next",
    "9.3",
    `${with11("Connection: upgrade")}${with11("X: y")}`,
    requestWith([["connection", "upgrade"]], { upgrades: true }),
    requestWith([["x", "y"]]),
  ),
  accepts(
    "HTTP/1.0 has to ask in each request",
    "9.3",
    `${with10("Connection: keep-alive")}${with10("X: y")}`,
    requestWith([["connection", "keep-alive"]], { version: "1.0" }),
    requestWith([["x", "y"]], { version: "1.0", persists: false }),
  ),
  ...["close;", "close x", "close/1", '"close"', "close, (x)", "clös", "a=b"].map((value) =>
    refuses(
      `Connection: ${JSON.stringify(value)} is no list of tokens`,
      "7.6.1 of RFC 9110",
      with11(`Connection: ${value}`),
    ),
  ),
];

const EXPECT = "10.1.1 of RFC 9110";

const expectations: RequestCase[] = [
  ...["100-continue", "100-Continue", "100-CONTINUE", " 100-continue \t"].map((value) =>
    accepts(
      `Expect: ${JSON.stringify(value)} asks for 100`,
      EXPECT,
      with11(`Expect: ${value}`),
      requestWith([["expect", value.trim()]], { expectsContinue: true }),
    ),
  ),
  ...[
    "",
    "100",
    "100-continu",
    "100-continued",
    "200-ok",
    "100-continue, 100-continue",
    "100-continue;x",
    "x",
  ].map((value) =>
    refuses(`Expect: ${JSON.stringify(value)} cannot be met`, EXPECT, with11(`Expect: ${value}`), 417),
  ),
  accepts(
    "The expectation of one request is not that of the next",
    EXPECT,
    `${with11("Expect: 100-continue")}${with11("X: y")}`,
    requestWith([["expect", "100-continue"]], { expectsContinue: true }),
    requestWith([["x", "y"]]),
  ),
  accepts(
    "A name that only looks like Expect asks for nothing",
    EXPECT,
    with11("Except: 100-continue"),
    requestWith([["except", "100-continue"]]),
  ),
];

const POST = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKS =
  "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\n";
const GET = "GET /g HTTP/1.1\r\nHost: a\r\n\r\n";
const post = requestWith([["content-length", "5"]], { method: "POST", path: "/p", body: "hello" });
const chunks = requestWith([["transfer-encoding", "chunked"]], {
  method: "PUT",
  path: "/c",
  body: "abc",
  trailers: [["t", "u"]],
});
const get = request({ path: "/g" });

const pipelines: RequestCase[] = [
  accepts("No bytes are no request", "9.3.2", ""),
  accepts("Requests follow each other without a gap", "9.3.2", GET + GET + GET, get, get, get),
  accepts(
    "Bodies of all kinds end where the next request begins",
    "9.3.2",
    POST + CHUNKS + GET + CHUNKS + POST,
    post,
    chunks,
    get,
    chunks,
    post,
  ),
  accepts(
    "A request behind one that closes is still read; whoever serves it decides",
    "9.6",
    with11("Connection: close") + GET,
    requestWith([["connection", "close"]], { persists: false }),
    get,
  ),
  refuses("What follows a good request is refused on its own", "9.3.2", `${GET}\x00`, 400, [get]),
  refuses("Nothing is read behind what was refused", "9.3.2", `GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n${GET}`),
  {
    title: "A head that is not complete is waited for",
    section: "8",
    bytes: `${GET}GET /g HTTP/1.1\r\nHost: a\r\n`,
    verdict: [get, "part of a head"],
  },
  {
    title: "A head is waited for from its first byte on",
    section: "8",
    bytes: "G",
    verdict: ["part of a head"],
  },
  {
    title: "A head is waited for to its last byte",
    section: "8",
    bytes: GET.slice(0, -1),
    verdict: ["part of a head"],
  },
];

export const connectionCases: RequestCase[] = [...connections, ...expectations, ...pipelines];
