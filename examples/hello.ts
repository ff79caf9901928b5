import { Spindash, text } from "spindash";

const app = new Spindash("hello");
app.get("/", () => text("Hello, world!"));
await app.run({ port: Number(process.env.PORT ?? 8000) });
