import { Forbidden } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { SetupError } from "../http/setup-error.ts";

/**
 * Which pages may open a websocket: those of the same host, any, those of the listed origins (`"https://example.com"`),
 * or what a function decides.
 */
export type AllowedOrigins =
  | "same"
  | "any"
  | readonly string[]
  | ((origin: string, request: Request) => boolean | Promise<boolean>);

/** @throws {SetupError} when `allowed` could not mean what was meant: a list, of what browsers send. */
export function assertOrigins(path: string, allowed: AllowedOrigins): void {
  if (allowed === "same" || allowed === "any" || typeof allowed === "function") return;
  if (!Array.isArray(allowed)) {
    throw new SetupError(
      `The websocket route ${path} has origins ${JSON.stringify(allowed)}; expected "same", "any", a function or a list such as ["https://example.com"]`,
    );
  }
  for (const origin of allowed as readonly unknown[]) {
    if (typeof origin === "string" && isOrigin(origin)) continue;
    throw new SetupError(
      `The websocket route ${path} allows ${JSON.stringify(origin)}, which is no origin; expected scheme and host as browsers send them: "https://example.com"`,
    );
  }
}

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
    { code: "E_ORIGIN_REFUSED" },
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

/** Only for http and https is it known how browsers write their hosts; `null` is the origin of sandboxed pages. */
function isOrigin(text: string): boolean {
  if (text === "null") return true;
  if (/^https?:/.test(text)) return URL.canParse(text) && new URL(text).origin === text;
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(text);
}

/** Host and port of an origin; browsers leave out the scheme's own port in both fields. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
