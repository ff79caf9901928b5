// uWebSockets.js (C++) with its defaults.
import uwebsockets from "uwebsockets";

const app = uwebsockets.App();
app.get("/", (response) => response.end("Hello, World!"));
app.get("/json", (response) => sendJson(response, { hello: "world" }));
app.get("/users/:id", (response, request) => response.end(request.getParameter(0)));
app.post("/echo", (response) => {
  let received = Buffer.alloc(0);
  response.onAborted(() => {});
  response.onData((chunk, isLast) => {
    received = Buffer.concat([received, Buffer.from(chunk)]);
    if (isLast) sendJson(response, JSON.parse(received));
  });
});
app.ws("/ws", { message: (ws, message, isBinary) => ws.send(message, isBinary) });
app.listen("127.0.0.1", Number(process.argv[2]), () => console.log("ready"));

function sendJson(response, value) {
  response.writeHeader("content-type", "application/json").end(JSON.stringify(value));
}
