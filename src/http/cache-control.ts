import { type Duration, parseDuration } from "./quantity.ts";

/** How long a response may be kept. */
export interface CacheOptions {
  /** Seconds, or text such as `"1h"`, in which it may be used again without asking. @default 0: ask every time; a year for what is immutable */
  maxAge?: Duration | undefined;
  /** It will never change under its name, so that even a reload need not ask. @default false */
  immutable?: boolean | undefined;
  /** Only the client itself may keep it, no cache on the way. @default false */
  private?: boolean | undefined;
  /** Nobody may keep it. @default false */
  noStore?: boolean | undefined;
}

/**
 * The value of `Cache-Control` (RFC 9111 section 5.2.2, RFC 8246): `no-cache` without options.
 *
 * @throws {SetupError} for a `maxAge` that is no duration.
 *
 * @example
 * ```ts
 * import { formatCacheControl } from "spindash";
 *
 * console.assert(formatCacheControl({ maxAge: "1h" }) === "public, max-age=3600");
 * console.assert(formatCacheControl({}) === "no-cache");
 * ```
 */
export function formatCacheControl(options: CacheOptions): string {
  if (options.noStore === true) return "no-store";
  const audience = options.private === true ? "private" : "public";
  const maxAge = Math.floor(parseDuration(options.maxAge ?? (options.immutable === true ? "365d" : 0)));
  if (maxAge === 0) return options.private === true ? "private, no-cache" : "no-cache";
  return `${audience}, max-age=${maxAge}${options.immutable === true ? ", immutable" : ""}`;
}
