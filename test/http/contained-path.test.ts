import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isInside, resolveInside } from "../../src/http/contained-path.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_415;
const POSIX_ROOT = "/srv/public";
const WINDOWS_ROOT = "C:\\srv\\public";

/** Resolves a name by the rules of both systems; `undefined` where it is refused. */
function onBoth(name: string): [posix: string | undefined, windows: string | undefined] {
  return [
    resolveInside(POSIX_ROOT, name, "refuse", path.posix),
    resolveInside(WINDOWS_ROOT, name, "refuse", path.win32),
  ];
}

describe("resolveInside", () => {
  const reachable: [name: string, posix: string, windows: string][] = [
    ["", "/srv/public", "C:\\srv\\public"],
    ["a.txt", "/srv/public/a.txt", "C:\\srv\\public\\a.txt"],
    ["a/b/c.txt", "/srv/public/a/b/c.txt", "C:\\srv\\public\\a\\b\\c.txt"],
    ["a/", "/srv/public/a", "C:\\srv\\public\\a"],
    ["foo..bar", "/srv/public/foo..bar", "C:\\srv\\public\\foo..bar"],
    ["%2e%2e", "/srv/public/%2e%2e", "C:\\srv\\public\\%2e%2e"],
    ["日本/語.txt", "/srv/public/日本/語.txt", "C:\\srv\\public\\日本\\語.txt"],
    ["console.txt", "/srv/public/console.txt", "C:\\srv\\public\\console.txt"],
    ["com10.txt", "/srv/public/com10.txt", "C:\\srv\\public\\com10.txt"],
    [".well-known/acme", "/srv/public/.well-known/acme", "C:\\srv\\public\\.well-known\\acme"],
    ["__proto__/constructor", "/srv/public/__proto__/constructor", "C:\\srv\\public\\__proto__\\constructor"],
  ];
  for (const [name, posix, windows] of reachable) {
    test(`finds ${JSON.stringify(name)}`, () => assert.deepEqual(onBoth(name), [posix, windows]));
  }

  for (const name of [
    "..",
    "../",
    "../public/a.txt",
    "../public-secrets/a.txt",
    "a/../../b",
    "a/..",
    "a/../b",
    ".",
    "./a",
    "a/./b",
    "/etc/passwd",
    "//etc/passwd",
    "a//b",
    "a//",
    "//",
    "..\\..\\secret",
    "a\\b",
    "\\\\server\\share",
    "\\",
    "C:\\Windows",
    "a\0.txt",
    "\0",
    "a\n",
    "a\x7f",
    ".git/config",
    ".env",
    "a/.htpasswd",
    "a/.well-known/b",
    "...",
  ]) {
    test(`refuses ${JSON.stringify(name)}`, () => assert.deepEqual(onBoth(name), [undefined, undefined]));
  }

  for (const name of [
    "C:",
    "C:/Windows",
    "c:a.txt",
    "a.txt:stream",
    "a.txt::$DATA",
    "a.txt.",
    "a.txt ",
    "a. ./b",
    "dir./a",
    "CON",
    "con.txt",
    "a/NUL",
    "aux.h",
    "prn.",
    "COM1",
    "com9.log",
    "LPT¹",
    "CONIN$",
    "conout$.txt",
    "GIT~1/config",
    "a?b",
    "a*b",
    "a<b",
    'a"b',
    "a|b",
  ]) {
    test(`refuses ${JSON.stringify(name)} on Windows alone`, () => {
      const [posix, windows] = onBoth(name);
      assert.equal(posix, path.posix.join(POSIX_ROOT, name));
      assert.equal(windows, undefined);
    });
  }

  test("reaches hidden names where that is allowed, and still leads nowhere else", () => {
    assert.equal(resolveInside(POSIX_ROOT, "a/.b", "allow", path.posix), "/srv/public/a/.b");
    assert.equal(resolveInside(POSIX_ROOT, "...", "allow", path.posix), "/srv/public/...");
    assert.equal(resolveInside(WINDOWS_ROOT, "...", "allow", path.win32), undefined);
    for (const name of ["..", ".", "a/..", "../.b"])
      assert.equal(resolveInside(POSIX_ROOT, name, "allow", path.posix), undefined);
  });

  test("works with the root of a file system as its folder", () => {
    assert.equal(resolveInside("/", "a/b", "refuse", path.posix), "/a/b");
    assert.equal(resolveInside("C:\\", "a/b", "refuse", path.win32), "C:\\a\\b");
    assert.equal(resolveInside("/", "../a", "refuse", path.posix), undefined);
  });

  test("stays inside whatever the name, by the rules of both systems", () => {
    const piece = fc.constantFrom(
      ..."..|.|/|//|\\|\\\\|a|b.txt|C:|:|\0| |...|%2e|%2f|%5c|~1|NUL|\u2215|\uff0e|$|server|?".split("|"),
    );
    const name = fc.oneof(
      fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join("")),
      fc.string({ unit: "binary", maxLength: 12 }),
    );
    fc.assert(
      fc.property(name, fc.constantFrom("allow" as const, "refuse" as const), (text, dotfiles) => {
        for (const [root, flavour] of [
          [POSIX_ROOT, path.posix],
          [WINDOWS_ROOT, path.win32],
        ] as const) {
          const resolved = resolveInside(root, text, dotfiles, flavour);
          if (resolved === undefined) continue;
          assert.ok(resolved === root || resolved.startsWith(root + flavour.sep), resolved);
          assert.equal(flavour.resolve(resolved), resolved);
        }
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });

  for (const unit of ["/", "../", "a/", ".", " ", "~", "\\"]) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => onBoth(`a${unit.repeat(repetitions)}b`), 2000);
    });
  }
});

test("A sibling whose name begins like the folder's is not inside", () => {
  assert.equal(isInside("/srv/public", "/srv/public-secrets", path.posix), false);
  assert.equal(isInside("/srv/public", "/srv/public/..x", path.posix), true);
  assert.equal(isInside("C:\\srv", "D:\\srv\\a", path.win32), false);
  assert.equal(isInside("C:\\srv", "c:\\SRV\\a", path.win32), true);
});
