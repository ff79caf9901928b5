import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Blueprint, NotFound, type Request, SetupError, Spindash, Unauthorized } from "spindash";
import { testClient } from "spindash/testing";

describe("blueprints", () => {
  test("the routes of a blueprint answer below its prefix, with the prefix's parameters", async () => {
    const app = new Spindash("shop");
    const shops = new Blueprint("shops", { prefix: "/shops/<shop:int>" });
    shops.get("/items/<item>", (_req, { shop, item }) => ({ next: shop + 1, item }));
    shops.get("", (_req, { shop }) => ({ shop }));
    app.blueprint(shops);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/shops/7/items/ring")).json(), { next: 8, item: "ring" });
    assert.deepEqual(await (await client.get("/shops/7")).json(), { shop: 7 });
    assert.equal((await client.get("/items/ring")).status, 404);
  });

  test("its middleware and error handlers are for its own routes, whatever was registered first", async () => {
    const app = new Spindash("shop");
    const admin = new Blueprint("admin", { prefix: "/admin" });
    admin.get("/early", () => "early");
    app.blueprint(admin);
    admin.onRequest(() => {
      throw new Unauthorized("no");
    });
    admin.get("/late", () => "late");
    admin.onError(Unauthorized, () => "handled by admin");
    app.get("/open", () => "open");
    app.get("/refused", () => {
      throw new Unauthorized("no");
    });
    await using client = await testClient(app);
    const body = async (path: string) => (await client.get(path)).text();
    assert.equal(await body("/admin/early"), "handled by admin");
    assert.equal(await body("/admin/late"), "handled by admin");
    assert.equal(await body("/open"), "open");
    assert.match(await body("/refused"), /^401/);
  });

  test("the handler of the nearest class wins, and among equals the innermost", async () => {
    const app = new Spindash("errors");
    const inner = new Blueprint("inner", { prefix: "/inner" });
    inner.get("/missing", () => {
      throw new NotFound();
    });
    inner.get("/broken", () => {
      throw new TypeError("broken");
    });
    app.onError(NotFound, () => "app, by NotFound");
    app.onError(Error, () => "app, by Error");
    inner.onError(Error, () => "inner, by Error");
    app.blueprint(inner);
    await using client = await testClient(app);
    assert.equal(await (await client.get("/inner/missing")).text(), "app, by NotFound");
    assert.equal(await (await client.get("/inner/broken")).text(), "inner, by Error");
  });

  test("one blueprint is mounted twice under two names, and its listeners run once", async () => {
    const app = new Spindash("twice");
    const notes: string[] = [];
    const users = new Blueprint("users", { prefix: "/users" });
    users.get("/", () => "users");
    users.beforeServerStart((started) => void notes.push(started.name));
    app.blueprint(users).blueprint(users, { name: "members", prefix: "/members" });
    await using client = await testClient(app);
    assert.equal(await (await client.get("/users")).text(), "users");
    assert.equal(await (await client.get("/members")).text(), "users");
    assert.deepEqual(notes, ["twice"]);
    assert.throws(() => app.blueprint(users), SetupError);
  });

  test("what is declared after mounting takes effect in every place at once", async () => {
    const app = new Spindash("late");
    const users = new Blueprint("users", { prefix: "/users" });
    app.blueprint(users).blueprint(users, { name: "members", prefix: "/members" });
    await using client = await testClient(app);
    assert.equal((await client.get("/users/late")).status, 404);
    users.get("/late", () => "late");
    users.onResponse((_req, response) => {
      response.headers.set("x-late", "yes");
    });
    const inner = new Blueprint("inner", { prefix: "/inner" });
    users.blueprint(inner);
    inner.get("/", () => "inner");
    for (const prefix of ["/users", "/members"]) {
      const response = await client.get(`${prefix}/late`);
      assert.equal(await response.text(), "late");
      assert.equal(response.headers.get("x-late"), "yes");
      assert.equal(await (await client.get(`${prefix}/inner`)).text(), "inner");
    }
  });

  test("websockets, static files and signals of a blueprint work below its prefix", async () => {
    const app = new Spindash("parts");
    const notes: unknown[] = [];
    const parts = new Blueprint("parts", { prefix: "/parts" });
    parts.onRequest((req) => void notes.push(req.path));
    parts.websocket("/echo/<room>", async (_req, ws, { room }) => {
      for await (const message of ws) await ws.send(`${room}: ${String(message)}`);
    });
    parts.static("/files", "package.json", { name: "file" });
    parts.on("part.made.<id:int>", ({ id }) => void notes.push(id));
    app.blueprint(parts);
    await using client = await testClient(app);
    await using ws = await client.websocket("/parts/echo/blue");
    await ws.send("hi");
    assert.equal(await ws.receive(), "blue: hi");
    assert.equal((await client.get("/parts/files")).status, 200);
    await app.dispatch("part.made.7", {});
    assert.deepEqual(notes, ["/parts/echo/blue", "/parts/files", 7]);
    assert.equal(app.urlFor("parts.file"), "/parts/files");
  });

  test("a copy has what was declared so far, and goes its own way from there", async () => {
    const app = new Spindash("copies");
    const first = new Blueprint("first", { prefix: "/users", version: 1 });
    first.get("/", { name: "list" }, () => "list");
    const note = (name: string) => (req: Request) => {
      req.ctx.notes = [...((req.ctx.notes as string[]) ?? []), name];
    };
    first.onRequest(note("first"));
    const second = first.copy("second", { version: 2 });
    first.get("/old", () => "old");
    second.get("/new", (req) => ({ notes: req.ctx.notes }));
    second.onRequest(note("second"));
    first.get("/notes", (req) => ({ notes: req.ctx.notes }));
    app.blueprint([first, second]);
    assert.equal(app.urlFor("first.list"), "/v1/users");
    assert.equal(app.urlFor("second.list"), "/v2/users");
    await using client = await testClient(app);
    assert.equal((await client.get("/v2/users/old")).status, 404);
    assert.equal((await client.get("/v1/users/new")).status, 404);
    assert.deepEqual(await (await client.get("/v2/users/new")).json(), { notes: ["first", "second"] });
    assert.deepEqual(await (await client.get("/v1/users/notes")).json(), { notes: ["first"] });
  });
});

describe("what routes take from around them", () => {
  test("a route's own option wins, then mounting, the blueprint, its group", () => {
    const bp = new Blueprint("users", { prefix: "/users" });
    bp.get("/<id:int>", { name: "show" }, () => "");
    bp.get("/old/<id:int>", { name: "old", version: 9, versionPrefix: "/api-" }, () => "");
    const versioned = new Blueprint("posts", { prefix: "/posts/", version: 2 });
    versioned.get("/", { name: "list" }, () => "");
    const app = new Spindash("versions");
    app.blueprint(Blueprint.group([bp, versioned], { prefix: "/api", version: 1 }));
    app.blueprint(versioned, { name: "newest", version: 3, prefix: "" });
    assert.equal(app.urlFor("users.show", { id: 7 }), "/v1/api/users/7");
    assert.equal(app.urlFor("users.old", { id: 7 }), "/api-9/api/users/old/7");
    assert.equal(app.urlFor("posts.list"), "/v2/api/posts");
    assert.equal(app.urlFor("newest.list"), "/v3");
  });

  test("hosts and strict slashes are handed down, and a route may say otherwise", async () => {
    const app = new Spindash("hosts");
    const api = new Blueprint("api", { host: "api.example.com", strictSlashes: true });
    api.get("/strict/", () => "strict");
    api.get("/loose/", { strictSlashes: false }, () => "loose");
    api.get("/elsewhere", { host: "www.example.com" }, () => "elsewhere");
    app.blueprint(api);
    await using client = await testClient(app);
    const status = async (path: string, host: string) =>
      (await client.get(path, { headers: { host } })).status;
    assert.equal(await status("/strict/", "api.example.com"), 200);
    assert.equal(await status("/strict", "api.example.com"), 404);
    assert.equal(await status("/loose", "api.example.com"), 200);
    assert.equal(await status("/loose", "www.example.com"), 404);
    assert.equal(await status("/elsewhere", "www.example.com"), 200);
  });

  test("nested blueprints have nested names, prefixes, parameters and middleware", async () => {
    const notes: string[] = [];
    const comments = new Blueprint("comments", { prefix: "/comments" });
    comments.get("/<comment:int>", { name: "show" }, (req) => ({ ...req.params }));
    comments.onRequest(() => void notes.push("comments"));
    const posts = new Blueprint("posts", { prefix: "/posts/<post:int>" });
    posts.onRequest(() => void notes.push("posts"), { priority: 1 });
    posts.blueprint(comments);
    const app = new Spindash("blog").blueprint(posts);
    await using client = await testClient(app);
    const url = app.urlFor("posts.comments.show", { post: 1, comment: 2 });
    assert.equal(url, "/posts/1/comments/2");
    assert.deepEqual(await (await client.get(url)).json(), { post: 1, comment: 2 });
    assert.deepEqual(notes, ["posts", "comments"]);
  });
});

describe("groups", () => {
  test("what is bound to a group is for all its members, present and future, and for nobody else", async () => {
    const notes: string[] = [];
    const users = new Blueprint("users", { prefix: "/users" });
    const posts = new Blueprint("posts", { prefix: "/posts" });
    for (const each of [users, posts]) {
      each.get("/", () => "");
      each.get("/broken", () => {
        throw new TypeError("broken");
      });
    }
    const api = Blueprint.group([users], { prefix: "/api" });
    const app = new Spindash("grouped");
    app.get("/", () => "");
    app.blueprint(api);
    api.onRequest(() => void notes.push("api"));
    api.onError(TypeError, () => "handled by the group");
    api.beforeServerStart(() => void notes.push("start"));
    api.blueprint(posts);
    await using client = await testClient(app);
    assert.deepEqual(notes.splice(0), ["start"]);
    await client.get("/");
    assert.deepEqual(notes, []);
    for (const path of ["/api/users", "/api/posts"]) {
      assert.equal((await client.get(path)).status, 200);
      assert.equal(await (await client.get(`${path}/broken`)).text(), "handled by the group");
    }
    assert.equal(notes.length, 4);
  });

  test("groups nest, and their prefixes stand from the outside in", () => {
    const users = new Blueprint("users", { prefix: "/users" });
    users.get("/", { name: "list" }, () => "");
    const inner = Blueprint.group([users], { prefix: "/inner", version: 2 });
    const outer = Blueprint.group([inner], {
      prefix: "/outer/<tenant>",
      version: 1,
      versionPrefix: "/api/v",
    });
    const app = new Spindash("nested").blueprint(outer);
    assert.equal(app.urlFor("users.list", { tenant: "blue" }), "/api/v2/outer/blue/inner/users");
  });
});

describe("mistakes with blueprints", () => {
  const MISTAKES: [title: string, mistake: () => unknown, message: RegExp][] = [
    ["a bad name", () => new Blueprint("my users"), /"my users" cannot name a blueprint/],
    [
      "a bad prefix",
      () => new Blueprint("users", { prefix: "users" }),
      /"users" has the prefix "users"; expected a path/,
    ],
    [
      "an unknown option",
      () => new Blueprint("users", { url_prefix: "/x" } as object),
      /unknown option "url_prefix"; known ones: prefix, host/,
    ],
    [
      "a name that is taken",
      () => new Spindash("shop").blueprint([new Blueprint("users"), new Blueprint("users")]),
      /A blueprint "users" is mounted in "shop" already/,
    ],
    [
      "a route that is taken",
      () => {
        const [one, two] = [new Blueprint("one", { prefix: "/a" }), new Blueprint("two", { prefix: "/a" })];
        one.get("/<id>", () => "");
        two.get("/<name>", () => "");
        new Spindash("shop").blueprint([one, two]);
      },
      /The blueprint "two" cannot be mounted in "shop": .*\/a\/<name>.*\/a\/<id>/,
    ],
    [
      "a bad path",
      () => {
        const users = new Blueprint("users");
        users.get("items", () => "");
        new Spindash("shop").blueprint(users);
      },
      /The blueprint "users" cannot be mounted in "shop": .*"items"/,
    ],
    [
      "a blueprint inside itself",
      () => {
        const [a, b] = [new Blueprint("a"), new Blueprint("b")];
        a.blueprint(b);
        b.blueprint(a);
        new Spindash("shop").blueprint(a);
      },
      /The blueprint "a" cannot be mounted inside itself/,
    ],
  ];
  for (const [title, mistake, message] of MISTAKES) {
    test(`${title} is a SetupError that says so`, () => {
      assert.throws(mistake, (error) => error instanceof SetupError && message.test(error.message));
    });
  }
});
