import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Unauthorized } from "spindash";
import { formatChallenge } from "../../src/http/challenge.ts";
import { parseParameters } from "../../src/http/parameters.ts";

describe("a challenge", () => {
  const CASES: [challenge: { scheme: string }, field: string][] = [
    [{ scheme: "Negotiate" }, "Negotiate"],
    [{ scheme: "Basic", realm: "shop" } as { scheme: string }, 'Basic realm="shop"'],
    [
      { scheme: "Bearer", realm: 'the "blue"\\one', error: "invalid_token" } as { scheme: string },
      'Bearer realm="the \\"blue\\"\\\\one", error="invalid_token"',
    ],
  ];
  for (const [challenge, field] of CASES)
    test(`is sent as ${field}`, () => assert.equal(formatChallenge(challenge), field));

  for (const challenge of [
    { scheme: "" },
    { scheme: "Basic realm" },
    { scheme: "Basic\r\nSet-Cookie: a=b" },
    { scheme: "Basic", "re alm": "x" },
    { scheme: "Basic", realm: "x\r\nSet-Cookie: a=b" },
    { scheme: "Basic", realm: "\u4f60" },
  ]) {
    test(`${JSON.stringify(challenge)} is refused`, () => {
      assert.throws(() => formatChallenge(challenge as { scheme: string }), TypeError);
    });
  }

  test("comes back from a parser of quoted strings", () => {
    const sendable = fc.string({ unit: fc.constantFrom("a", '"', "\\", " ", ";", ",", "=", "é") });
    fc.assert(
      fc.property(sendable, (realm) => {
        const field = formatChallenge({ scheme: "Basic", realm });
        const read = parseParameters(`;${field.slice("Basic ".length)}`, 0);
        assert.equal(read?.get("realm"), realm);
      }),
    );
  });

  test("goes with an Unauthorized, beside its own fields", () => {
    const error = new Unauthorized("Who?", { challenge: { scheme: "Bearer" }, headers: { "x-a": "b" } });
    assert.deepEqual(error.headers, { "x-a": "b", "www-authenticate": "Bearer" });
    assert.equal(new Unauthorized().headers, undefined);
  });
});
