// h3 on its own Node entry (srvx) with their defaults.
import { H3, serve } from "h3";

const app = new H3();
app.get("/", () => "Hello, World!");
app.get("/json", () => ({ hello: "world" }));
app.get("/users/:id", (event) => event.context.params.id);
app.post("/echo", (event) => event.req.json());
await serve(app, { port: Number(process.argv[2]), hostname: "127.0.0.1", silent: true }).ready();
console.log("ready");
