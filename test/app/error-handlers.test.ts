import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Conflict, type ErrorClass, HttpError, NotFound, ServerError, Spindash } from "spindash";
import { testClient } from "spindash/testing";
import { type ErrorHandlers, findErrorHandler } from "../../src/app/error-handlers.ts";

class DatabaseError extends Error {}
class ConnectionLost extends DatabaseError {}
class QueueError extends Error {}

function scopeOf(...classes: ErrorClass[]): ErrorHandlers {
  return new Map(classes.map((errorClass) => [errorClass, () => errorClass.name]));
}

/** The class whose handler answers, with the class of the error it gets. */
function found(error: Error, ...scopes: ErrorHandlers[]): string {
  const match = findErrorHandler(scopes, error);
  if (match === undefined) return "none";
  return `${String(match.handler(null as never, match.error, error))} gets ${match.error.constructor.name}`;
}

describe("which handler answers an error", () => {
  const wrapped = new Error("query failed", { cause: new ConnectionLost("x") });
  const twice = new Error("job failed", { cause: wrapped });
  const CASES: [title: string, error: Error, scopes: ErrorHandlers[], expected: string][] = [
    ["nobody, where there are no handlers", new DatabaseError(), [scopeOf(), scopeOf()], "none"],
    [
      "the nearest class",
      new ConnectionLost(),
      [scopeOf(Error, DatabaseError, ConnectionLost)],
      "ConnectionLost gets ConnectionLost",
    ],
    [
      "the nearest scope of one class",
      new DatabaseError(),
      [scopeOf(), scopeOf(DatabaseError)],
      "DatabaseError gets DatabaseError",
    ],
    [
      "a nearer class of a farther scope",
      new ConnectionLost(),
      [scopeOf(DatabaseError), scopeOf(ConnectionLost)],
      "ConnectionLost gets ConnectionLost",
    ],
    ["the class of its cause", wrapped, [scopeOf(DatabaseError)], "DatabaseError gets ConnectionLost"],
    [
      "the class of its cause's cause",
      twice,
      [scopeOf(QueueError, ConnectionLost)],
      "ConnectionLost gets ConnectionLost",
    ],
    [
      "its own class before that of its cause",
      new QueueError("x", { cause: new DatabaseError() }),
      [scopeOf(DatabaseError, QueueError)],
      "QueueError gets QueueError",
    ],
    [
      "the class of its cause before the one for every Error",
      wrapped,
      [scopeOf(Error), scopeOf(DatabaseError)],
      "DatabaseError gets ConnectionLost",
    ],
    ["the one for every Error at last, with what was thrown", wrapped, [scopeOf(Error)], "Error gets Error"],
    [
      "nobody by the cause of an HttpError, which is an answer already",
      new NotFound("x", { cause: new DatabaseError() }),
      [scopeOf(DatabaseError)],
      "none",
    ],
    [
      "an HttpError that is a cause",
      new Error("x", { cause: new Conflict("taken") }),
      [scopeOf(HttpError)],
      "HttpError gets Conflict",
    ],
    [
      "nobody by a cause that is no Error",
      new Error("x", { cause: "oops" }),
      [scopeOf(DatabaseError)],
      "none",
    ],
  ];
  for (const [title, error, scopes, expected] of CASES)
    test(`is ${title}`, () => assert.equal(found(error, ...scopes), expected));

  test("errors that cause each other end the search", () => {
    const one = new Error("one");
    one.cause = new Error("other", { cause: one });
    assert.equal(found(one, scopeOf(DatabaseError)), "none");
  });

  test("an HttpError of another copy of the package is one", () => {
    class Foreign extends Error {}
    Object.defineProperty(Foreign.prototype, Symbol.for("spindash.http-error"), { value: true });
    assert.equal(found(new Foreign("x"), scopeOf(HttpError)), "HttpError gets Foreign");
  });

  test("any error is answered by a handler of a class it is an instance of, or of a cause's", () => {
    const classes: (new (message: string, options?: ErrorOptions) => Error)[] = [
      Error,
      DatabaseError,
      ConnectionLost,
      QueueError,
      TypeError,
      ServerError,
    ];
    const anyClass = fc.constantFrom(...classes);
    const subsets = fc.array(fc.subarray(classes), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(anyClass, { minLength: 1, maxLength: 4 }), subsets, (chain, scopes) => {
        const error = chain.reduceRight<Error | undefined>(
          (cause, errorClass) => new errorClass("x", cause === undefined ? {} : { cause }),
          undefined,
        ) as Error;
        const match = findErrorHandler(
          scopes.map((each) => scopeOf(...each)),
          error,
        );
        const handled = scopes.flat();
        if (match === undefined) {
          assert.ok(!handled.some((errorClass) => error instanceof errorClass));
          return;
        }
        const answeredBy = String(match.handler(null as never, match.error, error));
        const errorClass = handled.find(({ name }) => name === answeredBy);
        assert.ok(errorClass !== undefined && match.error instanceof errorClass);
      }),
    );
  });
});

describe("onError", () => {
  test("for routes is asked before the one of the app, and only for those routes", async () => {
    const app = new Spindash("scoped");
    const fail = (): never => {
      throw new Conflict("taken");
    };
    const orders = app.post("/orders", fail);
    app.post("/users", fail);
    app.onError(Conflict, () => "app");
    app.onError(Conflict, { routes: [orders] }, () => "orders");
    await using client = await testClient(app);
    assert.equal(await (await client.post("/orders")).text(), "orders");
    assert.equal(await (await client.post("/users")).text(), "app");
  });

  test("gives its handler the cause it is for, and what was thrown", async () => {
    const app = new Spindash("causes");
    app.get("/", () => {
      throw new Error("query failed", { cause: new ConnectionLost("gone") });
    });
    app.onError(DatabaseError, (_req, error, thrown) => `${error.message}: ${thrown.message}`);
    await using client = await testClient(app);
    assert.equal(await (await client.get("/")).text(), "gone: query failed");
    assert.deepEqual(client.errors, []);
  });

  test("holds for requests after it, also when it comes late", async () => {
    const app = new Spindash("late");
    const route = app.get("/", () => {
      throw new Conflict("taken");
    });
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 409);
    app.onError(Conflict, { routes: [route] }, () => "late");
    assert.equal(await (await client.get("/")).text(), "late");
  });

  const WRONG: [title: string, args: unknown[]][] = [
    ["no class", ["NotFound", () => ""]],
    ["no handler", [NotFound]],
    ["routes that are no list", [NotFound, { routes: "/users" }, () => ""]],
    ["options of another name", [NotFound, { route: [] }, () => ""]],
    ["the handler before the options", [NotFound, () => "", { routes: [] }]],
  ];
  for (const [title, args] of WRONG) {
    test(`refuses ${title}`, () => {
      const app = new Spindash("wrong");
      const register = app.onError.bind(app) as (...args: unknown[]) => unknown;
      assert.throws(() => register(...args), { name: "SetupError", message: /wrong arguments/ });
    });
  }
});
