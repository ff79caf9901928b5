import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { CookieKeys } from "../../src/http/cookie-keys.ts";
import { SetupError } from "../../src/http/setup-error.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_420;
const [FIRST, SECOND, THIRD] = ["1", "2", "3"].map((digit) => digit.repeat(32)) as [string, string, string];

function keysOf(...secrets: string[]): CookieKeys {
  const keys = CookieKeys.from(secrets);
  assert.ok(keys !== null);
  return keys;
}

describe("CookieKeys", () => {
  const keys = keysOf(FIRST);
  const ways = [
    { what: "signed", seal: keys.sign.bind(keys), open: keys.verify.bind(keys) },
    { what: "encrypted", seal: keys.encrypt.bind(keys), open: keys.decrypt.bind(keys) },
  ];
  for (const { what, seal, open } of ways) {
    test(`opens what it has ${what}, as a cookie's value`, () => {
      fc.assert(
        fc.property(fc.string({ unit: "grapheme" }), (text) => {
          const value = what === "signed" ? encodeURIComponent(text) : text;
          const sealed = seal("sid", value);
          assert.match(sealed, /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/);
          assert.equal(open("sid", sealed), value);
        }),
        { seed: SEED, numRuns: 300 },
      );
    });

    test(`opens nothing ${what} under another name`, () => {
      const sealed = seal("__Host-sid", "42");
      for (const name of ["sid", "__Secure-sid", "__host-sid", "__Host-sid2", "", "__proto__"])
        assert.equal(open(name, sealed), undefined);
    });

    test(`opens nothing ${what} that was changed anywhere`, () => {
      const sealed = seal("sid", "value-0123");
      for (let at = 0; at < sealed.length; at++) {
        for (const character of ["A", "B", "-", "=", ".", ""]) {
          const changed = sealed.slice(0, at) + character + sealed.slice(at + 1);
          if (changed !== sealed) assert.equal(open("sid", changed), undefined, `at ${at}: ${character}`);
        }
      }
      for (const changed of [
        `${sealed}A`,
        `${sealed}=`,
        `A${sealed}`,
        ` ${sealed}`,
        sealed.slice(1),
        "",
        ".",
        "value-0123",
      ])
        assert.equal(open("sid", changed), undefined);
    });

    test(`opens nothing ${what} by another secret or for another purpose`, () => {
      const other = keysOf(SECOND);
      assert.equal(open("sid", other.sign("sid", "a")), undefined);
      assert.equal(open("sid", other.encrypt("sid", "a")), undefined);
      assert.equal(keys.decrypt("sid", keys.sign("sid", "a")), undefined);
      assert.equal(keys.verify("sid", keys.encrypt("sid", "a")), undefined);
    });

    for (const unit of ["A", ".", "=", "é"]) {
      test(`refuses repetitions of ${unit} that are not ${what} in linear time`, () => {
        assertLinearTime((repetitions) => open("sid", unit.repeat(repetitions)), 4000);
      });
    }
  }

  test("opens by any secret, and seals by the first", () => {
    const before = keysOf(FIRST);
    const rotated = keysOf(SECOND, FIRST);
    const after = keysOf(THIRD, SECOND);
    for (const [old, now, opens] of [
      [before, rotated, true],
      [rotated, after, true],
      [before, after, false],
      [after, before, false],
      [rotated, before, false],
    ] as const) {
      assert.equal(now.verify("a", old.sign("a", "1")), opens ? "1" : undefined);
      assert.equal(now.decrypt("a", old.encrypt("a", "1")), opens ? "1" : undefined);
    }
  });

  test("divides name and value in one way", () => {
    assert.equal(keys.verify("a", keys.sign("ab", "c").replace(/^c/, "bc")), undefined);
    assert.equal(keys.verify("ab", keys.sign("a", "bc").replace(/^bc/, "c")), undefined);
  });

  test("never encrypts the same text to the same value", () => {
    assert.equal(new Set(Array.from({ length: 50 }, () => keys.encrypt("a", "same"))).size, 50);
  });

  test("wants secrets that cannot be guessed, or none", () => {
    assert.equal(CookieKeys.from([]), null);
    assert.throws(
      () => CookieKeys.from([FIRST, "hunter2"]),
      (error: Error) =>
        error instanceof SetupError &&
        /Number 2 of cookieSecrets/.test(error.message) &&
        !error.message.includes("hunter2"),
    );
  });
});
