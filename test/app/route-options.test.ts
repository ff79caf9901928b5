import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SetupError, Spindash } from "spindash";
import { testClient } from "spindash/testing";

const answer = (): string => "";

function refusal(register: () => void): string {
  try {
    register();
  } catch (error) {
    assert.ok(error instanceof SetupError);
    return error.message;
  }
  throw new assert.AssertionError({ message: "nothing was refused" });
}

describe("hosts", () => {
  test("the host decides which route answers, and no host is the fallback", async () => {
    const app = new Spindash("hosts");
    app.get("/", { host: "api.example.com" }, () => "api");
    app.get("/", { host: ["*.example.com", "other.example"] }, () => "shops");
    app.get("/", () => "everybody");
    await using client = await testClient(app);
    const from = async (host: string) => (await client.get("/", { headers: { host } })).text();
    assert.equal(await from("API.example.com:8000"), "api");
    assert.equal(await from("blue.example.com"), "shops");
    assert.equal(await from("other.example"), "shops");
    assert.equal(await from("example.com"), "everybody");
  });

  test("the host is the one a trusted proxy tells, and nobody else", async () => {
    const routes = (app: Spindash): Spindash => {
      app.get("/", { host: "inside.example" }, () => "inside");
      app.get("/", () => "outside");
      return app;
    };
    const headers = {
      host: "outside.example",
      "x-forwarded-for": "9.9.9.9",
      "x-forwarded-host": "inside.example",
    };
    await using trusting = await testClient(routes(new Spindash("a", { config: { proxiesCount: 1 } })));
    await using wary = await testClient(routes(new Spindash("b")));
    assert.equal(await (await trusting.get("/", { headers })).text(), "inside");
    assert.equal(await (await wary.get("/", { headers })).text(), "outside");
  });

  test("a wrong method on a host is 405", async () => {
    const app = new Spindash("hosts");
    app.post("/", { host: "api.example.com" }, answer);
    await using client = await testClient(app);
    const response = await client.get("/", { headers: { host: "api.example.com" } });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "OPTIONS, POST");
    assert.equal((await client.get("/", { headers: { host: "example.com" } })).status, 404);
  });
});

test("strictSlashes of the config holds for routes that do not say otherwise", async () => {
  const app = new Spindash("strict", { config: { strictSlashes: true } });
  app.get("/strict", answer);
  app.get("/loose", { strictSlashes: false }, answer);
  await using client = await testClient(app);
  assert.equal((await client.get("/strict/")).status, 404);
  assert.equal((await client.get("/loose/")).status, 200);
});

test("a version stands in front of the path and in the record", async () => {
  const app = new Spindash("versions");
  app.get("/users/<id:int>", { version: 2, versionPrefix: "/<tenant>/v" }, (req) => req.params);
  const [route] = app.routes;
  assert.equal(route?.path, "/<tenant>/v2/users/<id:int>");
  assert.equal(route?.version, "2");
  await using client = await testClient(app);
  assert.deepEqual(await (await client.get("/blue/v2/users/7")).json(), { tenant: "blue", id: 7 });
});

describe("names", () => {
  test("the same name twice is refused, and both places are told", () => {
    const app = new Spindash("names");
    app.get("/a", { name: "same" }, answer);
    const message = refusal(() => app.get("/b", { name: "same" }, answer));
    const places = [...message.matchAll(/route-options\.test\.ts:(\d+):\d+/g)].map(([, line]) =>
      Number(line),
    );
    assert.match(message, /Two routes are named "same": \/a \(.*\) and \/b \(/);
    assert.equal(places.length, 2);
    assert.equal(places[1], (places[0] ?? 0) + 1);
  });

  test("the same route twice is refused, and both places are told", () => {
    const app = new Spindash("names");
    app.get("/a/<id>", answer);
    const message = refusal(() => app.get("/a/:name", answer));
    assert.equal(message.match(/route-options\.test\.ts:\d+:\d+/g)?.length, 2, message);
  });

  test("a name that nobody has is refused with the nearest one", () => {
    const app = new Spindash("names");
    app.get("/a", { name: "users.show" }, answer);
    assert.throws(() => app.urlFor("user.show"), /no route named "user\.show"; did you mean "users\.show"\?/);
  });
});

describe("parameter types of an app's own", () => {
  const parameterTypes = {
    even: (text: string) => (/^[0-9]*[02468]$/.test(text) ? Number(text) : undefined),
    flag: { parse: (text: string) => (text === "on" ? true : text === "off" ? false : undefined) },
  };

  test("they convert, fall through where they do not fit, and come before built-in ones", async () => {
    const app = new Spindash("types", { parameterTypes });
    app.get("/<n:int>", (_req, { n }) => ({ odd: n }));
    app.get("/<n:even>", (_req, { n }) => ({ half: n / 2 }));
    app.get("/light/<state:flag>", (_req, { state }) => ({ state: !state }));
    await using client = await testClient(app);
    const get = async (path: string) => (await client.get(path)).json();
    assert.deepEqual(await get("/8"), { half: 4 });
    assert.deepEqual(await get("/7"), { odd: 7 });
    assert.deepEqual(await get("/light/off"), { state: true });
    assert.equal((await client.get("/light/dim")).status, 404);
  });

  test("one that throws is a 500 that is reported, not a crash", async () => {
    const failing = (_text: string): number => {
      throw new Error("broken type");
    };
    const app = new Spindash("types", { parameterTypes: { failing } });
    app.get("/<n:failing>", answer);
    await using client = await testClient(app);
    assert.equal((await client.get("/7")).status, 500);
    assert.match(String(client.errors[0]), /broken type/);
  });

  const REFUSED: [types: Record<string, unknown>, message: RegExp][] = [
    [{ int: () => 1 }, /There is a parameter type "int" already/],
    [{ "no-good": () => 1 }, /"no-good" cannot name a parameter type/],
    [{ even: 7 }, /"even" is none; expected a function/],
    [{ even: null }, /"even" is none/],
    [JSON.parse('{"__proto__": 1}'), /"__proto__" cannot name a parameter type/],
  ];
  for (const [types, message] of REFUSED) {
    test(`${JSON.stringify(Object.keys(types))} with a bad definition is refused`, () => {
      assert.match(
        refusal(() => new Spindash("types", { parameterTypes: types as never })),
        message,
      );
    });
  }
});
