import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type ErrorFormat, HttpError, NotFound, SetupError, Spindash, ValidationError } from "spindash";
import { testClient } from "spindash/testing";
import { viewError } from "../../src/error-pages/error-view.ts";
import { renderError } from "../../src/error-pages/render-error.ts";

const FORMATS: readonly ErrorFormat[] = ["text", "html", "json", "problem"];
const SECRET = "hunter2-marker";

/** What a client sees of an error, headers and all. */
async function shown(error: unknown, format: ErrorFormat, debug = false): Promise<string> {
  const app = new Spindash("contents", { config: { errorFormat: format, debug } });
  app.get("/", () => {
    throw error;
  });
  await using client = await testClient(app);
  const response = await client.get("/");
  return `${response.status}\n${[...response.headers].join("\n")}\n\n${await response.text()}`;
}

describe("what an error shows", () => {
  const error = new NotFound("There is no note 7", {
    code: "NO_NOTE",
    context: { id: 7, "tried places": ["cache", "disk"] },
    extra: { query: SECRET },
    problem: { type: "https://example.com/no-note", issues: [{ path: ["id"] }], status: 999 },
    headers: { "x-tried": "2" },
  });

  test("as text: status, message and context", async () => {
    const { body } = renderError(viewError(error, null, false), "text");
    assert.equal(body, '404 Not Found\n\nThere is no note 7\n\nid: 7\ntried places: ["cache","disk"]\n');
  });

  test("as JSON: also its code, and members of its own that take no other's place", () => {
    const { body } = renderError(viewError(error, null, false), "json");
    assert.deepEqual(JSON.parse(String(body)), {
      type: "https://example.com/no-note",
      issues: [{ path: ["id"] }],
      description: "Not Found",
      status: 404,
      message: "There is no note 7",
      code: "NO_NOTE",
      context: { id: 7, "tried places": ["cache", "disk"] },
    });
  });

  test("as a problem: type, title, status and detail", () => {
    const { body } = renderError(viewError(error, null, false), "problem");
    assert.deepEqual(JSON.parse(String(body)), {
      type: "https://example.com/no-note",
      title: "Not Found",
      issues: [{ path: ["id"] }],
      status: 404,
      detail: "There is no note 7",
      code: "NO_NOTE",
      context: { id: 7, "tried places": ["cache", "disk"] },
    });
    const plain = renderError(viewError(new NotFound(), null, false), "problem");
    assert.equal((JSON.parse(String(plain.body)) as { type: string }).type, "about:blank");
  });

  for (const format of FORMATS) {
    test(`as ${format}: the header fields of the error, and that its type is no guess`, async () => {
      const answer = await shown(error, format);
      assert.match(answer, /^x-tried,2$/m);
      assert.match(answer, /^x-content-type-options,nosniff$/m);
    });

    test(`as ${format}: extra facts in debug mode and nowhere else`, async () => {
      assert.ok(!(await shown(error, format)).includes(SECRET));
      assert.ok((await shown(error, format, true)).includes(SECRET));
    });

    test(`as ${format}: the id of its request, to be found in the log, from status 500 on`, async () => {
      const app = new Spindash("ids", { config: { errorFormat: format } });
      app.get("/<status:int>", (_req, { status }) => {
        throw new HttpError(status, "x");
      });
      await using client = await testClient(app);
      const bodyOf = async (status: number): Promise<string> =>
        (await client.get(`/${status}`, { headers: { "x-request-id": "find-me" } })).text();
      assert.equal((await bodyOf(500)).includes("find-me"), format !== "text");
      assert.equal((await bodyOf(404)).includes("find-me"), false);
    });

    test(`as ${format}: facts that cannot be written are left out, and reported`, async () => {
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      for (const context of [circle, { big: 1n }, { f: () => {}, nothing: undefined, big: 2n }]) {
        const app = new Spindash("unwritable", { config: { errorFormat: format } });
        app.get("/", () => {
          throw new NotFound("gone", { context });
        });
        await using client = await testClient(app);
        const response = await client.get("/");
        assert.equal(response.status, 404);
        assert.match(await response.text(), /gone/);
        assert.match(client.errors[0]?.message ?? "", /cannot be written as JSON/);
      }
    });
  }

  test("issues of a refused input are members of the JSON formats", async () => {
    const app = new Spindash("issues");
    app.onRequest(() => {
      throw new HttpError(422, "x", { problem: { issues: [{ path: ["a"], message: "missing" }] } });
    });
    await using client = await testClient(app);
    const response = await client.get("/", { headers: { accept: "application/problem+json" } });
    const { issues } = (await response.json()) as { issues: unknown };
    assert.deepEqual(issues, [{ path: ["a"], message: "missing" }]);
    assert.ok(ValidationError.prototype instanceof HttpError);
  });
});

describe("what stays inside", () => {
  class Hidden extends Error {
    readonly detail = SECRET;
    override readonly name = `Hidden-${SECRET}`;
  }
  const nested = new Error("outer", { cause: new Hidden(SECRET) });
  const BUGS: [title: string, thrown: () => unknown][] = [
    ["an error's message", () => new Error(SECRET)],
    ["its name and fields", () => new Hidden("x")],
    ["its cause", () => nested],
    ["its stack", () => Object.assign(new Error("x"), { stack: SECRET })],
    ["all errors of one", () => new AggregateError([new Error(SECRET)], SECRET)],
    ["what is no error", () => SECRET],
    ["an object that is no error", () => ({ message: SECRET, status: 404, expose: true })],
    [
      "an error that looks like an answer",
      () => Object.assign(new Error(SECRET), { status: 418, expose: true }),
    ],
    ["a mistake of setup", () => new SetupError(SECRET)],
    ["the cause of an answer", () => new HttpError(500, "sorry", { cause: new Error(SECRET) })],
    ["extra facts", () => new HttpError(500, "sorry", { extra: { [SECRET]: SECRET } })],
    [
      "an answer that is not for the client",
      () =>
        new HttpError(500, SECRET, {
          expose: false,
          code: SECRET,
          context: { [SECRET]: SECRET },
          problem: { [SECRET]: SECRET },
        }),
    ],
  ];
  for (const [title, thrown] of BUGS) {
    test(`${title}, in every format`, async () => {
      for (const format of FORMATS) {
        const answer = await shown(thrown(), format);
        assert.match(answer, /^500\n/);
        assert.ok(!answer.includes(SECRET), answer);
        assert.ok(!answer.includes("/test/"), "no line of a stack");
      }
    });
  }

  test("what a request has in its context, headers and settings of the app", async () => {
    for (const errorFormat of FORMATS) {
      const app = new Spindash("secrets", {
        config: { errorFormat, forwardedSecret: SECRET },
        ctx: { password: SECRET },
      });
      app.get("/", (req) => {
        req.ctx.token = SECRET;
        throw new Error("x");
      });
      await using client = await testClient(app);
      const response = await client.get("/", { headers: { authorization: SECRET, cookie: `sid=${SECRET}` } });
      assert.ok(!(await response.text()).includes(SECRET));
    }
  });

  test("an HttpError's own message is for the client, whatever its status", async () => {
    for (const format of FORMATS)
      assert.ok((await shown(new HttpError(503, "Back at noon"), format)).includes("Back at noon"));
  });
});

describe("hostile text", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "<script>alert(1)</script>",
      "</title><script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "</style><svg onload=alert(1)>",
      "<!--",
      "]]>",
      "&lt;script&gt;",
      "'onmouseover='alert(1)",
      "\u2028\u2029\0",
    ),
  );

  test("is text and nothing else on the page, wherever it stands", () => {
    const tags = (page: string): string[] => page.match(/<[^>]*>/g) ?? [];
    const build = (text: string, debug: boolean): string => {
      const error = new NotFound(text, { context: { [text || "x"]: text }, extra: { [text || "x"]: "y" } });
      error.stack = `Error: ${text}`;
      return String(renderError(viewError(error, null, debug), "html").body);
    };
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, debug) => {
        assert.deepEqual(tags(build(text, debug)), tags(build("x", debug)));
      }),
    );
  });

  test("comes back whole from JSON, and breaks out of no string", () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom("json" as const, "problem" as const), (text, format) => {
        const error = new NotFound(text, { context: { text }, problem: { ["__proto__"]: text, text } });
        const body = JSON.parse(String(renderError(viewError(error, null, false), format).body)) as Record<
          string,
          unknown
        >;
        // JSON.stringify writes halves of surrogate pairs as escapes, so that even they come back.
        assert.equal(format === "json" ? body.message : body.detail, text);
        assert.deepEqual(body.context, { text });
        assert.equal(body.text, text);
      }),
    );
  });

  test("of a path is harmless in the answer that repeats it", async () => {
    const app = new Spindash("paths");
    await using client = await testClient(app);
    const connection = client.connect();
    connection.end(
      "GET /\"><svg/onload=alert(1)>'& HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n",
    );
    let answer = "";
    for await (const chunk of connection) answer += String(chunk);
    assert.doesNotMatch(answer, /<svg/);
  });
});
