// Fastify with its defaults.
import fastify from "fastify";

const app = fastify();
app.get("/", async () => "Hello, World!");
app.get("/json", async () => ({ hello: "world" }));
app.get("/users/:id", async (request) => request.params.id);
app.post("/echo", async (request) => request.body);
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
console.log("ready");
