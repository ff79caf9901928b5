import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Blueprint, Spindash, UrlBuildError, type UrlOptions } from "spindash";
import { testClient } from "spindash/testing";

const answer = (): string => "";

function linkedApp(config: { serverName?: string } = {}): Spindash {
  const app = new Spindash("links", { config });
  app.get("/", { name: "home" }, answer);
  app.get("/users/<id:int>", { name: "users.show", version: 1 }, answer);
  app.get("/posts/<page?:int>", { name: "posts" }, answer);
  app.get("/folder/", { name: "folder", strictSlashes: true }, answer);
  app.route(["GET", "POST"], "/form", { name: "contact", version: 2 }, answer);
  app.get("/api", { name: "api", host: "api.example.com" }, answer);
  app.get("/shop", { name: "shop", host: "*.example.com" }, answer);
  app.get("/both", { name: "both", host: ["a.example", "b.example:8443"] }, answer);
  app.websocket("/feed/<room>", { name: "feed" }, () => {});
  app.get("/unnamed/<id:int>", answer);
  return app;
}

const BUILT: [name: string, parameters: object | undefined, options: UrlOptions | undefined, url: string][] =
  [
    ["home", undefined, undefined, "/"],
    ["users.show", { id: 7 }, undefined, "/v1/users/7"],
    ["posts", {}, undefined, "/posts"],
    ["posts", { page: 3 }, undefined, "/posts/3"],
    ["folder", {}, undefined, "/folder/"],
    ["GET /unnamed/<id:int>", { id: 1 }, undefined, "/unnamed/1"],
    ["contact", { page: 2 }, undefined, "/v2/form?page=2"],
    [
      "contact",
      { tag: ["a", "b c"], ok: true, n: 10n, no: undefined, nil: null },
      undefined,
      "/v2/form?tag=a&tag=b+c&ok=true&n=10",
    ],
    ["users.show", { id: 7, q: "é&=" }, { query: { id: "query", q: "2" } }, "/v1/users/7?id=query&q=2"],
    ["home", {}, { query: { list: [] } }, "/"],
    ["home", {}, { anchor: "top" }, "/#top"],
    ["home", {}, { query: { a: 1 }, anchor: "a b#c?d" }, "/?a=1#a%20b%23c?d"],
    ["home", {}, { host: "example.com" }, "http://example.com/"],
    ["home", {}, { host: "example.com:8443", scheme: "https" }, "https://example.com:8443/"],
    ["home", {}, { host: "example.com:443", scheme: "https" }, "https://example.com/"],
    ["home", {}, { host: "[::1]:80" }, "http://[::1]/"],
    ["home", {}, { server: "https://example.com" }, "https://example.com/"],
    ["home", {}, { server: "https://example.com:1/", external: true }, "https://example.com:1/"],
    ["home", {}, { server: "example.com" }, "http://example.com/"],
    ["home", {}, { server: "https://example.com", external: false }, "/"],
    ["api", {}, undefined, "/api"],
    ["api", {}, { external: true }, "http://api.example.com/api"],
    ["api", {}, { external: true, scheme: "https" }, "https://api.example.com/api"],
    ["shop", {}, { host: "blue.example.com" }, "http://blue.example.com/shop"],
    ["both", {}, { host: "b.example:8443" }, "http://b.example:8443/both"],
    ["feed", { room: "a/b" }, undefined, "/feed/a%2Fb"],
    ["feed", { room: "x" }, { host: "example.com" }, "ws://example.com/feed/x"],
    ["feed", { room: "x" }, { server: "https://example.com" }, "wss://example.com/feed/x"],
  ];

describe("urlFor", () => {
  for (const [name, parameters, options, url] of BUILT) {
    test(`${name} is ${url}`, () => {
      assert.equal(linkedApp().urlFor(name, parameters as Record<string, unknown>, options), url);
    });
  }

  const REFUSED: [name: string, parameters: object, options: object, message: RegExp][] = [
    ["user.show", {}, {}, /no route named "user\.show"; did you mean "users\.show"\?/],
    ["nowhere", {}, {}, /no route named "nowhere"; app\.routes lists them/],
    ["__proto__", {}, {}, /no route named "__proto__"/],
    ["users.show", {}, {}, /users\.show \(\/v1\/users\/<id:int>\) needs the parameter "id" of type int/],
    ["users.show", { id: "7" }, {}, /"id" of the route users\.show is not of type int: "7"/],
    ["posts", { pages: 2 }, {}, /no parameter "pages"; did you mean "page"\?/],
    ["home", { _anchor: "x" }, {}, /write it into the third argument: \{ anchor \}/],
    ["home", { a: {} }, {}, /as a query parameter it must be text/],
    ["home", { a: [[1]] }, {}, /as a query parameter it must be text/],
    ["home", {}, { ancor: "x" }, /unknown option "ancor"; did you mean anchor\?/],
    ["home", {}, { scheme: "https" }, /has a scheme but no host/],
    ["home", {}, { external: true }, /host of the route home is not known; set serverName/],
    ["home", {}, { host: "a/b?x=" }, /"a\/b\?x=" is no host/],
    ["home", {}, { host: "user@example.com" }, /is no host/],
    ["home", {}, { server: "https://example.com/path" }, /is no host/],
    ["home", {}, { host: "example.com", scheme: "javascript" }, /scheme/],
    [
      "api",
      {},
      { host: "example.com" },
      /"example\.com" is no host of the route api; its hosts: api\.example\.com/,
    ],
    ["shop", {}, { external: true }, /more than one host \(\*\.example\.com\); give one/],
    ["both", {}, { external: true }, /more than one host \(a\.example, b\.example:8443\)/],
  ];
  for (const [name, parameters, options, message] of REFUSED) {
    test(`${name} with ${JSON.stringify(parameters)} and ${JSON.stringify(options)} is refused`, () => {
      assert.throws(
        () => linkedApp().urlFor(name, parameters as Record<string, unknown>, options as UrlOptions),
        (error) => {
          assert.ok(error instanceof UrlBuildError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  test("serverName is the host of whole URLs, and its scheme is theirs", () => {
    const external = { external: true };
    assert.equal(
      linkedApp({ serverName: "example.com" }).urlFor("home", {}, external),
      "http://example.com/",
    );
    const secure = linkedApp({ serverName: "https://example.com" });
    assert.equal(secure.urlFor("home", {}, external), "https://example.com/");
    assert.equal(secure.urlFor("feed", { room: "x" }, external), "wss://example.com/feed/x");
    assert.equal(secure.urlFor("api", {}, external), "https://api.example.com/api");
  });

  test("what registering gave works in place of a name, also from a blueprint", () => {
    const app = new Spindash("links");
    const users = new Blueprint("users", { prefix: "/users" });
    const show = users.get("/<id:int>", { name: "show" }, (_req, { id }) => ({ id }));
    assert.throws(() => app.urlFor(show, { id: 7 }), /not part of this app; mount its blueprint/);
    app.blueprint(users);
    assert.equal(app.urlFor(show, { id: 7 }), "/users/7");
    assert.equal(app.urlFor("users.show", { id: 7 }), "/users/7");
    app.blueprint(users, { name: "members", prefix: "/members" });
    assert.throws(
      () => app.urlFor(show, { id: 7 }),
      /mounted 2 times; choose one by name: "users\.show", "members\.show"/,
    );
    assert.equal(app.urlFor("members.show", { id: 7 }), "/members/7");
    const [first] = app.routes;
    assert.ok(first);
    assert.equal(app.urlFor(first, { id: 7 }), "/users/7");
  });
});

describe("req.urlFor", () => {
  async function ask(app: Spindash, name: string, headers: Record<string, string>): Promise<string> {
    app.get("/ask", (req) => req.urlFor(name));
    await using client = await testClient(app);
    return await (await client.get("/ask", { headers })).text();
  }

  test("is whole, with the request's scheme and host", async () => {
    assert.equal(await ask(linkedApp(), "home", { host: "example.org:8000" }), "http://example.org:8000/");
    assert.equal(await ask(linkedApp(), "home", { host: "example.org:80" }), "http://example.org/");
  });

  test("takes scheme and host from a trusted proxy, and from nobody else", async () => {
    const headers = {
      host: "inside",
      "x-forwarded-for": "9.9.9.9",
      "x-forwarded-host": "example.com",
      "x-forwarded-proto": "https",
    };
    const trusting = new Spindash("a", { config: { proxiesCount: 1 } });
    trusting.get("/", { name: "home" }, answer);
    assert.equal(await ask(trusting, "home", headers), "https://example.com/");
    assert.equal(await ask(linkedApp(), "home", headers), "http://inside/");
  });

  test("leads to the host of a route that has its own", async () => {
    assert.equal(await ask(linkedApp(), "api", { host: "example.com" }), "http://api.example.com/api");
    assert.equal(
      await ask(linkedApp(), "shop", { host: "blue.example.com" }),
      "http://blue.example.com/shop",
    );
  });

  test("uses serverName where that has a scheme: the address that the outside knows", async () => {
    const app = linkedApp({ serverName: "https://example.com" });
    assert.equal(await ask(app, "home", { host: "inside:8000" }), "https://example.com/");
  });
});
