import { SetupError } from "../http/setup-error.ts";

/** A version of an interface: `1`, `1.1`, `"2"`, `"v2"`, `"2026-05"`. */
export type Version = number | string;

/**
 * A version without the `v` and the slashes it may be written with.
 *
 * @throws SetupError for what cannot stand in a path.
 */
export function parseVersion(version: Version): string {
  const [, text] = /^\/?(?:v(?=[0-9]))?([0-9A-Za-z][\w.-]*)\/?$/.exec(String(version)) ?? [];
  if (text !== undefined) return text;
  throw new SetupError(
    `${JSON.stringify(version)} cannot be a version; expected a number or text such as 1, 1.1, "2" or "2026-05"`,
  );
}

/**
 * A path with its version in front: `/v1/users`.
 *
 * @throws SetupError for a prefix that does not begin with a slash.
 */
export function versionedPath(path: string, version: string | undefined, prefix = "/v"): string {
  if (version === undefined) return path;
  if (!prefix.startsWith("/")) {
    throw new SetupError(
      `The version prefix ${JSON.stringify(prefix)} does not begin with a slash; write ${JSON.stringify(`/${prefix}`)}`,
    );
  }
  return `${prefix}${version}${path}`;
}
