import { ServerError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { ServerHandlers } from "./connection-host.ts";

/** The response if it can be sent; else the mistake is reported, and answered by a 500. */
export function sendable(response: Response, request: Request | null, handlers: ServerHandlers): Response {
  if (isBody(response.body) && !response.hasUnsealedCookies) return response;
  handlers.report(mistakeIn(response), request);
  response.discard();
  return handlers.refuse(new ServerError(), request);
}

function isBody(body: unknown): boolean {
  return (
    typeof body === "string" || body === null || typeof body === "function" || body instanceof Uint8Array
  );
}

function mistakeIn(response: Response): Error {
  if (isBody(response.body)) {
    return new Error(
      "A signed or encrypted cookie cannot be set without keys; give the app some: new Spindash(name, { config: { cookieSecrets: [secret] } })",
    );
  }
  return new TypeError(
    `A response's body is a string, bytes, null or a function that writes, not a value of type ${typeof response.body}`,
  );
}
