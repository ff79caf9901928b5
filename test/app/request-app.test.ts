import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Blueprint } from "../../src/app/blueprint.ts";
import { Spindash } from "../../src/app/spindash.ts";
import { getRequest } from "../../src/http/current-request.ts";
import { text } from "../../src/http/responses.ts";
import { testClient } from "../../src/testing/index.ts";
import { parseRequest } from "../http/parse-request.ts";

const SECRETS = ["a".repeat(32), "b".repeat(32)];

describe("A request", () => {
  test("knows its app and what listeners set up there", async () => {
    const app = new Spindash("shop");
    app.ctx.greeting = "hello";
    app.get("/", (req) => ({
      isApp: req.app === (app as unknown),
      name: req.app.name,
      ctx: req.app.ctx.greeting,
    }));
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/")).json(), { isApp: true, name: "shop", ctx: "hello" });
    assert.throws(() => parseRequest("GET / HTTP/1.1\r\nHost: a\r\n\r\n").app, /has come to no app/);
  });

  test("knows its route as it was registered, in middleware too, and none where none fits", async () => {
    const app = new Spindash("routes");
    const seen: (string | undefined)[] = [];
    app.onRequest((req) => void seen.push(req.route?.name));
    const users = new Blueprint("users", { prefix: "/users" });
    users.get("/<id:int>", { name: "show" }, ({ route }) => ({ path: route?.path, methods: route?.methods }));
    app.blueprint(users);
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/users/7")).json(), {
      path: "/users/<id:int>",
      methods: ["GET"],
    });
    assert.equal((await client.get("/nowhere")).status, 404);
    assert.equal((await client.post("/users/7")).status, 405);
    assert.deepEqual(seen, ["users.show", undefined, undefined]);
  });

  test("makes whole URLs of routes, as the client addressed the server", async () => {
    const app = new Spindash("urls");
    app.get("/items/<id:int>", { name: "item" }, (req, { id }) => text(req.urlFor("item", { id: id + 1 })));
    await using client = await testClient(app);
    for (const [host, url] of [
      ["shop.example", "http://shop.example/items/8"],
      ["shop.example:8000", "http://shop.example:8000/items/8"],
      ["shop.example:80", "http://shop.example/items/8"],
      ["[::1]:8000", "http://[::1]:8000/items/8"],
    ] as const)
      assert.equal(await (await client.get("/items/7", { headers: { host } })).text(), url);
  });

  test("logs with its id, by a child logger where there is one", async () => {
    for (const hasChild of [true, false]) {
      const lines: object[] = [];
      const write = (bindings: object) => (details: object, message?: string) =>
        void lines.push({ ...bindings, ...details, message });
      const logger = (bindings: object) => {
        const log = write(bindings);
        return { debug: log, info: log, warn: log, error: log };
      };
      const root = { ...logger({}), ...(hasChild ? { child: logger } : {}) };
      const app = new Spindash("logs", { logger: root });
      app.get("/", (req) => {
        req.log.info({ step: 1 }, "first");
        req.log.warn({ step: 2 });
        const { log } = req;
        return text(String(log === req.log));
      });
      await using client = await testClient(app);
      assert.equal(await (await client.get("/", { headers: { "x-request-id": "abc" } })).text(), "true");
      assert.deepEqual(lines, [
        { requestId: "abc", step: 1, message: "first" },
        { requestId: "abc", step: 2, message: undefined },
      ]);
    }
  });

  test("takes its id from the field that the settings name", async () => {
    const app = new Spindash("ids", { config: { requestIdHeader: "x-trace" } });
    app.get("/", (req) => text(req.id));
    await using client = await testClient(app);
    const headers = { "x-trace": "t1", "x-request-id": "r1" };
    assert.equal(await (await client.get("/", { headers })).text(), "t1");
  });

  test("knows the target as it was sent", () => {
    for (const target of ["/", "/a%20b?x=1&y=%C3%A9", "/?", "*"]) {
      const method = target === "*" ? "OPTIONS" : "GET";
      const request = parseRequest(`${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      assert.equal(request.target, target === "/?" ? "/" : target);
    }
  });

  test("says what its method promises", () => {
    const promises = (method: string): boolean[] => {
      const { isSafe, isIdempotent, isCacheable } = parseRequest(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
      return [isSafe, isIdempotent, isCacheable];
    };
    assert.deepEqual(promises("GET"), [true, true, true]);
    assert.deepEqual(promises("HEAD"), [true, true, true]);
    assert.deepEqual(promises("OPTIONS"), [true, true, false]);
    assert.deepEqual(promises("PUT"), [false, true, false]);
    assert.deepEqual(promises("DELETE"), [false, true, false]);
    assert.deepEqual(promises("POST"), [false, false, false]);
    assert.deepEqual(promises("get"), [false, false, false]);
  });

  test("knows the host's name and port, and the port at the other end", () => {
    const read = (host: string, encrypted = false) => {
      const request = parseRequest(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, undefined, { encrypted });
      return [request.hostname, request.port, request.remotePort];
    };
    assert.deepEqual(read("a.example"), ["a.example", 80, 1234]);
    assert.deepEqual(read("a.example", true), ["a.example", 443, 1234]);
    assert.deepEqual(read("a.example:8000"), ["a.example", 8000, 1234]);
    assert.deepEqual(read("[::1]"), ["[::1]", 80, 1234]);
    assert.deepEqual(read("[::1]:81"), ["[::1]", 81, 1234]);
  });
});

describe("getRequest", () => {
  async function deep(): Promise<string> {
    await turn();
    await Promise.resolve();
    return getRequest().query.get("n") ?? "";
  }

  test("gives the request of whoever asks, however deep and however many at once", async () => {
    const app = new Spindash("deep", { config: { requestContext: true } });
    app.onRequest(async (req) => {
      assert.equal(getRequest(), req);
      await turn();
      assert.equal(getRequest(), req);
    });
    app.onResponse((req) => assert.equal(getRequest(), req));
    app.get("/", async () => text(await deep()));
    app.get("/sync", () => text(getRequest().path));
    await using client = await testClient(app);
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => (await client.get(`/?n=${n}`)).text()),
    );
    assert.deepEqual(
      answers,
      answers.map((_, n) => String(n)),
    );
    assert.equal(await (await client.get("/sync")).text(), "/sync");
    assert.throws(() => getRequest(), /in handlers and middleware/);
  });

  test("says which setting it needs", async () => {
    const app = new Spindash("off");
    app.get("/", () => text(getRequest().path));
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 500);
    assert.match(client.errors[0]?.message ?? "", /requestContext|in handlers and middleware/);
    assert.equal(new AsyncLocalStorage().getStore(), undefined);
  });
});

describe("Sealed cookies", () => {
  const app = (secrets: string[]): Spindash => {
    const made = new Spindash("sealed", { config: { cookieSecrets: secrets } });
    made.get("/set", () => {
      const response = text("");
      response.cookies.set("user", "42", { signed: true, prefix: "host" });
      response.cookies.set("cart", "3 € rings; \u0000", { encrypted: true, httpOnly: true });
      response.cookies.set("theme", "dark");
      return response;
    });
    made.get("/get", async (req) => ({
      user: req.cookies.getSigned("user") ?? null,
      cart: req.cookies.getEncrypted("cart") ?? null,
      raw: req.cookies.get("user") ?? null,
    }));
    made.onResponse((req, response) => {
      if (req.path === "/late") response.cookies.set("late", "1", { signed: true });
    });
    return made;
  };

  async function cookiesOf(secrets: string[], path = "/set"): Promise<string[]> {
    await using client = await testClient(app(secrets));
    return (await client.get(path)).headers.getAll("set-cookie");
  }

  async function read(secrets: string[], fields: string[]): Promise<unknown> {
    await using client = await testClient(app(secrets));
    const cookie = fields.map((field) => field.split(";", 1)[0]).join("; ");
    return (await client.get("/get", { headers: { cookie } })).json();
  }

  test("come back as they were set, in the order set", async () => {
    const fields = await cookiesOf(SECRETS);
    assert.match(fields[0] ?? "", /^__Host-user=42\.[\w-]{43}; Path=\/; SameSite=Lax; Secure$/);
    assert.match(fields[1] ?? "", /^cart=[\w-]+; Path=\/; SameSite=Lax; Secure; HttpOnly$/);
    assert.equal(fields[2], "theme=dark; Path=/; SameSite=Lax; Secure");
    const answer = (await read(SECRETS, fields)) as { user: string; cart: string; raw: string };
    assert.equal(answer.user, "42");
    assert.equal(answer.cart, "3 € rings; \u0000");
    assert.match(answer.raw, /^42\./);
    assert.equal((await cookiesOf(SECRETS, "/late")).length, 1, "also from response middleware, on a 404");
  });

  test("outlive a change of secrets while the old one is in the list", async () => {
    const fields = await cookiesOf([SECRETS[1] ?? ""]);
    assert.equal(((await read(SECRETS, fields)) as { user: string }).user, "42");
    assert.deepEqual(await read([SECRETS[0] ?? ""], fields), {
      user: null,
      cart: null,
      raw: fields[0]?.split(/[=;]/)[1],
    });
  });

  test("are not hidden by what somebody else has planted", async () => {
    const fields = await cookiesOf(SECRETS);
    const planted = ["user=43", "__Host-user=forged", "cart=forged", `user=${fields[0]?.split(/[=;]/)[1]}`];
    const answer = (await read(SECRETS, [...planted, ...fields])) as { user: string; cart: string };
    assert.equal(answer.user, "42");
    assert.match(answer.cart, /rings/);
    assert.deepEqual(await read(SECRETS, planted), { user: null, cart: null, raw: "forged" });
  });

  test("are an error that says what is missing without secrets, over every server", async () => {
    const plain = app([]);
    await using client = await testClient(plain);
    assert.equal((await client.get("/set")).status, 500);
    assert.equal((await client.get("/get")).status, 500);
    assert.equal(client.errors.length, 2);
    for (const { message } of client.errors) assert.match(message, /cookieSecrets/);
    assert.equal((await plain.fetch(new globalThis.Request("http://a/set"))).status, 500);
    assert.throws(() => app(["short"]), /cookieSecrets/);
  });

  test("are refused when they are set where they could not be sealed", () => {
    const { cookies } = text("");
    assert.throws(
      () => cookies.set("a", "1", { signed: true, encrypted: true }),
      /both signed and encrypted/,
    );
    assert.throws(() => cookies.set("a", "ä", { signed: true }), /encodeURIComponent/);
    assert.throws(() => cookies.set("a b", "1", { encrypted: true }), /its name/);
    assert.throws(() => cookies.set("a", 1 as unknown as string, { encrypted: true }), /must be a string/);
    cookies.set("a", "ä", { encrypted: true });
    assert.equal(cookies.has("a"), true);
    assert.deepEqual(cookies.toHeaderValues(), []);
  });

  test("that become too long for browsers are an error, not a silent loss", async () => {
    const long = new Spindash("long", { config: { cookieSecrets: SECRETS } });
    long.get("/", async () => {
      const response = text("");
      response.cookies.set("a", "x".repeat(4000), { encrypted: true });
      return response;
    });
    await using client = await testClient(long);
    assert.equal((await client.get("/")).status, 500);
    assert.match(client.errors[0]?.message ?? "", /browsers ignore/);
  });
});
