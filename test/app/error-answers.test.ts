import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  BadRequest,
  type ConfigOptions,
  Conflict,
  HttpError,
  NotFound,
  SetupError,
  Spindash,
  TooManyRequests,
  text,
} from "spindash";
import { testClient } from "spindash/testing";

class DatabaseError extends Error {}
class ConnectionLost extends DatabaseError {}

/** An app whose `/` throws `error`. */
function failing(error: unknown, config: ConfigOptions = {}): Spindash {
  const app = new Spindash("failing", { config });
  app.get("/", () => {
    throw error;
  });
  return app;
}

async function answerOf(app: Spindash): Promise<{ status: number; body: string; errors: readonly Error[] }> {
  await using client = await testClient(app);
  const response = await client.get("/");
  return { status: response.status, body: await response.text(), errors: client.errors };
}

describe("errors without a handler", () => {
  test("an error by which a handler ended since its client had left is not reported", async () => {
    const app = new Spindash("left");
    let ended = (): void => {};
    const hasEnded = new Promise<void>((resolve) => {
      ended = resolve;
    });
    app.get("/", async (req) => {
      try {
        // The client leaves while this waits.
        await new Promise((_resolve, reject) => {
          req.signal.addEventListener("abort", () => reject(req.signal.reason));
        });
        return "never";
      } finally {
        ended();
      }
    });
    await using client = await testClient(app);
    const connection = client.connect();
    connection.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    setImmediate(() => connection.destroy());
    await hasEnded;
    await new Promise(setImmediate);
    assert.deepEqual(client.errors, []);
  });

  test("an HttpError is its status and message, and is not reported below 500", async () => {
    const { status, body, errors } = await answerOf(failing(new Conflict("Taken")));
    assert.equal(status, 409);
    assert.equal(body, "409 Conflict\n\nTaken\n");
    assert.deepEqual(errors, []);
  });

  test("its fields are sent", async () => {
    const app = failing(new TooManyRequests("Slow down", { headers: { "retry-after": "7" } }));
    await using client = await testClient(app);
    const response = await client.get("/");
    assert.equal(response.headers.get("retry-after"), "7");
    assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  });

  test("an HttpError of a status without a class is an answer too", async () => {
    const { status, body } = await answerOf(failing(new HttpError(418, "No coffee")));
    assert.equal(status, 418);
    assert.match(body, /^418 I'm a teapot\n\nNo coffee\n$/);
  });

  test("an HttpError from 500 on is reported", async () => {
    const error = new HttpError(502, "Upstream is down", { cause: new Error("ECONNREFUSED") });
    const { status, errors } = await answerOf(failing(error));
    assert.equal(status, 502);
    assert.deepEqual(errors, [error]);
  });

  test("any other error is a 500 that says nothing, and is reported whole", async () => {
    const error = new DatabaseError("password is hunter2", { cause: new Error("socket") });
    const { status, body, errors } = await answerOf(failing(error));
    assert.equal(status, 500);
    assert.equal(body, "500 Internal Server Error\n\nInternal Server Error\n");
    assert.deepEqual(errors, [error]);
    assert.equal(errors[0]?.cause, error.cause);
  });

  const NO_ERRORS: [title: string, thrown: unknown, shown: string][] = [
    ["a string", "oops", "oops"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["an object without a prototype", Object.create(null), "an object"],
    ["a symbol", Symbol("oops"), "Symbol(oops)"],
  ];
  for (const [title, thrown, shown] of NO_ERRORS) {
    test(`throwing ${title} is a 500, reported as an Error with its cause`, async () => {
      const { status, errors } = await answerOf(failing(thrown));
      assert.equal(status, 500);
      assert.match(errors[0]?.message ?? "", /Something that is no Error was thrown/);
      assert.ok(errors[0]?.message.includes(shown), errors[0]?.message);
      assert.equal(errors[0]?.cause, thrown);
    });
  }

  test("HEAD gets the fields of the error and no body", async () => {
    await using client = await testClient(failing(new Conflict("Taken")));
    const response = await client.head("/");
    assert.equal(response.status, 409);
    assert.equal(response.headers.get("content-length"), "20");
    assert.equal(await response.text(), "");
  });
});

describe("debug mode", () => {
  test("the stack of a 500 is shown with it, and only with it", async () => {
    const error = new DatabaseError("hunter2");
    const { body } = await answerOf(failing(error, { debug: true }));
    assert.ok(
      body.startsWith(
        "500 Internal Server Error\n\nInternal Server Error\n\nDatabaseError: hunter2\n    at ",
      ),
      body,
    );
    assert.match(body, /error-answers\.test\.ts:\d+/);
  });

  test("an answer below 500 has no stack in it", async () => {
    const { body } = await answerOf(failing(new NotFound("gone"), { debug: true }));
    assert.equal(body, "404 Not Found\n\ngone\n");
  });
});

describe("onError", () => {
  test("a handler answers its class and the classes below it", async () => {
    for (const error of [new DatabaseError("x"), new ConnectionLost("x")]) {
      const app = failing(error);
      app.onError(DatabaseError, (req, err) => text(`${req.path} ${err.constructor.name}`, { status: 503 }));
      const { status, body, errors } = await answerOf(app);
      assert.equal(status, 503);
      assert.equal(body, `/ ${error.constructor.name}`);
      assert.deepEqual(errors, [], "what a handler takes care of is not reported");
    }
  });

  test("the nearest class wins, whatever the order of registration", async () => {
    for (const isNearestFirst of [true, false]) {
      const app = failing(new ConnectionLost("x"));
      const near = (): unknown => app.onError(ConnectionLost, () => "near");
      if (isNearestFirst) near();
      app.onError(Error, () => "far");
      app.onError(DatabaseError, () => "middle");
      if (!isNearestFirst) near();
      assert.equal((await answerOf(app)).body, "near");
    }
  });

  test("a class beside is not asked", async () => {
    const app = failing(new BadRequest("x"));
    app.onError(NotFound, () => "wrong");
    assert.equal((await answerOf(app)).status, 400);
  });

  test("HttpError takes every error that is an answer, also 404 and 405", async () => {
    const app = failing(new Conflict());
    app.onError(HttpError, (_req, err) => ({ status: err.status }));
    await using client = await testClient(app);
    assert.deepEqual(await (await client.get("/")).json(), { status: 409 });
    assert.deepEqual(await (await client.get("/nowhere")).json(), { status: 404 });
    assert.deepEqual(await (await client.post("/")).json(), { status: 405 });
  });

  test("a handler may be async, and may answer with whatever handlers may", async () => {
    const app = failing(new Conflict());
    app.onError(Conflict, async () => ({ error: "conflict" }));
    const { status, body } = await answerOf(app);
    assert.equal(status, 200);
    assert.equal(body, '{"error":"conflict"}');
  });

  test("something thrown that is no Error arrives as an Error with its cause", async () => {
    const app = failing("oops");
    app.onError(Error, (_req, err) => String(err.cause));
    assert.equal((await answerOf(app)).body, "oops");
  });

  for (const style of ["sync", "async"] as const) {
    test(`a handler (${style}) that returns nothing leaves it to the default`, async () => {
      const seen: Error[] = [];
      const app = failing(new DatabaseError("x"));
      const note = (error: Error): void => void seen.push(error);
      app.onError(
        DatabaseError,
        style === "sync" ? (_req, err) => note(err) : async (_req, err) => note(err),
      );
      const { status, errors } = await answerOf(app);
      assert.equal(status, 500);
      assert.deepEqual(errors, seen);
    });

    test(`an error in a handler (${style}) is answered by default and reported`, async () => {
      const app = failing(new Conflict());
      const second = new Error("second");
      const fail = (): never => {
        throw second;
      };
      app.onError(Conflict, style === "sync" ? fail : async () => fail());
      app.onError(Error, () => "must not be asked: it might fail again");
      const { status, body, errors } = await answerOf(app);
      assert.equal(status, 500);
      assert.doesNotMatch(body, /second/);
      assert.deepEqual(errors, [second]);
    });

    test(`an HttpError thrown by a handler (${style}) is the answer`, async () => {
      const app = failing(new DatabaseError("x"));
      const translate = (error: Error): never => {
        throw new Conflict("Busy", { cause: error });
      };
      app.onError(
        DatabaseError,
        style === "sync" ? (_req, err) => translate(err) : async (_req, err) => translate(err),
      );
      assert.equal((await answerOf(app)).body, "409 Conflict\n\nBusy\n");
    });
  }

  test("an answer of a handler that is none is a 500 that names the error's handler", async () => {
    const app = failing(new Conflict());
    app.onError(Conflict, (() => 5) as unknown as () => string);
    const { status, errors } = await answerOf(app);
    assert.equal(status, 500);
    assert.match(errors[0]?.message ?? "", /The error handler for Conflict returned a number/);
  });

  test("two handlers for one class are a setup error", () => {
    const app = new Spindash("twice");
    app.onError(NotFound, () => "one");
    assert.throws(() => app.onError(NotFound, () => "two"), {
      name: "SetupError",
      message: /There is an error handler for NotFound already/,
    });
    assert.throws(() => app.onError(NotFound, () => "two"), SetupError);
  });
});

describe("reports", () => {
  test("without a test client they go to the app's logger, with the request's id and the error", async () => {
    const lines: [object, string | undefined][] = [];
    const app = new Spindash("logged", {
      logger: {
        debug() {},
        info() {},
        warn() {},
        error: (details, message) => lines.push([details, message]),
      },
    });
    const error = new Error("x");
    app.get("/a", () => {
      throw error;
    });
    const running = await app.listen({ port: 0 });
    await fetch(`${running.url}/a`, { headers: { "x-request-id": "abc", connection: "close" } });
    await running.stop();
    assert.deepEqual(lines, [[{ err: error, requestId: "abc" }, "Error in GET /a"]]);
  });
});
