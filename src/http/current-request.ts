import { AsyncLocalStorage } from "node:async_hooks";
import type { Request } from "./request.ts";

const storage = new AsyncLocalStorage<Request>();
let isKept = false;

/**
 * The request that is being answered, anywhere below its handler or middleware, however many awaits deep.
 *
 * @throws {Error} outside of a request, and when the setting `requestContext` is off.
 *
 * @example
 * ```ts
 * import { getRequest, Spindash } from "spindash";
 *
 * function currentUser(): string {
 *   return getRequest().headers.get("x-user") ?? "nobody";
 * }
 *
 * const app = new Spindash("users", { config: { requestContext: true } });
 * app.get("/", async () => ({ user: currentUser() }));
 * ```
 */
export function getRequest(): Request {
  const request = storage.getStore();
  if (request !== undefined) return request;
  throw new Error(
    isKept
      ? "There is no current request here: getRequest() works in handlers and middleware, and in what they call"
      : "There is no current request: switch on the setting requestContext, as in new Spindash(name, { config: { requestContext: true } })",
  );
}

/** Answers a request so that {@link getRequest} gives it meanwhile. */
export function withCurrentRequest<Answer>(request: Request, answer: (request: Request) => Answer): Answer {
  isKept = true;
  return storage.run(request, answer, request);
}
