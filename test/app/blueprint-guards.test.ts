import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Blueprint, NotFound, type Request, Spindash, text } from "spindash";
import { type TestClient, testClient } from "spindash/testing";

/** What one request met on its way: the guards of blueprints and the handler, by name. */
interface Trail {
  readonly guards: string[];
  handler: string;
}

const trails = new Map<string, Trail>();

function trailOf(req: Request): Trail {
  const trail = trails.get(req.id) ?? { guards: [], handler: "" };
  trails.set(req.id, trail);
  return trail;
}

/** A blueprint whose guard and handlers leave their names. */
function guarded(name: string, prefix: string, paths: readonly string[]): Blueprint<string> {
  const blueprint = new Blueprint<string>(name, { prefix });
  blueprint.onRequest((req) => void trailOf(req).guards.push(name));
  for (const path of paths) {
    blueprint.route(["GET", "POST"], path, (req) => {
      trailOf(req).handler = name;
      return "";
    });
  }
  return blueprint;
}

function createApp(): Spindash {
  const app = new Spindash("guarded");
  const admin = guarded("admin", "/admin", ["", "/users/<id:int>", "/files/<name>"]);
  admin.blueprint(guarded("secret", "/secret", ["/<rest:path>"]));
  app.blueprint(admin);
  app.blueprint(guarded("shop", "/shops/<shop:int>", ["/items"]));
  app.blueprint(guarded("open", "", ["/open"]));
  app.get("/administrator", () => "");
  app.get("/<anything>", () => "");
  return app;
}

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

/** Which blueprints have a path, by a reader of its own: segments that are compared when they are decoded. */
function ownersOf(path: string): string[] {
  const segments = path
    .slice(1)
    .split("/")
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });
  const [first, second, third] = segments;
  if (first === "admin") return second === "secret" ? ["admin", "secret"] : ["admin"];
  if (first === "shops" && second !== undefined && /^-?\d+$/.test(second)) return ["shop"];
  if (first === "open" && (second === undefined || (second === "" && third === undefined))) return ["open"];
  return [];
}

const METHODS = ["GET", "HEAD", "POST", "OPTIONS", "DELETE", "get", "QUERY"];
const SEGMENTS = [
  "admin",
  "%61dmin",
  "ADMIN",
  "administrator",
  "admin%2Fusers",
  "admin;x",
  "admin.",
  "secret",
  "%73ecret",
  "shops",
  "7",
  "%37",
  "x",
  "users",
  "files",
  "open",
  "items",
  "",
  ".",
  "..",
  "%2e%2e",
  "%5C",
  "%zz",
];

describe("the guard of a blueprint", () => {
  test("runs for exactly what its routes answer, and for what nobody answers under its prefix", async () => {
    trails.clear();
    await using client = await testClient(createApp());
    let count = 0;
    const requests = fc.record({
      method: fc.constantFrom(...METHODS),
      segments: fc.oneof(
        fc.array(fc.constantFrom(...SEGMENTS), { minLength: 1, maxLength: 4 }),
        // Half of them near a route, so that many find one.
        fc.tuple(
          fc.constantFrom("admin", "%61dmin"),
          fc.constantFrom("secret", "users", "files"),
          fc.constantFrom(...SEGMENTS),
        ),
      ),
      query: fc.constantFrom("", "?", "?a=/admin"),
    });
    const property = fc.asyncProperty(requests, async ({ method, segments, query }) => {
      const path = `/${segments.join("/")}`;
      const id = String(count++);
      const status = await send(client, method, path + query, id);
      const shown = `${method} ${path} is ${status}`;
      const { guards, handler } = trails.get(id) ?? { guards: [], handler: "" };
      if (handler !== "") assert.equal(guards.at(-1), handler, shown);
      assert.deepEqual(guards, ownersOf(path), shown);
    });
    await fc.assert(property, { numRuns: 500, seed: 4 });
    const handled = [...trails.values()].filter(({ handler }) => handler !== "");
    assert.ok(handled.length > 20, `${handled.length} requests found a handler`);
    assert.deepEqual(client.errors, []);
  });

  const CASES: [method: string, path: string, guards: string[]][] = [
    ["GET", "/admin", ["admin"]],
    ["HEAD", "/admin/", ["admin"]],
    ["DELETE", "/admin", ["admin"]],
    ["OPTIONS", "/admin", ["admin"]],
    ["GET", "/admin/nothing", ["admin"]],
    ["GET", "/admin/files/%zz", ["admin"]],
    ["GET", "/admin/secret", ["admin", "secret"]],
    ["GET", "/%61dmin/%73ecret/../x", ["admin", "secret"]],
    ["PUT", "/admin/secret/x", ["admin", "secret"]],
    ["GET", "/administrator", []],
    ["GET", "/administrator/x", []],
    ["GET", "/admin%2Fusers/7", []],
    ["GET", "//admin", []],
    ["GET", "/./admin", []],
    ["GET", "/shops/7/nothing", ["shop"]],
    ["GET", "/shops/x/items", []],
    ["DELETE", "/open", ["open"]],
    ["GET", "/nothing/at/all", []],
  ];
  for (const [method, path, guards] of CASES) {
    test(`${method} ${path} meets ${guards.join(" and ") || "none"}`, async () => {
      trails.clear();
      await using client = await testClient(createApp());
      await send(client, method, path, "x");
      assert.deepEqual(trails.get("x")?.guards ?? [], guards);
    });
  }

  test("does not let an unknown path tell that it is unknown", async () => {
    const app = new Spindash("closed");
    const admin = new Blueprint("admin", { prefix: "/admin" });
    admin.onRequest(() => text("who are you?", { status: 401 }));
    admin.get("/there", () => "secret");
    app.blueprint(admin);
    await using client = await testClient(app);
    for (const path of ["/admin/there", "/admin/elsewhere", "/admin"])
      assert.equal((await client.get(path)).status, 401, path);
    assert.equal((await client.delete("/admin/there")).status, 401);
  });
});

describe("the error handlers of a blueprint", () => {
  test("answer 404 and 405 under its prefix, those of the innermost one that has any first", async () => {
    const app = new Spindash("errors");
    const api = new Blueprint("api", { prefix: "/api" });
    api.onError(NotFound, () => text("nothing in api", { status: 404 }));
    const users = new Blueprint("users", { prefix: "/users" });
    users.get("/", () => "");
    const posts = new Blueprint("posts", { prefix: "/posts" });
    posts.onError(NotFound, () => text("nothing in posts", { status: 404 }));
    api.blueprint([users, posts]);
    app.blueprint(api);
    await using client = await testClient(app);
    const body = async (path: string) => (await client.get(path)).text();
    assert.equal(await body("/api/x"), "nothing in api");
    assert.equal(await body("/api/users/x"), "nothing in api");
    assert.equal(await body("/api/posts/x"), "nothing in posts");
    assert.match(await body("/x"), /^404/);
  });

  test("of two blueprints with one prefix, both are asked", async () => {
    const app = new Spindash("shared");
    const notes: string[] = [];
    const one = new Blueprint("one", { prefix: "/api/<a>" });
    const two = new Blueprint("two", { prefix: "/api/<b>" });
    one.onError(NotFound, () => "one");
    one.onRequest(() => void notes.push("one"));
    two.onRequest(() => void notes.push("two"));
    app.blueprint([one, two]);
    await using client = await testClient(app);
    assert.equal(await (await client.get("/api/7/x")).text(), "one");
    assert.deepEqual(notes, ["one", "two"]);
  });

  test("a host without a prefix has the unknown paths of that host", async () => {
    const app = new Spindash("hosts");
    const api = new Blueprint("api", { host: "api.example.com" });
    api.onError(NotFound, () => "api");
    app.blueprint(api);
    await using client = await testClient(app);
    const body = async (host: string) => (await client.get("/x", { headers: { host } })).text();
    assert.equal(await body("api.example.com"), "api");
    assert.match(await body("www.example.com"), /^404/);
  });
});
