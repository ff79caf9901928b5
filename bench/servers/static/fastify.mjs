// A folder of files on Fastify with @fastify/static, both with their defaults.
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import fastify from "fastify";

const app = fastify();
app.register(fastifyStatic, {
  root: fileURLToPath(new URL("../../public", import.meta.url)),
  prefix: "/files/",
});
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
console.log("ready");
