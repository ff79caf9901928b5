import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ConfigOptions, HttpError, NotFound, ServiceUnavailable, Spindash } from "spindash";
import { testClient } from "spindash/testing";

/** How an error of a route is answered, and what is logged of it. */
async function reportOf(
  error: Error,
  { config = {}, isHandled = false }: { config?: ConfigOptions; isHandled?: boolean } = {},
): Promise<{ status: number; reported: string[] }> {
  const app = new Spindash("quiet", { config });
  app.get("/", () => {
    throw error;
  });
  if (isHandled) app.onError(Error, () => "handled");
  await using client = await testClient(app);
  const { status } = await client.get("/");
  return { status, reported: client.errors.map(({ message }) => message) };
}

describe("which errors are logged", () => {
  const CASES: [title: string, error: Error, status: number, isReported: boolean][] = [
    ["an answer below 500 is not", new NotFound("x"), 404, false],
    ["an answer from 500 on is", new ServiceUnavailable("x"), 503, true],
    ["a bug is", new TypeError("x"), 500, true],
    ["an answer from 500 on that is quiet is not", new ServiceUnavailable("x", { quiet: true }), 503, false],
    ["an answer below 500 that is not quiet is", new NotFound("x", { quiet: false }), 404, true],
    ["an answer that is hidden from the client is", new HttpError(500, "x", { expose: false }), 500, true],
  ];
  for (const [title, error, expected, isReported] of CASES) {
    test(title, async () => {
      const { status, reported } = await reportOf(error);
      assert.equal(status, expected);
      assert.deepEqual(reported, isReported ? ["x"] : []);
    });
  }

  test("with the setting logAllErrors all of them are, once each, also those that a handler answers", async () => {
    const config = { logAllErrors: true };
    for (const isHandled of [false, true]) {
      for (const [, error] of CASES)
        assert.deepEqual((await reportOf(error, { config, isHandled })).reported, ["x"]);
    }
  });

  test("what a handler answers is not, otherwise", async () => {
    for (const [, error] of CASES)
      assert.deepEqual((await reportOf(error, { isHandled: true })).reported, []);
  });
});

describe("errors that are no answer as they are", () => {
  for (const status of [0, 99, 103, 199, 600, 1000, 404.5, Number.NaN, -1]) {
    test(`an HttpError of status ${status} cannot be made`, () => {
      assert.throws(() => new HttpError(status, "x"), { name: "RangeError", message: /from 200 to 599/ });
    });
  }

  for (const headers of [
    { "x-bad": "a\r\nset-cookie: b=c" },
    { "bad name": "x" },
    { connection: "upgrade" },
  ]) {
    test(`one with the header ${JSON.stringify(headers)} is a 500 without it, and reported`, async () => {
      const { status, reported } = await reportOf(
        new NotFound("x", { headers: headers as Record<string, string> }),
      );
      assert.equal(status, 500);
      assert.equal(reported.length, 1);
    });
  }

  test("one whose message cannot be read is a 500, and reported", async () => {
    const error = new Error("x");
    Object.defineProperty(error, "message", {
      get() {
        throw new Error("unreadable");
      },
    });
    const app = new Spindash("unreadable");
    app.get("/", () => {
      throw error;
    });
    await using client = await testClient(app);
    assert.equal((await client.get("/")).status, 500);
    assert.equal(client.errors.length, 1);
  });
});
