import type { Request } from "../http/request.ts";
import type { Chain } from "./chain.ts";
import type { ErrorHandlers } from "./error-handlers.ts";
import type { Scope } from "./scope.ts";

/** A registered route: what it is called, what it does, and the chain composed of it. */
export interface RouteRecord {
  readonly name: string;
  readonly path: string;
  readonly methods: readonly string[];
  readonly handler: (request: Request) => unknown;
  /** Bytes its requests' bodies may have, undefined for the app's limit. */
  readonly bodyLimit: number | undefined;
  /** Its own error handlers, asked before those of its scopes; null for none. */
  errorHandlers: ErrorHandlers | null;
  /** Whose middleware and error handlers are for it, from the outside in. */
  readonly scopes: readonly Scope[];
  /** Set when the app composes its chains; again when middleware is added later. */
  chain: Chain | null;
}
