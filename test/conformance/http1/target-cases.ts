import type { ReadMessage } from "../../protocol/http1/read-messages.ts";
import { accepts, type RequestCase, refuses, request } from "./request-case.ts";

const to = (method: string, target: string) => `${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;

const origins: [target: string, path: string, query: string][] = [
  ["/", "/", ""],
  ["/a/b", "/a/b", ""],
  ["/?", "/", ""],
  ["/a?b=c&d", "/a", "b=c&d"],
  ["/a?b?c", "/a", "b?c"],
  ["/?/../", "/", "/../"],
  ["//b/c", "//b/c", ""],
  ["/./a/../b//", "/./a/../b//", ""],
  ["/%00%2f%zz%", "/%00%2f%zz%", ""],
  ["/*", "/*", ""],
  ["/http://b/", "/http://b/", ""],
  ["/-._~!$&'()*+,;=:@", "/-._~!$&'()*+,;=:@", ""],
  ["/[]{}|\\^`?[]{}|\\^`", "/[]{}|\\^`", "[]{}|\\^`"],
];

const forbidden = ['"', "#", "<", ">", "\x00", "\x01", "\x1f", "\x7f", "\x80", "é", "ÿ"];

const originForm: RequestCase[] = [
  ...origins.map(([target, path, query]) =>
    accepts(`The target ${target} is taken as sent`, "3.2.1", to("GET", target), request({ path, query })),
  ),
  ...forbidden.flatMap((character) => [
    refuses(`${JSON.stringify(character)} in a path is refused`, "3.2", to("GET", `/a${character}b`)),
    refuses(`${JSON.stringify(character)} in a query is refused`, "3.2", to("GET", `/?a${character}b`)),
  ]),
  refuses("A path that does not begin with a slash is refused", "3.2.1", to("GET", "a/b")),
  refuses("A query without a path is refused", "3.2.1", to("GET", "?a")),
];

const absolutes: [target: string, expected: Partial<ReadMessage>][] = [
  ["http://b/c", { authority: "b", path: "/c" }],
  ["http://b/c?d", { authority: "b", path: "/c", query: "d" }],
  ["http://b:81/", { authority: "b:81", path: "/" }],
  ["http://b", { authority: "b", path: "/" }],
  ["http://b?c/d", { authority: "b", path: "/", query: "c/d" }],
  ["https://b/", { authority: "b", path: "/" }],
  ["HtTp://B.Example/", { authority: "B.Example", path: "/" }],
  ["HTTPS://b/", { authority: "b", path: "/" }],
  ["http://[::1]:8000/x", { authority: "[::1]:8000", path: "/x" }],
  ["http://b//c", { authority: "b", path: "//c" }],
];

const absoluteForm: RequestCase[] = [
  ...absolutes.map(([target, expected]) =>
    accepts(`The target ${target} names host and path`, "3.2.2", to("GET", target), request(expected)),
  ),
  accepts(
    "OPTIONS of an absolute target without a path asks for /",
    "3.2.4",
    to("OPTIONS", "http://b"),
    request({ method: "OPTIONS", authority: "b" }),
  ),
  ...[
    "http:///c",
    "http://",
    "http:/b/c",
    "http:b",
    "http",
    "://b/",
    "ftp://b/c",
    "file:///etc/passwd",
    "httpx://b/",
    "httpss://b/",
    "ws://b/",
    "http://user@b/",
    "http://user:password@b/",
    "http://b:port/",
    "http://b:65536/",
    "http://b:80:80/",
    "http://:80/",
    "http://[::1/",
    "http://[]/",
    "http://[::1]x/",
    "http://[g]/",
    "http://b\\c/",
    "http://b|c/",
    "http://?c",
  ].map((target) => refuses(`The target ${target} is refused`, "3.2.2", to("GET", target))),
  refuses(
    "An absolute target does not make up for a missing Host",
    "3.2.2",
    "GET http://b/ HTTP/1.1\r\n\r\n",
  ),
];

absoluteForm.push(
  accepts(
    "The host of an absolute target is not that of the next request",
    "3.2.2",
    to("GET", "http://b/c?d") + to("GET", "/e"),
    request({ authority: "b", path: "/c", query: "d" }),
    request({ path: "/e" }),
  ),
);

const authorityForm: RequestCase[] = [
  ...["b:443", "b.example:1", "[::1]:443", "127.0.0.1:65535"].map((target) =>
    accepts(
      `CONNECT to ${target} is read`,
      "3.2.3",
      to("CONNECT", target),
      request({ method: "CONNECT", authority: target, path: "" }),
    ),
  ),
  ...[
    "b",
    "b:",
    "b:x",
    "b:65536",
    ":443",
    "/",
    "/b:443",
    "*",
    "http://b:443/",
    "b:443/",
    "b:443?x",
    "user@b:443",
    "[::1]",
  ].map((target) =>
    refuses(`CONNECT to ${target} is refused: it needs a host and a port`, "3.2.3", to("CONNECT", target)),
  ),
  refuses("A host and port without CONNECT is refused", "3.2.3", to("GET", "b:443")),
];

const asteriskForm: RequestCase[] = [
  accepts(
    "OPTIONS * asks about the server",
    "3.2.4",
    to("OPTIONS", "*"),
    request({ method: "OPTIONS", path: "*" }),
  ),
  ...["GET", "POST", "options"].map((method) =>
    refuses(`${method} of * is refused`, "3.2.4", to(method, "*")),
  ),
  ...["**", "*/", "*?a", "a", "+"].map((target) =>
    refuses(`OPTIONS of ${target} is refused`, "3.2.4", to("OPTIONS", target)),
  ),
];

export const targetCases: RequestCase[] = [...originForm, ...absoluteForm, ...authorityForm, ...asteriskForm];
