import { Forbidden } from "../http/errors.ts";
import type { Request } from "../http/request.ts";

/**
 * Which pages may open a websocket: those of the same host, any, those of the listed origins (`"https://example.com"`),
 * or what a function decides.
 */
export type AllowedOrigins =
  | "same"
  | "any"
  | readonly string[]
  | ((origin: string, request: Request) => boolean | Promise<boolean>);

/**
 * Checks the Origin field, which browsers always send: without this check any page could open a websocket with its
 * visitor's cookies (RFC 6455 section 10.2). A client that sends none is no browser and passes.
 *
 * Throws {@link Forbidden} for an origin that is not allowed.
 */
export async function checkOrigin(request: Request, allowed: AllowedOrigins): Promise<void> {
  const origin = request.headers.get("origin");
  if (origin === undefined || allowed === "any") return;
  if (await isAllowed(origin, request, allowed)) return;
  throw new Forbidden(
    `A page of ${origin} may not open this websocket; to allow it, list its origin in the route's option origins`,
  );
}

function isAllowed(
  origin: string,
  request: Request,
  allowed: Exclude<AllowedOrigins, "any">,
): boolean | Promise<boolean> {
  if (allowed === "same") return hostOf(origin) === request.host.toLowerCase();
  return typeof allowed === "function" ? allowed(origin, request) : allowed.includes(origin);
}

/** Host and port of an origin; browsers leave out the scheme's own port in both fields. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
