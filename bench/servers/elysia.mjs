// Elysia on Bun with its defaults.
import { Elysia } from "elysia";

new Elysia()
  .get("/", () => "Hello, World!")
  .get("/json", () => ({ hello: "world" }))
  .get("/users/:id", ({ params }) => params.id)
  .post("/echo", ({ body }) => body)
  .ws("/ws", {
    message(ws, message) {
      ws.send(message);
    },
  })
  .listen({ port: Number(process.argv[2]), hostname: "127.0.0.1" }, () => console.log("ready"));
