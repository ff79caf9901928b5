import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { SetupError, Spindash } from "spindash";
import { type TestClient, testClient } from "spindash/testing";

function itemsApp(): Spindash {
  const app = new Spindash("items");
  app.get("/items/<id:int>", (_req, { id }) => ({ id, type: typeof id }));
  app.post("/items/<id:int>", async (req, { id }) => ({ id, body: await req.text() }));
  app.get("/on/<day:ymd>", (_req, { day }) => day.toISOString());
  app.get("/files/<file:path>", (_req, { file }) => file);
  app.get("/:shop/price/<price:float>", (_req, { shop, price }) => ({ shop, price }));
  app.head("/only-head", () => "");
  app.options("/own-options", () => "mine");
  app.route(["GET", "POST", "REPORT"], "/several", (req) => req.method);
  return app;
}

/** Sends bytes as they are and gives what comes back until the server closes. */
async function exchange(client: TestClient, bytes: string): Promise<string> {
  const connection = client.connect();
  connection.write(bytes, "latin1");
  let received = "";
  connection.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
  });
  await once(connection, "end");
  return received;
}

describe("arguments of handlers", () => {
  const CASES: [path: string, body: string][] = [
    ["/items/7", '{"id":7,"type":"number"}'],
    ["/on/2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["/files/a/b%20c/d.txt", "a/b c/d.txt"],
    ["/caf%C3%A9/price/1.5", '{"shop":"café","price":1.5}'],
    ["/a%2Fb/price/2", '{"shop":"a/b","price":2}'],
  ];
  for (const [path, body] of CASES) {
    test(`${path} arrives converted and decoded`, async () => {
      await using client = await testClient(itemsApp());
      const response = await client.get(path);
      assert.equal(response.status, 200);
      assert.equal(await response.text(), body);
    });
  }

  test("they are also request.params, for middleware around the handler", async () => {
    const app = new Spindash("params");
    const seen: unknown[] = [];
    app.onRequest((req) => void seen.push({ ...req.params }));
    app.get("/<a:int>/<b>", () => "");
    await using client = await testClient(app);
    await client.get("/1/x");
    await client.get("/nowhere");
    assert.deepEqual(seen, [{ a: 1, b: "x" }, {}]);
  });

  test("a malformed encoding in a parameter is 400, with middleware run around it", async () => {
    const app = new Spindash("malformed");
    app.onResponse((_req, res) => {
      res.headers.set("x-seen", "1");
    });
    app.get("/<name>", () => "");
    await using client = await testClient(app);
    const response = await client.get("/%zz");
    assert.equal(response.status, 400);
    assert.match(await response.text(), /path parameter "name" is malformed/);
    assert.equal(response.headers.get("x-seen"), "1");
  });
});

describe("methods", () => {
  const ANSWERS: [method: string, path: string, status: number, allow: string | undefined][] = [
    ["GET", "/nowhere", 404, undefined],
    ["GET", "/items/x", 404, undefined],
    ["DELETE", "/items/7", 405, "GET, HEAD, OPTIONS, POST"],
    ["get", "/items/7", 405, "GET, HEAD, OPTIONS, POST"],
    ["REPORT", "/several", 200, undefined],
    ["PUT", "/several", 405, "GET, HEAD, OPTIONS, POST, REPORT"],
    ["HEAD", "/items/7", 200, undefined],
    ["HEAD", "/only-head", 200, undefined],
    ["GET", "/only-head", 405, "HEAD, OPTIONS"],
    ["OPTIONS", "/items/7", 204, "GET, HEAD, OPTIONS, POST"],
    ["OPTIONS", "/own-options", 200, undefined],
    ["OPTIONS", "/nowhere", 404, undefined],
  ];
  for (const [method, path, status, allow] of ANSWERS) {
    test(`${method} ${path} is ${status}${allow === undefined ? "" : ` and allows ${allow}`}`, async () => {
      await using client = await testClient(itemsApp());
      const response = await client.request(method, path);
      assert.equal(response.status, status);
      assert.equal(response.headers.get("allow"), allow);
      if (status === 404) assert.match(await response.text(), new RegExp(`There is nothing at ${path}`));
      if (status === 405)
        assert.match(await response.text(), new RegExp(`Method ${method} is not allowed here`));
    });
  }

  test("HEAD runs the handler of GET and gets its fields", async () => {
    const app = new Spindash("head");
    const methods: string[] = [];
    app.get("/", (req) => {
      methods.push(req.method);
      return "hello";
    });
    await using client = await testClient(app);
    const response = await client.head("/");
    assert.deepEqual(methods, ["HEAD"]);
    assert.equal(response.headers.get("content-length"), "5");
    assert.equal(await response.text(), "");
  });

  test("OPTIONS * asks the server, not a route", async () => {
    await using client = await testClient(itemsApp());
    const answer = await exchange(client, "OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 204 No Content\r\n/);
  });

  test("CONNECT is 501: this is no proxy", async () => {
    await using client = await testClient(itemsApp());
    const answer = await exchange(
      client,
      "CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\nconnection: close\r\n\r\n",
    );
    assert.match(answer, /^HTTP\/1\.1 501 Not Implemented\r\n/);
    assert.match(answer, /no proxy/);
  });

  test("the absolute form of a target finds the same route", async () => {
    await using client = await testClient(itemsApp());
    const answer = await exchange(
      client,
      "GET http://shop.example/items/7 HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\n\r\n",
    );
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\{"id":7/);
  });
});

describe("options of a route", () => {
  test("slashes at the end count only where they are strict", async () => {
    const app = new Spindash("slashes");
    app.get("/loose", () => "loose");
    app.get("/strict", { strictSlashes: true }, () => "strict");
    app.get("/folder/", { strictSlashes: true }, () => "folder");
    await using client = await testClient(app);
    const found: [path: string, status: number][] = [
      ["/loose", 200],
      ["/loose/", 200],
      ["/strict", 200],
      ["/strict/", 404],
      ["/folder/", 200],
      ["/folder", 404],
    ];
    for (const [path, status] of found) assert.equal((await client.get(path)).status, status, path);
  });

  test("decode: false hands parameters over as sent", async () => {
    const app = new Spindash("raw");
    app.get("/raw/<name>", { decode: false }, (_req, { name }) => name);
    await using client = await testClient(app);
    assert.equal(await (await client.get("/raw/a%2Fb%zz")).text(), "a%2Fb%zz");
  });

  test("bodyLimit holds for its route, above and below the app's", async () => {
    const app = new Spindash("limits", { config: { bodyLimit: "10b" } });
    const length = async (req: { text(): Promise<string> }): Promise<object> => ({
      length: (await req.text()).length,
    });
    app.post("/default", length);
    app.post("/small", { bodyLimit: 4 }, length);
    app.post("/large", { bodyLimit: "1kb" }, length);
    await using client = await testClient(app);
    async function* pieces(size: number): AsyncGenerator<string> {
      yield "x".repeat(size);
    }
    const cases: [path: string, size: number, status: number][] = [
      ["/default", 10, 200],
      ["/default", 11, 413],
      ["/small", 4, 200],
      ["/small", 5, 413],
      ["/large", 1024, 200],
      ["/large", 1025, 413],
    ];
    for (const [path, size, status] of cases) {
      assert.equal((await client.post(path, { body: "x".repeat(size) })).status, status, `${path} ${size}`);
      assert.equal(
        (await client.post(path, { body: pieces(size) })).status,
        status,
        `${path} ${size} in chunks`,
      );
    }
  });

  test("a body past the limit that nobody reads is no error", async () => {
    const app = new Spindash("limits");
    app.post("/", { bodyLimit: 4 }, () => "fine");
    await using client = await testClient(app);
    assert.equal((await client.post("/", { body: "too long" })).status, 200);
  });

  test("the record of a route tells what was registered", () => {
    const app = new Spindash("records");
    const route = app.route(["GET", "POST"], "/a/<id:int>", { bodyLimit: "1kb" }, () => "");
    assert.equal(route.name, "GET|POST /a/<id:int>");
    assert.equal(route.path, "/a/<id:int>");
    assert.deepEqual(route.methods, ["GET", "POST"]);
    assert.equal(route.bodyLimit, 1024);
    assert.equal(app.get("/b", { name: "bee" }, () => "").name, "bee");
  });
});

describe("routes for every method", () => {
  test("answer every method that has no route of its own, so that there is no 405", async () => {
    const app = new Spindash("any");
    app.route(["*"], "/", (req) => `any ${req.method}`);
    app.get("/", () => "get");
    await using client = await testClient(app);
    for (const [method, body] of [
      ["GET", "get"],
      ["HEAD", ""],
      ["POST", "any POST"],
      ["OPTIONS", "any OPTIONS"],
      ["PURGE", "any PURGE"],
      ["get", "any get"],
    ] as const) {
      const response = await client.request(method, "/");
      assert.equal(response.status, 200, method);
      assert.equal(await response.text(), body);
    }
  });
});

describe("mistakes at registration", () => {
  const answer = (): string => "";
  const untyped = (app: Spindash) =>
    app as unknown as Record<"get" | "route" | "websocket", (...args: unknown[]) => void>;
  const MISTAKES: [title: string, register: (app: Spindash) => void, message: RegExp][] = [
    ["no slash in front", (app) => app.get("items", answer), /write "\/items"/],
    ["an unknown type", (app) => app.get("/<id:integer>", answer), /there is no parameter type "integer"/],
    [
      "a route twice",
      (app) => {
        app.get("/a", answer);
        app.get("/a/", answer);
      },
      /\/a/,
    ],
    [
      "a method in small letters",
      (app) => app.route(["get"], "/", answer),
      /"get" is not a method; methods are in capitals/,
    ],
    ["no methods", (app) => app.route([], "/", answer), /has no methods/],
    ["no handler", (app) => untyped(app).get("/a"), /The route \/a has no handler/],
    ["a handler that is none", (app) => untyped(app).get("/a", "hello"), /The route \/a has no handler/],
    ["the handler before the options", (app) => untyped(app).get("/a", answer, {}), /wrong arguments/],
    [
      "too many arguments",
      (app) => untyped(app).get("/a", {}, {}, answer),
      /The route \/a was given the wrong arguments/,
    ],
    ["options that are none", (app) => untyped(app).get("/a", null, answer), /wrong arguments/],
    [
      "an option that is mistyped",
      (app) => untyped(app).get("/a", { strictSlash: true }, answer),
      /GET \/a has an unknown option "strictSlash"; did you mean strictSlashes\?/,
    ],
    [
      "an unknown option",
      (app) => untyped(app).get("/a", { colour: "blue" }, answer),
      /"colour"; known ones: name, /,
    ],
    [
      "an option named __proto__",
      (app) => untyped(app).get("/a", JSON.parse('{"__proto__":1}'), answer),
      /unknown option "__proto__"/,
    ],
    [
      "a body limit that is none",
      (app) => app.get("/a", { bodyLimit: "much" }, answer),
      /"much" is not a size/,
    ],
  ];
  for (const [title, register, message] of MISTAKES) {
    test(`${title} is a setup error`, () => {
      assert.throws(
        () => register(new Spindash("mistakes")),
        (error) => {
          assert.ok(error instanceof SetupError, String(error));
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  for (const name of ["", "7up", "two words", "é", undefined, 5]) {
    test(`${JSON.stringify(name)} cannot name an app`, () => {
      assert.throws(() => new Spindash(name as string), {
        name: "SetupError",
        message: /cannot name an app/,
      });
    });
  }

  test("letters, digits, underscores and hyphens can", () => {
    for (const name of ["a", "_x", "my-app_2"]) assert.equal(new Spindash(name).name, name);
  });
});
