// Express with its defaults and its own JSON body parser.
import express from "express";

const app = express();
app.get("/", (_request, response) => response.send("Hello, World!"));
app.get("/json", (_request, response) => response.json({ hello: "world" }));
app.get("/users/:id", (request, response) => response.send(request.params.id));
app.post("/echo", express.json(), (request, response) => response.json(request.body));
app.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
