import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Blueprint, type ConfigOptions, NotFound, Spindash } from "spindash";
import { testClient } from "spindash/testing";

const TYPES = {
  text: "text/plain; charset=utf-8",
  html: "text/html; charset=utf-8",
  json: "application/json",
  problem: "application/problem+json",
};

async function typeOf(
  headers: Record<string, string>,
  path = "/auto",
  config: ConfigOptions = {},
): Promise<string> {
  const app = new Spindash("formats", { config });
  const fail = (): never => {
    throw new NotFound("gone");
  };
  app.post("/auto", fail);
  for (const errorFormat of ["html", "text", "json", "problem"] as const)
    app.post(`/${errorFormat}`, { errorFormat }, fail);
  app.post("/asked", { errorFormat: "auto" }, fail);
  await using client = await testClient(app);
  const response = await client.post(path, { headers, body: "{}" });
  assert.equal(response.status, 404);
  return response.headers.get("content-type") ?? "";
}

describe("the format of an error", () => {
  const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
  const ACCEPTED: [
    who: string,
    accept: string | undefined,
    contentType: string,
    format: keyof typeof TYPES,
  ][] = [
    ["curl", "*/*", "", "text"],
    ["a client that says nothing", undefined, "", "text"],
    ["a browser", BROWSER, "", "html"],
    ["a browser that submits a form", BROWSER, "application/x-www-form-urlencoded", "html"],
    ["a browser that sends JSON", BROWSER, "application/json", "html"],
    ["axios", "application/json, text/plain, */*", "", "json"],
    ["a client that names JSON last", "text/plain, text/html, application/json", "", "json"],
    ["a client that likes JSON less", "text/html, application/json;q=0.5", "", "html"],
    ["a client that refuses JSON", "application/json;q=0, */*", "", "text"],
    ["a client of problems", "application/problem+json", "", "problem"],
    ["a client that names problems first", "application/problem+json, application/json", "", "problem"],
    ["a client that names problems second", "application/json, application/problem+json", "", "json"],
    ["a client that takes any application type", "application/*", "", "json"],
    ["a client that brings JSON and takes anything", "*/*", "application/json; charset=utf-8", "json"],
    ["a client that brings JSON and says nothing", undefined, "application/json", "json"],
    ["a client that brings JSON of a kind", "*/*", "application/merge-patch+json", "json"],
    ["a client that takes none of them", "image/png", "application/json", "text"],
    ["a client that takes nothing", "", "", "text"],
    ["a client that writes nonsense", "text/html;;;q=,/,*", "", "text"],
  ];
  for (const [who, accept, contentType, format] of ACCEPTED) {
    test(`for ${who} is ${format}`, async () => {
      const headers = {
        ...(accept === undefined ? {} : { accept }),
        ...(contentType === "" ? {} : { "content-type": contentType }),
      };
      assert.equal(await typeOf(headers), TYPES[format]);
    });
  }

  for (const format of ["html", "text", "json", "problem"] as const) {
    test(`is ${format} where the route or the setting says so, whatever the client likes`, async () => {
      for (const accept of ["text/html", "application/json", "image/png"]) {
        assert.equal(await typeOf({ accept }, `/${format}`), TYPES[format]);
        assert.equal(await typeOf({ accept }, "/auto", { errorFormat: format }), TYPES[format]);
        assert.equal(await typeOf({ accept }, "/nowhere", { errorFormat: format }), TYPES[format]);
      }
    });
  }

  test("is the route's before the setting's, also to ask the client", async () => {
    const config = { errorFormat: "text" } as const;
    assert.equal(await typeOf({ accept: "text/html" }, "/json", config), TYPES.json);
    assert.equal(await typeOf({ accept: "text/html" }, "/asked", config), TYPES.html);
  });

  test("is that of the nearest blueprint where the route does not say, also for paths without a route", async () => {
    const outer = new Blueprint("outer", { prefix: "/outer", errorFormat: "json" });
    const inner = new Blueprint("inner", { prefix: "/inner" });
    const fail = (): never => {
      throw new NotFound("gone");
    };
    inner.get("/gone", fail);
    inner.get("/page", { errorFormat: "html" }, fail);
    const copy = outer.copy("copy", { prefix: "/copy", errorFormat: "problem" });
    const app = new Spindash("blueprints");
    for (const blueprint of [outer, copy]) blueprint.blueprint(inner);
    app.blueprint(outer).blueprint(copy);
    await using client = await testClient(app);
    for (const [path, type] of [
      ["/outer/inner/gone", TYPES.json],
      ["/outer/inner/page", TYPES.html],
      ["/outer/inner/nowhere", TYPES.json],
      ["/outer/nowhere", TYPES.json],
      ["/copy/nowhere", TYPES.problem],
      ["/nowhere", TYPES.text],
    ])
      assert.equal((await client.get(path ?? "")).headers.get("content-type"), type, path);
  });

  test("that the client chose is told to caches; one that is set is the same for all", async () => {
    const app = new Spindash("caches");
    app.get("/json", { errorFormat: "json" }, () => {
      throw new NotFound("gone", { headers: { vary: "origin" } });
    });
    app.get("/auto", () => {
      throw new NotFound("gone", { headers: { vary: "origin" } });
    });
    await using client = await testClient(app);
    assert.equal((await client.get("/auto")).headers.get("vary"), "origin, accept");
    assert.equal((await client.get("/json")).headers.get("vary"), "origin");
  });

  test("of what never became a request is that of the setting, else text", async () => {
    for (const [errorFormat, type] of [
      ["auto", TYPES.text],
      ["problem", TYPES.problem],
    ] as const) {
      const app = new Spindash("refusing", { config: { errorFormat } });
      await using client = await testClient(app);
      const connection = client.connect();
      connection.end("GET / HTTP/1.1\r\nHost: a\r\nBroken field: x\r\n\r\n");
      let answer = "";
      for await (const chunk of connection) answer += String(chunk);
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.ok(answer.includes(`content-type: ${type}\r\n`), answer);
    }
  });

  test("of a handler that takes too long is the one its client likes", async () => {
    const app = new Spindash("slow", { config: { handlerTimeout: "20ms" } });
    app.get("/", () => new Promise<string>(() => {}));
    await using client = await testClient(app);
    const response = await client.get("/", { headers: { accept: "application/json" } });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("content-type"), TYPES.json);
  });

  test("is refused at registration when there is no such format", () => {
    const app = new Spindash("wrong");
    assert.throws(() => app.get("/", { errorFormat: "xml" as "text" }, () => ""), {
      name: "SetupError",
      message: /"xml" is no format of errors; expected one of auto, html, text, json, problem/,
    });
  });
});
