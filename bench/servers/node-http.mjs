// node:http with no framework: the floor for every peer that is built on it.
import { createServer } from "node:http";

// The default of 5 s would close the connections of the idle scenario while they are being opened.
const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  const { method, url } = request;
  if (method === "POST" && url === "/echo") return echo(request, response);
  if (url === "/") return send(response, "text/plain", "Hello, World!");
  if (url === "/json") return send(response, "application/json", JSON.stringify({ hello: "world" }));
  if (url.startsWith("/users/")) return send(response, "text/plain", url.slice("/users/".length));
  response.writeHead(404).end();
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));

async function echo(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  send(response, "application/json", JSON.stringify(JSON.parse(Buffer.concat(chunks))));
}

// Without writeHead before end, node:http computes the content-length and sends head and body together.
function send(response, type, body) {
  response.setHeader("content-type", type);
  response.end(body);
}
