// node:http with no framework: the floor for every peer that is built on it.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";

const [, , port, certificate] = process.argv;
const megabyte = Buffer.alloc(1024 * 1024, "x");
const piece = Buffer.alloc(64 * 1024, "x");

// The default of 5 s would close the connections of the idle scenario while they are being opened.
const settings = { keepAliveTimeout: 75_000 };
const server =
  certificate === undefined
    ? createServer(settings, answer)
    : createSecureServer({ ...settings, ...readCertificate() }, answer);
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));

function readCertificate() {
  return {
    cert: readFileSync(`${certificate}/fullchain.pem`),
    key: readFileSync(`${certificate}/privkey.pem`),
  };
}

function answer(request, response) {
  const { method, url } = request;
  if (method === "POST") return url === "/echo" ? echo(request, response) : count(request, response);
  if (url === "/") return send(response, "text/plain", "Hello, World!");
  if (url === "/json") return send(response, "application/json", JSON.stringify({ hello: "world" }));
  if (url.startsWith("/users/")) return send(response, "text/plain", url.slice("/users/".length));
  if (url === "/megabyte") return send(response, "application/octet-stream", megabyte);
  if (url.startsWith("/stream/")) return stream(response, Number(url.slice("/stream/".length)));
  response.writeHead(404).end();
}

async function echo(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  send(response, "application/json", JSON.stringify(JSON.parse(Buffer.concat(chunks))));
}

async function count(request, response) {
  let size = 0;
  for await (const chunk of request) size += chunk.length;
  send(response, "text/plain", String(size));
}

async function stream(response, pieces) {
  const length = pieces * piece.length;
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": length });
  for (let i = 0; i < pieces; i++) if (!response.write(piece)) await once(response, "drain");
  response.end();
}

// Without writeHead before end, node:http computes the content-length and sends head and body together.
function send(response, type, body) {
  response.setHeader("content-type", type);
  response.end(body);
}
