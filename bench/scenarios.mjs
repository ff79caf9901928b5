// What is measured. A scenario of kind "http" or "https" is one request repeated, one of kind "transfer" a request whose
// body or answer is long; their probes are checked before any load.
import { readFileSync } from "node:fs";

const get = (path, headers = {}) => ({ method: "GET", path, headers, body: "" });
const hello = { request: get("/"), answer: { body: "Hello, World!" } };
const greeting = { request: get("/json"), answer: { json: { hello: "world" } } };
const user = (id) => ({ request: get(`/users/${id}`), answer: { body: String(id) } });
const file = {
  request: get("/files/10k.txt"),
  answer: { body: readFileSync(new URL("public/10k.txt", import.meta.url), "utf8") },
};
const browser = { request: get("/", browserHeaders(733)), answer: hello.answer };
const item = JSON.stringify(itemOf(1024));
const echo = {
  request: {
    method: "POST",
    path: "/echo",
    headers: { "Content-Type": "application/json", "Content-Length": String(item.length) },
    body: item,
  },
  answer: { json: JSON.parse(item) },
};

export const megabyte = 1024 * 1024;
/** Bytes of one piece of a streamed answer; its path says how many pieces there are. */
const piece = 64 * 1024;
const upload = {
  request: {
    method: "POST",
    path: "/upload",
    headers: { "Content-Length": String(megabyte) },
    body: "x".repeat(megabyte),
  },
  answer: { body: String(megabyte) },
};
const download = { request: get("/megabyte"), answer: { length: megabyte } };
const streamed = (pieces) => ({ request: get(`/stream/${pieces}`), answer: { length: pieces * piece } });

export const scenarios = [
  single("hello", "Hello, World! as text", hello),
  single("json", "A small object as JSON", greeting),
  single("parameter", "A path parameter", user(12345)),
  single("post", "1 kB of JSON by POST, parsed and sent back", echo),
  {
    name: "realistic",
    title: "A route as applications have them: parameters, middleware, cookie, 1 kB of validated JSON",
    kind: "application",
    request: order().request,
    pipeline: 1,
    probes: [
      order(),
      order({ body: { ...JSON.parse(item), price: "free" }, refusal: [400, 422] }),
      order({ session: "other", refusal: [401] }),
    ],
  },
  { ...single("static", "A file of 10 kB from a folder", file), kind: "static" },
  {
    name: "pipelined",
    title: "Hello, World!, 16 requests pipelined",
    kind: "http",
    request: hello.request,
    pipeline: 16,
    // Sixteen different answers show their order; sixteen times the same would not.
    probes: Array.from({ length: 16 }, (_, index) => user(index + 1)),
  },
  single("browser", "Hello, World! asked for with a browser's 733-byte head", browser),
  { ...single("https", "Hello, World! over https", hello), kind: "https" },
  transfer("upload", "1 MiB sent to the server, counted piece by piece", upload),
  transfer("download", "1 MiB sent by the server, as bytes", download),
  {
    ...transfer("stream", "100 MiB streamed by the server in pieces of 64 KiB", streamed(1600)),
    probes: [streamed(3)],
  },
  {
    ...single(
      "connections",
      "Hello, World!, one request at a time, on 1 and on 1,000 open connections",
      hello,
    ),
    kind: "connections",
  },
  { ...single("endurance", "Hello, World! before and after 1,000,000 requests", hello), kind: "endurance" },
  ...echoes("websocket", "32 bytes", { size: 32 }),
  ...echoes("websocket-64", "64 bytes", { size: 64 }),
  ...echoes("websocket-4k", "4 kB", { size: 4096 }),
  ...echoes("websocket-64k", "64 kB", { size: 65_536 }),
  ...echoes("websocket-deflate", "4 kB of JSON, compressed", { size: 4096, isCompressed: true }),
  {
    name: "websocket-idle",
    title: "Memory with 10,000 idle WebSockets",
    kind: "websocket-idle",
    path: "/ws",
  },
  { name: "broadcast", title: "One message of 100 bytes to 10,000 websockets", kind: "broadcast" },
  { name: "idle", title: "Memory with 10,000 idle connections", kind: "idle" },
  { name: "start", title: "Process start to listening", kind: "start" },
  { name: "install", title: "Installed size", kind: "install" },
];

/** Where a peer echoes the messages of a scenario. */
export function websocketPath({ isCompressed }, peer) {
  const path = peer.websocketPath ?? "/ws";
  return isCompressed ? `${path}-deflate` : path;
}

/** The bytes of a request. Ports have five digits, so the length does not depend on the port. */
export function formatRequest({ method, path, headers, body }, port) {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

function single(name, title, probe) {
  return { name, title, kind: "http", request: probe.request, pipeline: 1, probes: [probe] };
}

/** A request to the realistic route and what it must be answered by: JSON, or a refusal by one of some statuses. */
function order({ body = JSON.parse(item), session = "5f1d5f1d5f1d5f1d", refusal } = {}) {
  const text = JSON.stringify(body);
  const request = {
    method: "POST",
    path: "/shops/blue/items/12345",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "Content-Length": String(text.length),
      Cookie: `theme=dark; session=${session}`,
    },
    body: text,
  };
  if (refusal !== undefined) return { request, answer: { refusal } };
  const headers = { "x-frame-options": "DENY" };
  return { request, answer: { headers, json: { shop: "blue", id: 12345, user: "amy", item: body } } };
}

/** Echo of messages, one and eight of them in flight on each connection. */
function echoes(name, title, message) {
  const scenario = { kind: "websocket", isCompressed: false, ...message };
  return [
    { ...scenario, name, title: `WebSocket echo of ${title}, 1 in flight`, inFlight: 1 },
    { ...scenario, name: `${name}-8`, title: `WebSocket echo of ${title}, 8 in flight`, inFlight: 8 },
  ];
}

function transfer(name, title, probe) {
  return { name, title, kind: "transfer", request: probe.request, probes: [probe] };
}

/** Headers as a desktop browser sends them, with a cookie that fills the head up to `length` bytes. */
function browserHeaders(length) {
  const headers = {
    Connection: "keep-alive",
    "Cache-Control": "max-age=0",
    "sec-ch-ua": '"Chromium";v="130", "Not?A_Brand";v="99"',
    "sec-ch-ua-mobile": "?0",
    "sec-ch-ua-platform": '"Linux"',
    "Upgrade-Insecure-Requests": "1",
    "User-Agent":
      "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-User": "?1",
    "Sec-Fetch-Dest": "document",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "en-GB,en;q=0.9,de;q=0.8",
    Cookie: "theme=dark; session=",
  };
  const missing = length - formatRequest(get("/", headers), 10_000).length;
  return { ...headers, Cookie: headers.Cookie + "5f1d".repeat(length).slice(0, missing) };
}

/** An object whose JSON has `length` bytes. */
function itemOf(length) {
  const fields = { id: 7, name: "Lamp", price: 39.9, available: true, tags: ["light", "desk", "steel"] };
  const object = { ...fields, maker: { name: "Lumen", country: "SE" }, sizes: [12, 40, 12.5], text: "" };
  return {
    ...object,
    text: "A lamp for the desk. ".repeat(length).slice(0, length - JSON.stringify(object).length),
  };
}
