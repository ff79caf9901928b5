import type { Request } from "./request.ts";
import { Response } from "./response.ts";

/** A response that is finished when it is known which request it answers. */
export abstract class DeferredResponse extends Response {
  /** Finishes it; a second time changes nothing. May throw what a handler may. */
  abstract complete(request: Request): Response | Promise<Response>;
}
