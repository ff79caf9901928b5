import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { RequestCookies } from "../../src/http/cookies.ts";
import { type CookieOptions, formatSetCookie } from "../../src/http/set-cookie.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_406;
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const NAME_CHARACTERS = `!#$%&'*+-.^_\`|~${LETTERS}`;
const PATH_CHARACTERS = `${NAME_CHARACTERS}"()/:<=>?@[\\]{}`;
const VALUE_CHARACTERS = `${NAME_CHARACTERS}()/:<=>?@[]{}`;

describe("formatSetCookie", () => {
  const cases: [options: CookieOptions, attributes: string][] = [
    [{}, "Path=/; SameSite=Lax; Secure"],
    [{ path: "/a/b", domain: "example.com" }, "Path=/a/b; Domain=example.com; SameSite=Lax; Secure"],
    [{ maxAge: 60 }, "Path=/; Max-Age=60; SameSite=Lax; Secure"],
    [{ maxAge: 0 }, "Path=/; Max-Age=0; SameSite=Lax; Secure"],
    [{ maxAge: "1h" }, "Path=/; Max-Age=3600; SameSite=Lax; Secure"],
    [{ maxAge: "2000ms" }, "Path=/; Max-Age=2; SameSite=Lax; Secure"],
    [{ expires: new Date(0) }, "Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax; Secure"],
    [{ sameSite: "strict" }, "Path=/; SameSite=Strict; Secure"],
    [{ sameSite: "none" }, "Path=/; SameSite=None; Secure"],
    [{ secure: false }, "Path=/; SameSite=Lax"],
    [{ httpOnly: true, partitioned: true }, "Path=/; SameSite=Lax; Secure; HttpOnly; Partitioned"],
    [{ httpOnly: false, partitioned: false }, "Path=/; SameSite=Lax; Secure"],
    [
      { path: undefined, domain: undefined, maxAge: undefined, expires: undefined },
      "Path=/; SameSite=Lax; Secure",
    ],
    [
      { prefix: undefined, sameSite: undefined, secure: undefined, httpOnly: undefined },
      "Path=/; SameSite=Lax; Secure",
    ],
    [{ secure: false, partitioned: false, sameSite: "strict" }, "Path=/; SameSite=Strict"],
  ];
  for (const [options, attributes] of cases) {
    test(`writes ${JSON.stringify(options)} as ${attributes}`, () => {
      assert.equal(formatSetCookie("sid", "42", options), `sid=42; ${attributes}`);
    });
  }

  test("writes prefixes before the name", () => {
    assert.equal(
      formatSetCookie("sid", "42", { prefix: "host" }),
      "__Host-sid=42; Path=/; SameSite=Lax; Secure",
    );
    assert.equal(
      formatSetCookie("sid", "42", { prefix: "secure", path: "/a", domain: "a.b" }),
      "__Secure-sid=42; Path=/a; Domain=a.b; SameSite=Lax; Secure",
    );
  });

  const refused: [name: string, value: string, options: unknown, problem: RegExp][] = [
    ["", "1", {}, /^Cookie "" cannot be set: its name must be one or more letters, /],
    ["a b", "1", {}, /^Cookie "a b" cannot be set: its name must/],
    [
      "a",
      "b c",
      {},
      /^Cookie "a" cannot be set: its value may hold .* pass it through encodeURIComponent\(\)/,
    ],
    ["a", '"b"', {}, /its value may hold/],
    ["a", "é", {}, /its value may hold/],
    [
      "a",
      "1".repeat(4096),
      {},
      /name and value together have 4097 bytes; browsers ignore cookies of more than 4096/,
    ],
    ["a", "1".repeat(4089), { prefix: "host" }, /together have 4097 bytes/],
    [
      "a",
      "1",
      { path: "" },
      /path must begin with "\/" and hold visible ASCII except comma and semicolon, not ""/,
    ],
    ["a", "1", { path: "a" }, /path must begin/],
    ["a", "1", { path: "/a;b" }, /path must begin/],
    ["a", "1", { path: 5 }, /path must begin .* not 5$/],
    [
      "a",
      "1",
      { path: `/${"a".repeat(1024)}` },
      /path has 1025 bytes; browsers ignore paths of more than 1024/,
    ],
    [
      "a",
      "1",
      { domain: "" },
      /domain must be a host name such as "example.com", without a leading dot or a port, not ""/,
    ],
    ["a", "1", { domain: ".example.com" }, /domain must be/],
    ["a", "1", { domain: "example.com." }, /domain must be/],
    ["a", "1", { domain: "example.com:80" }, /domain must be/],
    ["a", "1", { domain: "a..b" }, /domain must be/],
    ["a", "1", { domain: "-a.b" }, /domain must be/],
    ["a", "1", { domain: "a-.b" }, /domain must be/],
    ["a", "1", { domain: "a_b" }, /domain must be/],
    ["a", "1", { domain: "münchen.de" }, /domain must be/],
    ["a", "1", { domain: "\u017f.\u212a" }, /domain must be/],
    ["a", "1", { domain: "a".repeat(64) }, /domain must be/],
    ["a", "1", { domain: "a.".repeat(127) }, /domain must be/],
    ["a", "1", { domain: 5 }, /domain must be .* not 5$/],
    [
      "a",
      "1",
      { maxAge: -1 },
      /maxAge must be a whole number of seconds that is not negative, or text such as .* not -1$/,
    ],
    ["a", "1", { maxAge: 0.5 }, /maxAge must be/],
    ["a", "1", { maxAge: "500ms" }, /maxAge must be .* not "500ms"$/],
    ["a", "1", { maxAge: "soon" }, /maxAge must be .* not "soon"$/],
    ["a", "1", { maxAge: "1; Domain=b" }, /maxAge must be/],
    ["a", "1", { maxAge: 1e21 }, /maxAge must be/],
    ["a", "1", { maxAge: Number.NaN }, /maxAge must be/],
    ["a", "1", { maxAge: Number.POSITIVE_INFINITY }, /maxAge must be/],
    ["a", "1", { maxAge: null }, /maxAge must be .* not null$/],
    ["a", "1", { expires: new Date(Number.NaN) }, /expires must be a valid Date of the years 1601 to 9999/],
    ["a", "1", { expires: new Date("1600-12-31T23:59:59Z") }, /expires must be/],
    ["a", "1", { expires: new Date("+010000-01-01T00:00:00Z") }, /expires must be/],
    ["a", "1", { expires: "Thu, 01 Jan 1970 00:00:00 GMT" }, /expires must be/],
    ["a", "1", { expires: 0 }, /expires must be/],
    ["a", "1", { sameSite: "Lax" }, /sameSite must be "strict", "lax" or "none", not "Lax"/],
    ["a", "1", { sameSite: "constructor" }, /sameSite must be/],
    ["a", "1", { sameSite: "lax; Domain=b" }, /sameSite must be/],
    ["a", "1", { sameSite: true }, /sameSite must be .* not true/],
    [
      "a",
      "1",
      { sameSite: "none", secure: false },
      /sameSite "none" needs secure: browsers ignore the cookie without it/,
    ],
    [
      "a",
      "1",
      { partitioned: true, secure: false },
      /partitioned needs secure: browsers ignore the cookie without it/,
    ],
    ["a", "1", { prefix: "Host" }, /prefix must be "host" or "secure", not "Host"/],
    ["a", "1", { prefix: "host", secure: false }, /browsers ignore __Host-a without secure$/],
    ["a", "1", { prefix: "host", path: "/a" }, /browsers ignore __Host-a with a path other than "\/"$/],
    ["a", "1", { prefix: "host", domain: "a.b" }, /browsers ignore __Host-a with a domain$/],
    ["a", "1", { prefix: "secure", secure: false }, /browsers ignore __Secure-a without secure$/],
    ["__Host-a", "1", { path: "/a" }, /browsers ignore __Host-a with a path/],
    ["__hOST-a", "1", { domain: "a.b" }, /browsers ignore __hOST-a with a domain/],
    ["__secure-a", "1", { secure: false }, /browsers ignore __secure-a without secure/],
    ["__Host-a", "1", { prefix: "host" }, /prefix is given and the name has one already; drop one of them/],
    ["__secure-a", "1", { prefix: "host" }, /prefix is given and the name has one already/],
  ];
  for (const [name, value, options, problem] of refused) {
    const title = JSON.stringify([name, value, options]);
    test(`refuses ${title.length > 90 ? `${title.slice(0, 60)}… (${title.length} characters)` : title}`, () => {
      assert.throws(() => formatSetCookie(name, value, options as CookieOptions), {
        name: "TypeError",
        message: problem,
      });
    });
  }

  test("refuses names and values that are not strings", () => {
    for (const wrong of [undefined, null, 5, {}, []]) {
      assert.throws(
        () => formatSetCookie("a", wrong as unknown as string),
        /its value must be a string, not /,
      );
      assert.throws(() => formatSetCookie(wrong as unknown as string, "a"), /its name must be/);
    }
  });

  test("accepts what is exactly at a limit", () => {
    formatSetCookie("a", "1".repeat(4095));
    formatSetCookie("a", "1", { path: `/${"a".repeat(1023)}`, domain: `${"a".repeat(63)}.b-1` });
    formatSetCookie("a", "1", { expires: new Date("1601-01-01T00:00:00Z"), maxAge: Number.MAX_SAFE_INTEGER });
    formatSetCookie("a", "1", { expires: new Date("9999-12-31T23:59:59Z") });
    formatSetCookie("a", "1", { domain: `${"a.".repeat(126)}a` });
    formatSetCookie("__Host-a", "1");
  });

  const parts: [part: string, allowed: string, write: (character: string) => string][] = [
    ["names", NAME_CHARACTERS, (character) => formatSetCookie(`x${character}x`, "1")],
    ["values", VALUE_CHARACTERS, (character) => formatSetCookie("x", `x${character}x`)],
    ["paths", PATH_CHARACTERS, (character) => formatSetCookie("x", "1", { path: `/x${character}x` })],
    ["domains", `${LETTERS}-.`, (character) => formatSetCookie("x", "1", { domain: `x${character}x` })],
  ];
  for (const [part, allowed, write] of parts) {
    test(`accepts in ${part} exactly the characters of their grammar`, () => {
      for (let code = 0; code < 0x250; code++) {
        const character = String.fromCharCode(code);
        if (allowed.includes(character)) assert.ok(write(character).includes(`x${character}x`));
        else assert.throws(() => write(character), TypeError, `U+${code.toString(16)}`);
      }
      for (const character of ["\r\n", "\r\nSet-Cookie: a=b", "\u2028", "\ud800", "🦔"]) {
        assert.throws(() => write(character), TypeError);
      }
    });
  }

  test("is read back by a browser's algorithm as it was meant, or refused", () => {
    const text = (allowed: string) => fc.string({ unit: fc.constantFrom(...allowed), maxLength: 10 });
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const options = fc.record({
      path: optional(text(`${PATH_CHARACTERS}/ ;`).map((rest) => `/${rest}`)),
      domain: optional(fc.constantFrom("example.com", "EXAMPLE.com", "127.0.0.1", "a b", "a;b")),
      maxAge: optional(fc.oneof(fc.nat(), fc.constantFrom("5m" as const, "1w" as const, -1, 0.5))),
      expires: optional(
        fc.date({ min: new Date("1500-01-01"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: false }),
      ),
      sameSite: optional(fc.constantFrom("strict" as const, "lax" as const, "none" as const)),
      secure: optional(fc.boolean()),
      httpOnly: optional(fc.boolean()),
      partitioned: optional(fc.boolean()),
      prefix: optional(fc.constantFrom("host" as const, "secure" as const)),
    });
    let written = 0;
    fc.assert(
      fc.property(
        text(NAME_CHARACTERS),
        text(`${VALUE_CHARACTERS}${VALUE_CHARACTERS}; `),
        options,
        (name, value, options) => {
          let field: string;
          try {
            field = formatSetCookie(name, value, options);
          } catch (error) {
            assert.ok(error instanceof TypeError);
            return;
          }
          written++;
          const cookie = readAsBrowser(field);
          const sentName = `${{ host: "__Host-", secure: "__Secure-", none: "" }[options.prefix ?? "none"]}${name}`;
          assert.deepEqual([cookie.name, cookie.value], [sentName, value]);
          assert.deepEqual([...cookie.attributes], expectedAttributes(options));
          assert.equal(new RequestCookies(`${cookie.name}=${cookie.value}`).get(name), value);
        },
      ),
      { seed: SEED, numRuns: 2000 },
    );
    assert.ok(written > 150, `only ${written} cookies were written`);
  });

  for (const unit of ["a", "=", "a.", "-", "/", "\u00e9"]) {
    test(`takes linear time for repetitions of ${unit} in every part`, () => {
      assertLinearTime((repetitions) => {
        const text = unit.repeat(repetitions);
        attempt(() => formatSetCookie(text, "1"));
        attempt(() => formatSetCookie("a", text));
        attempt(() => formatSetCookie("a", "1", { path: `/${text}` }));
        attempt(() => formatSetCookie("a", "1", { domain: text }));
        attempt(() => formatSetCookie("a", "1", { maxAge: text as "1h" }));
      });
    });
  }
});

function expectedAttributes(options: CookieOptions): [string, string][] {
  const {
    path = "/",
    domain,
    maxAge,
    expires,
    sameSite = "lax",
    secure = true,
    httpOnly,
    partitioned,
  } = options;
  const attributes: [string, string][] = [["path", path]];
  if (domain !== undefined) attributes.push(["domain", domain]);
  const seconds = maxAge === "5m" ? 300 : maxAge === "1w" ? 604_800 : maxAge;
  if (seconds !== undefined) attributes.push(["max-age", String(seconds)]);
  if (expires !== undefined) attributes.push(["expires", String(Math.floor(expires.getTime() / 1000))]);
  attributes.push(["samesite", sameSite]);
  if (secure) attributes.push(["secure", ""]);
  if (httpOnly) attributes.push(["httponly", ""]);
  if (partitioned) attributes.push(["partitioned", ""]);
  return attributes;
}

/** RFC 6265 section 5.2, as a browser follows it. */
function readAsBrowser(field: string): { name: string; value: string; attributes: Map<string, string> } {
  const [pair = "", ...rest] = field.split(";");
  const attributes = new Map<string, string>();
  for (const piece of rest) {
    const [key, value] = splitPair(piece);
    const seconds = Math.floor(Date.parse(value) / 1000);
    if (key.toLowerCase() === "expires") attributes.set("expires", String(seconds));
    else attributes.set(key.toLowerCase(), key === "SameSite" ? value.toLowerCase() : value);
  }
  const [name, value] = splitPair(pair);
  return { name, value, attributes };
}

function splitPair(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals === -1) return [text.trim(), ""];
  return [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
}

function attempt(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof TypeError);
  }
}
