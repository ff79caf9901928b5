import { accepts, type RequestCase, refuses, request, requestWith } from "./request-case.ts";

const get = (lines: string) => `GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;

const values: [title: string, line: string, value: string][] = [
  ["A value without a space before it is read", "X:b", "b"],
  ["Spaces and tabs around a value do not belong to it", "X: \t b c \t ", "b c"],
  ["Spaces and tabs inside a value belong to it", "X: b \t c", "b \t c"],
  ["An empty value is a value", "X:", ""],
  ["A value of spaces and tabs alone is empty", "X: \t ", ""],
  ["Bytes from 0x80 on are part of values", "X: \x80\xa0é\xff", "\x80\xa0é\xff"],
  ["Punctuation is part of values", 'X: :"#<>@[\\]{|}', ':"#<>@[\\]{|}'],
];

const names = ["!#$%&'*+-.^_`|~09", "x", "__proto__", "constructor", "content_length", "Content-Length2"];

const syntax: RequestCase[] = [
  ...values.map(([title, line, value]) =>
    accepts(title, "5", get(`${line}\r\n`), requestWith([["x", value]])),
  ),
  ...names.map((name) =>
    accepts(
      `A field name is any token: ${name}`,
      "5",
      get(`${name}: b\r\n`),
      requestWith([[name.toLowerCase(), "b"]]),
    ),
  ),
  accepts(
    "Lines of one name stay apart and in order",
    "5.2 of RFC 9110",
    get("X: b\r\nx: c\r\nX: b\r\n"),
    requestWith([
      ["x", "b"],
      ["x", "c"],
      ["x", "b"],
    ]),
  ),
  ...[
    '"X"',
    "X(",
    "X,",
    "X/",
    "X;",
    "X=",
    "X@",
    "X[",
    "X\\",
    "X]",
    "X{",
    "Xé",
    "X\x00",
    "X\x1f",
    "X\x7f",
    "X Y",
  ].map((name) => refuses(`${JSON.stringify(name)} is no field name`, "5.1", get(`${name}: b\r\n`))),
  refuses("A space before the colon is refused", "5.1", get("X : b\r\n")),
  refuses("A tab before the colon is refused", "5.1", get("X\t: b\r\n")),
  refuses("A line without a name is refused", "5.1", get(": b\r\n")),
  refuses("A line without a colon is refused", "5.1", get("X\r\n")),
  refuses("A line of spaces is refused", "5.2", get("  \r\n")),
];

const lineEnds: RequestCase[] = [
  refuses("A folded line is refused", "5.2", get("X: b\r\n c\r\n")),
  refuses("A line folded by a tab is refused", "5.2", get("X: b\r\n\tc\r\n")),
  refuses("A fold before the first field is refused", "5.2", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
  refuses("A bare line feed behind a value is refused", "2.2", get("X: b\nY: c\r\n")),
  refuses("A bare carriage return inside a value is refused", "2.2", get("X: b\rc\r\n")),
  refuses("A carriage return twice behind a value is refused", "2.2", get("X: b\r\r\n")),
  refuses("A bare line feed behind a name is refused", "2.2", get("X\n: b\r\n")),
  refuses("Bare line feeds at the end of the head are refused", "2.2", "GET / HTTP/1.1\r\nHost: a\n\n"),
  refuses("A bare line feed in place of the empty line is refused", "2.2", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
  refuses(
    "A bare carriage return in place of the empty line is refused",
    "2.2",
    "GET / HTTP/1.1\r\nHost: a\r\n\rX",
  ),
  ...[0x00, 0x01, 0x08, 0x0b, 0x0c, 0x0e, 0x1b, 0x1f, 0x7f].map((code) =>
    refuses(
      `The control character ${code} in a value is refused`,
      "5.5 of RFC 9110",
      get(`X: b${String.fromCharCode(code)}c\r\n`),
    ),
  ),
];

const host = (lines: string) => `GET / HTTP/1.1\r\n${lines}\r\n`;

const hosts: RequestCase[] = [
  ...[
    "a",
    "a.example",
    "a:80",
    "a:",
    "a:0",
    "a:65535",
    "a:00080",
    "127.0.0.1:8000",
    "[::1]",
    "[::1]:80",
    "[::ffff:1.2.3.4]",
    "%41",
    "xn--bcher-kva.example",
    "-._~!$&'()*+,;=",
  ].map((value) =>
    accepts(
      `The host ${value} is accepted`,
      "3.2",
      host(`Host: ${value}\r\n`),
      request({ headers: [["host", value]] }),
    ),
  ),
  accepts("Host may be written in any case", "3.2", host("hOST: a\r\n"), request()),
  accepts(
    "Host need not come first",
    "3.2",
    host("X: b\r\nHost: a\r\n"),
    request({
      headers: [
        ["x", "b"],
        ["host", "a"],
      ],
    }),
  ),
  accepts("Spaces behind the host do not belong to it", "3.2", host("Host:  a \t\r\n"), request()),
  refuses("A request of HTTP/1.1 without Host is refused", "3.2", host("")),
  refuses(
    "A name that only looks like Host does not count",
    "3.2",
    host("Hos: a\r\nHosts: a\r\nHoss: a\r\n"),
  ),
  refuses("Two hosts are refused", "3.2", host("Host: a\r\nHost: b\r\n")),
  refuses("The same host twice is refused", "3.2", host("Host: a\r\nhost: a\r\n")),
  refuses("Two hosts are refused on HTTP/1.0 too", "3.2", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
  ...[
    "",
    " ",
    ":80",
    "a b",
    "a,b c",
    "a/b",
    "a/",
    "a?b",
    "a#b",
    "user@a",
    "http://a",
    "a:80:80",
    "a:x",
    "a:-1",
    "a:65536",
    "a:99999999999999999999",
    "a\\b",
    "a|b",
    '"a"',
    "<a>",
    "é",
    "[::1",
    "[::1]x",
    "[::1]:x",
    "[]",
    "[",
    "]",
    "::1",
    "[fe80::1%25eth0]",
    "[a]b]",
  ].map((value) =>
    refuses(`The host ${JSON.stringify(value)} is refused`, "3.2", host(`Host: ${value}\r\n`)),
  ),
  refuses("A malformed host is refused on HTTP/1.0 too", "3.2", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"),
];

export const fieldCases: RequestCase[] = [...syntax, ...lineEnds, ...hosts];
