import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRoutes, Spindash } from "spindash";

const answer = (): string => "";

test("routes are printed one a line, in columns", () => {
  const app = new Spindash("table");
  app.get("/", answer);
  app.route(["GET", "POST"], "/form", { name: "contact", version: 2 }, answer);
  app.websocket("/feed/<room>", { name: "feed" }, () => {});
  assert.equal(
    formatRoutes(app.routes),
    [
      "Methods    Path          Name",
      "GET        /",
      "GET, POST  /v2/form      contact",
      "websocket  /feed/<room>  feed",
    ].join("\n"),
  );
});

test("hosts have a column where there are some", () => {
  const app = new Spindash("table");
  app.get("/", { host: ["a.example", "*.b.example"] }, answer);
  app.get("/", answer);
  assert.equal(
    formatRoutes(app.routes),
    [
      "Methods  Host                    Path  Name",
      "GET      a.example, *.b.example  /",
      "GET      *                       /",
    ].join("\n"),
  );
});

test("an app without routes has a heading alone", () => {
  assert.equal(formatRoutes([]), "Methods  Path  Name");
});

test("named middleware is shown with the routes it runs for", () => {
  const app = new Spindash("table");
  app.onRequest(() => {}, { name: "auth" });
  app.use((_req, next) => next(), { name: "timing", priority: 1 });
  app.onResponse(() => {});
  app.get("/", () => "");
  app.get("/open", { skip: ["auth"] }, () => "");
  assert.equal(
    formatRoutes(app.routes),
    [
      "Methods  Path   Name  Middleware",
      "GET      /            auth, timing",
      "GET      /open        timing",
    ].join("\n"),
  );
});
