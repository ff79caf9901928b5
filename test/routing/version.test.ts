import assert from "node:assert/strict";
import { test } from "node:test";
import { SetupError } from "../../src/http/setup-error.ts";
import { parseVersion, versionedPath } from "../../src/routing/version.ts";

const PATHS: [version: number | string, prefix: string | undefined, path: string][] = [
  [1, undefined, "/v1/users"],
  [1.1, undefined, "/v1.1/users"],
  ["1", undefined, "/v1/users"],
  ["v1", undefined, "/v1/users"],
  ["/v1/", undefined, "/v1/users"],
  ["2026-05", undefined, "/v2026-05/users"],
  ["vista", undefined, "/vvista/users"],
  [0, undefined, "/v0/users"],
  [2, "/api/v", "/api/v2/users"],
  [2, "/<tenant>/v", "/<tenant>/v2/users"],
  [2, "/", "/2/users"],
];
for (const [version, prefix, path] of PATHS) {
  test(`Version ${JSON.stringify(version)}${prefix === undefined ? "" : ` behind ${prefix}`} makes ${path}`, () => {
    assert.equal(versionedPath("/users", parseVersion(version), prefix), path);
  });
}

test("A path without a version stays as it is", () => {
  assert.equal(versionedPath("/users", undefined, "/api/v"), "/users");
});

for (const version of ["", "1 2", "a/../b", "é", "<id>", "..", -1]) {
  test(`${JSON.stringify(version)} is no version`, () => {
    assert.throws(() => parseVersion(version), SetupError);
  });
}

test("A version prefix begins with a slash", () => {
  assert.throws(
    () => versionedPath("/users", "1", "api/v"),
    (error) => error instanceof SetupError && /write "\/api\/v"/.test(error.message),
  );
});
