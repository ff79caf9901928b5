import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HttpError, SetupError, Spindash, Unauthorized } from "spindash";
import { testClient } from "spindash/testing";

describe("codes of answers", () => {
  const app = new Spindash("codes", { config: { errorFormat: "json", bodyLimit: 10 } });
  app.get("/files/<name>", () => "");
  app.post("/json", async (req) => ({ body: await req.json() }));
  app.post("/text", (req) => req.text());
  app.post("/form", async (req) => ({ names: [...(await req.form())].length }));
  app.websocket("/feed", () => {});
  app.get("/mine", () => {
    throw new Unauthorized("who?");
  });

  const CASES: [
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    code: string | undefined,
  ][] = [
    ["GET", "/nowhere", undefined, "E_NO_ROUTE"],
    ["DELETE", "/json", undefined, "E_METHOD_NOT_ALLOWED"],
    ["GET", "/files/%ff", undefined, "E_MALFORMED_PATH"],
    ["POST", "/json", "{", "E_MALFORMED_JSON"],
    ["POST", "/json", "12345678901", "E_BODY_TOO_LARGE"],
    ["POST", "/text", new Uint8Array([0xff]), "E_BODY_NOT_UTF8"],
    ["POST", "/form", "a", "E_NO_FORM"],
    ["GET", "/feed", undefined, "E_BAD_HANDSHAKE"],
    ["GET", "/mine", undefined, undefined],
  ];
  for (const [method, path, body, code] of CASES) {
    test(`${method} ${path} ${body === undefined ? "" : `with ${String(body)} `}is ${code ?? "without one"}`, async () => {
      await using client = await testClient(app);
      const response = await client.request(method, path, body === undefined ? {} : { body });
      const answer = (await response.json()) as { code?: string };
      assert.equal(answer.code, code);
    });
  }

  test("bytes that are no request are E_MALFORMED_REQUEST", async () => {
    await using client = await testClient(app);
    const connection = client.connect();
    connection.end("GET / HTTP/1.1\r\n\r\n");
    let answer = "";
    for await (const chunk of connection) answer += String(chunk);
    assert.match(answer, /"code":"E_MALFORMED_REQUEST"/);
  });

  test("an error handler sees them", async () => {
    const told = new Spindash("told");
    told.onError(HttpError, (_req, error) => error.code ?? "none");
    await using client = await testClient(told);
    assert.equal(await (await client.get("/")).text(), "E_NO_ROUTE");
  });
});

describe("codes of setup errors", () => {
  const app = new Spindash("codes");
  app.get("/taken", () => "");
  const CASES: [code: string, mistake: () => unknown][] = [
    ["E_BAD_NAME", () => new Spindash("no name")],
    ["E_BAD_PATH", () => app.get("/<a:b:c:d", () => "")],
    ["E_BAD_ROUTE", () => app.get("/x", undefined as unknown as () => string)],
    ["E_DUPLICATE_ROUTE", () => app.get("/taken", () => "")],
    ["E_UNKNOWN_SETTING", () => new Spindash("x", { config: { bodyLimt: 1 } as object })],
    ["E_BAD_SETTING", () => new Spindash("x", { config: { bodyLimit: "big" } })],
    ["E_BAD_CONFIG_FILE", () => new Spindash("x", { configSources: ["/nowhere.json"] })],
    ["E_BAD_SIGNAL", () => app.on("a.b", () => {})],
    ["E_BAD_TASK", () => app.addTask(5 as unknown as () => void)],
    ["E_BAD_SCHEDULE", () => app.schedule("daily", () => {})],
  ];
  for (const [code, mistake] of CASES)
    test(`${code} is raised`, () =>
      assert.throws(mistake, (error) => error instanceof SetupError && error.code === code));

  test("a URL that cannot be made is E_BAD_URL", () => {
    assert.throws(() => app.urlFor("nothing"), { name: "UrlBuildError", code: "E_BAD_URL" });
  });

  test("one that has none of its own has E_SETUP", () => {
    assert.equal(new SetupError("x").code, "E_SETUP");
    assert.equal(new SetupError("x", { cause: 5 }).cause, 5);
  });
});
