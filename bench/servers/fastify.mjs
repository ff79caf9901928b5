// Fastify with its defaults.
import { readFileSync } from "node:fs";
import fastify from "fastify";

const [, , port, certificate] = process.argv;
const https = certificate && {
  cert: readFileSync(`${certificate}/fullchain.pem`),
  key: readFileSync(`${certificate}/privkey.pem`),
};
const app = fastify(certificate === undefined ? {} : { https });
app.get("/", async () => "Hello, World!");
app.get("/json", async () => ({ hello: "world" }));
app.get("/users/:id", async (request) => request.params.id);
app.post("/echo", async (request) => request.body);
await app.listen({ port: Number(port), host: "127.0.0.1" });
console.log("ready");
