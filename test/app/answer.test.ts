import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { json, raw, Spindash, type Response as SpindashResponse, text } from "spindash";
import { testClient } from "spindash/testing";

class Account {
  readonly id = 7;
}

const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=utf-8";

const ANSWERS: [title: string, answer: () => unknown, type: string | undefined, body: string][] = [
  ["a plain object", () => ({ a: 1 }), JSON_TYPE, '{"a":1}'],
  ["an object without a prototype", () => Object.assign(Object.create(null), { a: 1 }), JSON_TYPE, '{"a":1}'],
  ["an array", () => [1, "two", null], JSON_TYPE, '[1,"two",null]'],
  ["a string", () => "hé", TEXT_TYPE, "hé"],
  ["an empty string", () => "", TEXT_TYPE, ""],
  ["a response", () => json([1]), JSON_TYPE, "[1]"],
  ["bytes in a response", () => raw(Buffer.from("ab")), "application/octet-stream", "ab"],
  ["a web response with text", () => new Response("web"), "text/plain;charset=UTF-8", "web"],
  ["a web response with JSON", () => Response.json({ a: 1 }), JSON_TYPE, '{"a":1}'],
  ["a web response without a body", () => new Response(null), undefined, ""],
  ["a web response with a stream", () => new Response(streamOf("on", "e")), undefined, "one"],
];

const NO_ANSWERS: [title: string, answer: () => unknown, described: string][] = [
  ["undefined", () => undefined, "nothing (undefined), as if a return were missing"],
  ["null", () => null, "null"],
  ["a number", () => 7, "a number"],
  ["a boolean", () => true, "a boolean"],
  ["a BigInt", () => 7n, "a bigint"],
  ["a symbol", () => Symbol("x"), "a symbol"],
  ["a function", () => () => "x", "a function"],
  ["an instance of a class", () => new Account(), "an object of class Account; for JSON return json(value)"],
  ["a Date", () => new Date(), "an object of class Date"],
  ["a Map", () => new Map(), "an object of class Map"],
  ["bytes", () => Buffer.from("x"), "an object of class Buffer"],
];

function streamOf(...pieces: string[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(Buffer.from(piece));
      controller.close();
    },
  });
}

/** An app that answers `/` by what `answer` gives, whatever the types say. */
function answering(answer: () => unknown): Spindash {
  const app = new Spindash("answers");
  app.get("/", answer as () => string);
  return app;
}

describe("what a handler may return", () => {
  for (const [title, answer, type, body] of ANSWERS) {
    for (const style of ["sync", "async"] as const) {
      test(`${title} is an answer of a handler that is ${style}`, async () => {
        await using client = await testClient(answering(style === "sync" ? answer : async () => answer()));
        const response = await client.get("/");
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("content-type"), type);
        assert.equal(await response.text(), body);
        assert.deepEqual(client.errors, []);
      });
    }
  }

  for (const [title, answer, described] of NO_ANSWERS) {
    for (const style of ["sync", "async"] as const) {
      test(`${title} from a handler that is ${style} is a 500 whose error names route and type`, async () => {
        await using client = await testClient(answering(style === "sync" ? answer : async () => answer()));
        const response = await client.get("/");
        assert.equal(response.status, 500);
        assert.equal(await response.text(), "500 Internal Server Error\n\nInternal Server Error\n");
        assert.equal(client.errors.length, 1);
        const [error] = client.errors;
        assert.ok(error instanceof TypeError);
        assert.ok(error.message.startsWith(`The handler of GET / returned ${described}`), error.message);
        assert.match(error.message, /expected a response \(text\(\), json\(\), html\(\) …\), a string/);
      });
    }
  }

  test("an object that has no JSON is a 500 that names the route", async () => {
    await using client = await testClient(answering(() => ({ id: 7n })));
    assert.equal((await client.get("/")).status, 500);
    assert.match(
      client.errors[0]?.message ?? "",
      /The handler of GET \/ returned what cannot be written as JSON/,
    );
  });

  test("a route's own name is what its errors show", async () => {
    const app = new Spindash("answers");
    app.get("/", { name: "front page" }, (() => undefined) as unknown as () => string);
    await using client = await testClient(app);
    await client.get("/");
    assert.match(client.errors[0]?.message ?? "", /The handler of front page returned nothing/);
  });
});

describe("web-standard responses", () => {
  test("status, fields and cookies are kept, fields of the connection are not", async () => {
    const app = answering(() => {
      const response = new Response("x", {
        status: 201,
        headers: { "x-a": "1", connection: "close", "keep-alive": "5" },
      });
      response.headers.append("set-cookie", "a=1");
      response.headers.append("set-cookie", "b=2; Path=/");
      return response;
    });
    await using client = await testClient(app);
    const response = await client.get("/");
    assert.equal(response.status, 201);
    assert.equal(response.headers.get("x-a"), "1");
    assert.deepEqual(response.headers.getAll("set-cookie"), ["a=1", "b=2; Path=/"]);
    assert.equal(response.headers.has("keep-alive"), false);
    assert.equal(response.headers.has("connection"), false);
  });

  test("response middleware sees them as responses of ours", async () => {
    const app = answering(() => Response.json({}));
    app.onResponse((_req, res) => {
      res.headers.set("x-type", res.headers.get("content-type") ?? "none");
    });
    await using client = await testClient(app);
    assert.equal((await client.get("/")).headers.get("x-type"), JSON_TYPE);
  });

  test("a redirect stays one", async () => {
    await using client = await testClient(answering(() => Response.redirect("http://localhost/there", 303)));
    const response = await client.get("/");
    assert.equal(response.status, 303);
    assert.equal(response.headers.get("location"), "http://localhost/there");
  });

  for (const [title, method] of [
    ["its request was HEAD", "HEAD"],
    ["its handler was given up on", "GET"],
  ] as const) {
    test(`a stream is cancelled, and never read, when ${title}`, async () => {
      let pulls = 0;
      let cancel = (_reason: unknown): void => {};
      const cancelled = new Promise((resolve) => {
        cancel = resolve;
      });
      const source = { pull: () => void pulls++, cancel: (reason: unknown) => cancel(reason) };
      const app = new Spindash("answers", { config: { handlerTimeout: 0.03 } });
      app.get("/", async (req) => {
        if (req.method === "GET")
          await new Promise((resolve) => req.signal.addEventListener("abort", resolve));
        return new Response(new ReadableStream(source, { highWaterMark: 0 }));
      });
      await using client = await testClient(app);
      const response = await client.request(method, "/");
      assert.equal(response.status, method === "HEAD" ? 200 : 503);
      await cancelled;
      assert.equal(pulls, 0);
    });
  }

  test("a stream is cancelled when the client leaves", async () => {
    let cancel = (_reason: unknown): void => {};
    const cancelled = new Promise((resolve) => {
      cancel = resolve;
    });
    const app = answering(
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(Buffer.from("first")),
            cancel: (reason) => cancel(reason),
          }),
        ),
    );
    await using client = await testClient(app);
    for await (const _piece of (await client.get("/")).body) break;
    assert.match(String(await cancelled), /client has left/);
  });

  test("a stream that fails cuts the connection and is reported", async () => {
    const app = answering(
      () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              controller.error(new Error("source dried up"));
            },
          }),
        ),
    );
    await using client = await testClient(app);
    const response = await client.get("/");
    await assert.rejects(response.text(), /connection ended inside the answer's body/);
    assert.deepEqual(client.errors.map(String), ["Error: source dried up"]);
  });

  test("one that was read already is a 500 that says so", async () => {
    const shared = new Response("once");
    await using client = await testClient(answering(() => shared));
    assert.equal(await (await client.get("/")).text(), "once");
    assert.equal((await client.get("/")).status, 500);
    assert.match(
      client.errors[0]?.message ?? "",
      /GET \/ returned a web Response whose body is read already/,
    );
  });

  test("an error response, which has no status, is a 500", async () => {
    await using client = await testClient(answering(() => Response.error()));
    assert.equal((await client.get("/")).status, 500);
  });
});

test("a response of ours may be returned again and again", async () => {
  const shared: SpindashResponse = text("same");
  await using client = await testClient(answering(() => shared));
  for (let i = 0; i < 3; i++) assert.equal(await (await client.get("/")).text(), "same");
});
