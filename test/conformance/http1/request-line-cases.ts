import { accepts, type RequestCase, refuses, request } from "./request-case.ts";

const HOST = "Host: a\r\n\r\n";

const methods: RequestCase[] = [
  ..."GET HEAD POST PUT DELETE PATCH OPTIONS TRACE QUERY"
    .split(" ")
    .map((method) =>
      accepts(`The method ${method} is read`, "3.1", `${method} / HTTP/1.1\r\n${HOST}`, request({ method })),
    ),
  ...["get", "PoST", "PUR", "PURGE", "X", "M-SEARCH", "VERSION-CONTROL", "!#$%&'*+-.^_`|~09azAZ"].map(
    (method) =>
      accepts(
        `A method is any token and keeps its case: ${method}`,
        "3.1",
        `${method} / HTTP/1.1\r\n${HOST}`,
        request({ method }),
      ),
  ),
  ...[
    '"GET"',
    "GE(T",
    "G,T",
    "G/T",
    "G:T",
    "G;T",
    "G=T",
    "G@T",
    "G[T",
    "G\\T",
    "G{T",
    "GÉT",
    "G\x00T",
    "G\x7fT",
  ].map((method) =>
    refuses(`${JSON.stringify(method)} is no token, so no method`, "3.1", `${method} / HTTP/1.1\r\n${HOST}`),
  ),
];

const shape: RequestCase[] = [
  refuses("A request line begins with a method", "3", ` / HTTP/1.1\r\n${HOST}`),
  refuses("A request line does not begin with a tab", "3", `\tGET / HTTP/1.1\r\n${HOST}`),
  refuses("Two spaces behind the method are refused", "3", `GET  / HTTP/1.1\r\n${HOST}`),
  refuses("A tab behind the method is refused", "3", `GET\t/ HTTP/1.1\r\n${HOST}`),
  refuses("A request line without a target is refused", "3", `GET HTTP/1.1\r\n${HOST}`),
  refuses("A request line that is a method alone is refused", "3", `GET\r\n${HOST}`),
  refuses("Two spaces behind the target are refused", "3", `GET /  HTTP/1.1\r\n${HOST}`),
  refuses("A tab behind the target is refused", "3", `GET /\tHTTP/1.1\r\n${HOST}`),
  refuses("A space behind the version is refused", "3", `GET / HTTP/1.1 \r\n${HOST}`),
  refuses("A tab behind the version is refused", "3", `GET / HTTP/1.1\t\r\n${HOST}`),
  refuses("A space inside the target is refused", "3.2", `GET /a b HTTP/1.1\r\n${HOST}`),
  refuses("A bare line feed behind the version is refused", "2.2", `GET / HTTP/1.1\n${HOST}`),
  refuses("A bare carriage return behind the version is refused", "2.2", `GET / HTTP/1.1\r${HOST}`),
  refuses("Two carriage returns behind the version are refused", "2.2", `GET / HTTP/1.1\r\r\n${HOST}`),
  refuses("A carriage return in place of a space is refused", "2.2", `GET\r/ HTTP/1.1\r\n${HOST}`),
  refuses("A request of HTTP/0.9 is refused", "A.1.1", "GET /\r\n"),
  refuses("The preface of HTTP/2 is refused", "2.3", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
  refuses("A TLS client hello is refused", "2.2", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
];

const versions: RequestCase[] = [
  accepts(
    "HTTP/1.0 closes unless asked to stay",
    "9.3",
    `GET / HTTP/1.0\r\n${HOST}`,
    request({ version: "1.0", persists: false }),
  ),
  accepts(
    "HTTP/1.0 needs no Host",
    "3.2",
    "GET / HTTP/1.0\r\n\r\n",
    request({ version: "1.0", headers: [], persists: false }),
  ),
  ...["HTTP/0.9", "HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/3.1", "HTTP/9.9", "HTTP/0.0"].map((version) =>
    refuses(`${version} is not spoken`, "2.3", `GET / ${version}\r\n${HOST}`, 505),
  ),
  ...[
    "http/1.1",
    "HTTp/1.1",
    "HTTPS/1.1",
    "HTTP/1",
    "HTTP/11",
    "HTTP/1.10",
    "HTTP/01.1",
    "HTTP/1.1.1",
    "HTTP/1,1",
    "HTTP/-1.1",
    "HTTP/A.1",
    "HTTP/1.A",
    "HTTP/1./",
    "HTTP/:.1",
    "HTTP\\1.1",
    "HTTP 1.1",
    "HTTP/ 1.1",
    "ICY/1.1",
    "XHTTP/1.1",
    "HTTP/1.\xb9",
  ].map((version) =>
    refuses(`${JSON.stringify(version)} is no version`, "2.3", `GET / ${version}\r\n${HOST}`),
  ),
];

const emptyLines: RequestCase[] = [
  accepts(
    "An empty line before the request line is ignored",
    "2.2",
    `\r\nGET / HTTP/1.1\r\n${HOST}`,
    request(),
  ),
  accepts(
    "An empty line is ignored before each request",
    "2.2",
    `\r\nGET / HTTP/1.1\r\n${HOST}\r\nGET /b HTTP/1.1\r\n${HOST}`,
    request(),
    request({ path: "/b" }),
  ),
  accepts(
    "An empty line is ignored behind a body",
    "2.2",
    `POST / HTTP/1.1\r\nContent-Length: 1\r\n${HOST}x\r\nGET /b HTTP/1.1\r\n${HOST}`,
    request({
      method: "POST",
      headers: [
        ["content-length", "1"],
        ["host", "a"],
      ],
      body: "x",
    }),
    request({ path: "/b" }),
  ),
  refuses("Two empty lines before the request line are refused", "2.2", `\r\n\r\nGET / HTTP/1.1\r\n${HOST}`),
  refuses("A bare line feed before the request line is refused", "2.2", `\nGET / HTTP/1.1\r\n${HOST}`),
  refuses("A bare carriage return before the request line is refused", "2.2", `\rGET / HTTP/1.1\r\n${HOST}`),
];

export const requestLineCases: RequestCase[] = [...methods, ...shape, ...versions, ...emptyLines];
