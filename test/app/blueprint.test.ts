import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Blueprint, NotFound, SetupError, Spindash, Unauthorized } from "spindash";
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
});
