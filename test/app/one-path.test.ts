import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Request, Spindash } from "spindash";
import { type TestClient, testClient } from "spindash/testing";

/** What one request met on its way. */
interface Trail {
  readonly path: string;
  guards: number;
  handlers: string[];
}

const ROUTES = [
  ["/admin", {}],
  ["/admin/users/<id:int>", {}],
  ["/admin/<rest:path>", {}],
  ["/administrator", { strictSlashes: true }],
  ["/files/<name>", {}],
  ["/raw/<name>", { decode: false }],
  ["/", {}],
] as const;

/** An app whose guards and handlers leave a trail for each request. */
function guardedApp(trails: Map<string, Trail>): Spindash {
  const app = new Spindash("guarded");
  const trailOf = (req: Request): Trail => {
    const trail = trails.get(req.id) ?? { path: req.path, guards: 0, handlers: [] };
    trails.set(req.id, trail);
    assert.equal(trail.path, req.path, "all readers see one path");
    return trail;
  };
  const guard = (req: Request): void => void trailOf(req).guards++;
  app.onRequest(guard);
  app.onRequest(async (req) => guard(req), { priority: 1 });
  for (const [path, options] of ROUTES) {
    app.route(["GET", "POST", "QUERY"], path, options, (req) => {
      trailOf(req).handlers.push(path);
      return "";
    });
  }
  app.websocket("/admin/feed/<room>", (req) => void trailOf(req).handlers.push("websocket"));
  return app;
}

const METHODS = ["GET", "HEAD", "POST", "QUERY", "OPTIONS", "DELETE", "get", "patch"];

/** Spellings that some reader of paths takes for a separator, for nothing, or for another letter. */
const SPELLINGS = [
  "admin",
  "ADMIN",
  "%61dmin",
  "adm%69n",
  "admin%20",
  "admin%00",
  "administrator",
  "admin;x",
  "admin.",
  "admin..",
  "..",
  ".",
  "%2e%2e",
  "%252e%252e",
  "",
  "%2F",
  "%2f",
  "%5C",
  "\\",
  "users",
  "7",
  "%37",
  "files",
  "raw",
  "feed",
  "a.txt",
  "%zz",
  "%",
  "%C3",
  "%C3%A9",
];

/** Sends one request as bytes, on a connection of its own, and gives the status. */
async function send(client: TestClient, method: string, target: string, id: string): Promise<number> {
  const connection = client.connect();
  connection.write(
    `${method} ${target} HTTP/1.1\r\nhost: localhost\r\nx-request-id: ${id}\r\nconnection: close\r\n\r\n`,
    "latin1",
  );
  let received = "";
  connection.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
  });
  await once(connection, "end");
  return Number(received.slice(9, 12));
}

/** Whatever was answered: no handler without all guards, no more than one handler, no 500. */
function check(trail: Trail | undefined, status: number, shown: string): void {
  assert.ok(status >= 200 && status < 500, `${shown} is ${status}`);
  if (trail === undefined) return;
  assert.ok(trail.handlers.length <= 1, shown);
  assert.equal(trail.guards, 2, `${shown} met ${trail.guards} of 2 guards and ${trail.handlers.join()}`);
}

describe("one path, all readers", () => {
  test("if a handler answered, every guard ran, whatever the spelling and the method", async () => {
    const trails = new Map<string, Trail>();
    await using client = await testClient(guardedApp(trails));
    let count = 0;
    const requests = fc.record({
      method: fc.constantFrom(...METHODS),
      segments: fc.oneof(
        fc.array(fc.constantFrom(...SPELLINGS), { minLength: 1, maxLength: 4 }),
        // Half of them near a route, so that many find one.
        fc.tuple(fc.constantFrom("admin", "%61dmin", "files", "raw"), fc.constantFrom(...SPELLINGS)),
      ),
      query: fc.constantFrom("", "?", "?a=/admin", "?%2Fadmin"),
      form: fc.constantFrom("", "http://localhost", "http://evil.example"),
    });
    const property = fc.asyncProperty(requests, async ({ method, segments, query, form }) => {
      const target = `${form}/${segments.join("/")}${query}`;
      const id = String(count++);
      const status = await send(client, method, target, id);
      check(trails.get(id), status, `${method} ${target}`);
    });
    await fc.assert(property, { numRuns: 400, seed: 7 });
    assert.deepEqual(client.errors, []);
    const answered = [...trails.values()].filter(({ handlers }) => handlers.length > 0);
    assert.ok(answered.length > 40, `${answered.length} requests found a handler`);
  });

  test("every spelling of a whole path, by every method, is guarded", async () => {
    const trails = new Map<string, Trail>();
    await using client = await testClient(guardedApp(trails));
    for (const spelling of SPELLINGS) {
      for (const method of METHODS) {
        const id = `${method}-${trails.size}`;
        const status = await send(client, method, `/${spelling}`, id);
        check(trails.get(id), status, `${method} /${spelling}`);
      }
    }
  });

  const FOUND: [path: string, handler: string | undefined][] = [
    ["/admin", "/admin"],
    ["/admin/", "/admin"],
    ["/%61dmin", "/admin"],
    ["/Admin", undefined],
    ["//admin", undefined],
    ["/./admin", undefined],
    ["/x/../admin", undefined],
    ["/admin%2Fusers%2F7", undefined],
    ["/admin/users/7", "/admin/users/<id:int>"],
    ["/admin/users/%37", "/admin/users/<id:int>"],
    ["/admin/users/x", "/admin/<rest:path>"],
    ["/admin//users/7", "/admin/<rest:path>"],
    ["/admin/../files/x", "/admin/<rest:path>"],
    ["/administrator", "/administrator"],
    ["/administrator/", undefined],
    ["/files/a%2Fb", "/files/<name>"],
    ["/files/..%2F..%2Fetc", "/files/<name>"],
    ["/files/", undefined],
    ["/", "/"],
  ];
  for (const [path, handler] of FOUND) {
    test(`${path} is answered by ${handler ?? "nobody"}`, async () => {
      const trails = new Map<string, Trail>();
      await using client = await testClient(guardedApp(trails));
      await send(client, "GET", path, "x");
      assert.deepEqual(trails.get("x")?.handlers, handler === undefined ? [] : [handler]);
    });
  }

  test("a guard that answers keeps every handler from running, HEAD and websockets included", async () => {
    const trails = new Map<string, Trail>();
    const app = guardedApp(trails);
    app.onRequest(() => "stop", { priority: -1 });
    await using client = await testClient(app);
    for (const method of METHODS) await client.request(method, "/admin");
    await assert.rejects(client.websocket("/admin/feed/x"), { status: 200 });
    assert.ok([...trails.values()].every(({ handlers }) => handlers.length === 0));
    assert.equal(trails.size, METHODS.length + 1);
  });
});
