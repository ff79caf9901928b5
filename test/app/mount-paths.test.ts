import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Blueprint, type Request, Response, Spindash } from "spindash";
import { testClient } from "spindash/testing";
import { parseRequest } from "../http/parse-request.ts";

/** What one request met: the path the guard saw, and the one that what is mounted saw. */
interface Trail {
  outer: string;
  inner: string;
}

const trails = new Map<string, Trail>();
const PREFIXES = ["/app", "/web", "/node"];

function trailOf(id: string): Trail {
  const trail = trails.get(id) ?? { outer: "", inner: "" };
  trails.set(id, trail);
  return trail;
}

function createApp(): Spindash {
  const inner = new Spindash("inner");
  const answer = (req: Request): string => {
    trailOf(req.id).inner = req.path;
    return "";
  };
  inner.route(["*"], "/", answer);
  inner.route(["*"], "/<rest:path>", { decode: false }, answer);
  const guarded = new Blueprint("guarded");
  guarded.onRequest((req) => {
    trailOf(req.id).outer = req.path;
  });
  guarded.mount("/app", inner);
  guarded.mount("/web", (request) => {
    trailOf(request.headers.get("x-request-id") ?? "").inner = new URL(request.url).pathname;
    return new globalThis.Response("");
  });
  guarded.mount("/node", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    trailOf(String(incoming.headers["x-request-id"])).inner = (incoming.url ?? "").split("?")[0] ?? "";
    outgoing.end();
  });
  return new Spindash("outer").blueprint(guarded);
}

const SEGMENTS = [
  "app",
  "%61pp",
  "web",
  "w%65b",
  "node",
  "nod%65",
  "nodes",
  "x",
  "",
  ".",
  "..",
  "%2e%2e",
  "%2F",
  "%5C",
  "%00",
  ";x",
  "%zz",
  "a%20b",
  '"',
  "{",
  "|",
  "^",
];

describe("the paths of what is mounted", () => {
  test("are the rest of what the guard saw, and nothing is reached without the guard", async () => {
    await using client = await testClient(createApp());
    let count = 0;
    const requests = fc.record({
      method: fc.constantFrom("GET", "HEAD", "POST", "OPTIONS", "DELETE", "get", "post", "QUERY"),
      first: fc.constantFrom("app", "%61pp", "web", "w%65b", "node", "nod%65"),
      segments: fc.array(fc.constantFrom(...SEGMENTS), { maxLength: 3 }),
      form: fc.constantFrom("", "http://localhost"),
      query: fc.constantFrom("", "?", "?a=/web/../x"),
    });
    const property = fc.asyncProperty(requests, async ({ method, first, segments, form, query }) => {
      const id = String(count++);
      const target = `${form}/${[first, ...segments].join("/")}${query}`;
      const connection = client.connect();
      connection.write(
        `${method} ${target} HTTP/1.1\r\nhost: localhost\r\nx-request-id: ${id}\r\nconnection: close\r\n\r\n`,
        "latin1",
      );
      connection.resume();
      await once(connection, "end");
      const trail = trails.get(id) ?? { outer: "", inner: "" };
      if (trail.inner === "") return;
      // URLs encode some characters that a path may have; that leaves its meaning.
      const [outer, inner] = [encodeOdd(trail.outer), encodeOdd(trail.inner)];
      const shown = `${method} ${target}: the guard saw ${outer}, what is mounted saw ${inner}`;
      const prefix = outer.slice(
        0,
        outer.length - inner.length + (inner === "/" && !outer.endsWith("/") ? 1 : 0),
      );
      assert.equal(
        decodeURIComponent(prefix),
        PREFIXES.find((each) => decodeURIComponent(prefix) === each),
        shown,
      );
      assert.ok(inner === "/" || outer === prefix + inner, shown);
    });
    await fc.assert(property, { numRuns: 500, seed: 11 });
    assert.deepEqual(client.errors, []);
    const reached = [...trails.values()].filter(({ inner }) => inner !== "");
    assert.ok(reached.length > 100, `${reached.length} requests reached what is mounted`);
  });

  test("a mounted app that is synchronous makes no promise", () => {
    const inner = new Spindash("inner");
    inner.get("/x", () => "hi");
    const app = new Spindash("outer").mount("/in", inner);
    assert.ok(app.handle(parseRequest("GET /in/x HTTP/1.1\r\nhost: x\r\n\r\n")) instanceof Response);
  });
});

function encodeOdd(path: string): string {
  return path.replace(/["{|^]/g, encodeURIComponent);
}
