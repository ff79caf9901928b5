import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseAuthorization } from "../../src/http/credentials.ts";
import { assertLinearTime } from "./linear-time.ts";
import { parseRequest } from "./parse-request.ts";

const SEED = 20_419;
const basic = (text: string | Uint8Array): string => `Basic ${Buffer.from(text).toString("base64")}`;

describe("parseAuthorization", () => {
  const cases: [field: string | undefined, credentials: object | undefined][] = [
    [undefined, undefined],
    ["", undefined],
    [basic("user:pass"), { scheme: "basic", username: "user", password: "pass" }],
    [basic("user:pa:ss:"), { scheme: "basic", username: "user", password: "pa:ss:" }],
    [basic(":"), { scheme: "basic", username: "", password: "" }],
    [basic("ünï:pässwörd€"), { scheme: "basic", username: "ünï", password: "pässwörd€" }],
    ["bAsIc dTpw", { scheme: "basic", username: "u", password: "p" }],
    ["Basic   dTpw", { scheme: "basic", username: "u", password: "p" }],
    [basic("nocolon"), undefined],
    [basic("a:b\n"), undefined],
    [basic("a\0:b"), undefined],
    [basic(Uint8Array.of(0xff, 0x3a, 0xfe)), undefined],
    ["Basic dTpw=", undefined],
    ["Basic dT pw", undefined],
    ["Basic dTp-", undefined],
    ["Basic", undefined],
    ["Basic ", undefined],
    ["Basic dXNlcjpwYXNz,", undefined],
    ["Bearer abc.def-0_9~+/==", { scheme: "bearer", token: "abc.def-0_9~+/==" }],
    ["BEARER abc", { scheme: "bearer", token: "abc" }],
    ["Token abc", { scheme: "token", token: "abc" }],
    ["Bearer", undefined],
    ["Bearer ", undefined],
    ["Bearer a b", undefined],
    ["Bearer a,b", undefined],
    ["Bearer\tabc", undefined],
    ["Bearerabc", undefined],
    ["xBearer abc", { scheme: "xbearer", token: "abc" }],
    ["see Bearer abc", undefined],
    ["abc", undefined],
    ["Bearer a, Bearer b", undefined],
    ['Digest username="a"', undefined],
  ];
  for (const [field, credentials] of cases) {
    test(`reads ${JSON.stringify(field) ?? "no field"}`, () => {
      assert.deepEqual(parseAuthorization(field), credentials);
    });
  }

  test("gives back the name and password that were encoded, divided at the first colon", () => {
    const text = fc.string({ unit: "grapheme" }).filter((each) => !/[\x00-\x1f\x7f]/.test(each));
    fc.assert(
      fc.property(
        text.map((each) => each.replaceAll(":", "")),
        text,
        (username, password) => {
          assert.deepEqual(parseAuthorization(basic(`${username}:${password}`)), {
            scheme: "basic",
            username,
            password,
          });
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });

  for (const unit of [" ", "a", "=", "a ", "AAAA"]) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => {
        parseAuthorization(`Basic ${unit.repeat(repetitions)}`);
        parseAuthorization(`Bearer ${unit.repeat(repetitions)}!`);
      }, 2000);
    });
  }
});

test("A request has a token for Bearer alone", () => {
  const token = (field: string): string | undefined =>
    parseRequest(`GET / HTTP/1.1\r\nHost: a\r\nAuthorization: ${field}\r\n\r\n`).token;
  assert.equal(token("bearer abc"), "abc");
  assert.equal(token("Token abc"), undefined);
  assert.equal(token(basic("a:b")), undefined);
  assert.equal(token("abc"), undefined);
});
