import type { ErrorFormatSetting } from "../error-pages/error-format.ts";
import type { Request } from "../http/request.ts";
import type { LinkTarget } from "../http/url-for.ts";
import type { CallSite } from "../routing/call-site.ts";
import type { Pattern } from "../routing/pattern.ts";
import type { Chain } from "./chain.ts";
import type { ErrorHandlers } from "./error-handlers.ts";
import type { RouteMiddleware } from "./handler.ts";
import type { RouteDeclaration } from "./registration.ts";
import type { Scope } from "./scope.ts";

/** A registered route: where it answers, what it is called, what it does, and the chain composed of it. */
export interface RouteRecord<Parameters extends object = Record<string, unknown>>
  extends LinkTarget<Parameters> {
  /** What `urlFor` finds it by; unique. */
  readonly name: string;
  /** Whole: with its version and the prefixes of its blueprints. */
  readonly path: string;
  readonly methods: readonly string[];
  /** Hosts it answers for; empty for all. */
  readonly hosts: readonly string[];
  /** Without its prefix: `1.1` of `/v1.1`. */
  readonly version: string | undefined;
  readonly strictSlashes: boolean;
  readonly decode: boolean;
  readonly isWebSocket: boolean;
  /** The path as it was read. */
  readonly pattern: Pattern;
  /** The line of the program that registered it. */
  readonly registeredAt: CallSite | undefined;
  /** What was asked for: the same for a route that blueprints bring to several places; null for a stand-in. */
  readonly declaration: RouteDeclaration | null;
  readonly handler: (request: Request) => unknown;
  /** Bytes its requests' bodies may have, undefined for the app's limit. */
  readonly bodyLimit: number | undefined;
  /** Whether values are made for its requests, that have an end. */
  readonly injects: boolean;
  /** Its own middleware, null for none. */
  readonly middleware: RouteMiddleware | null;
  /** How its errors are shown, null for the app's way. */
  readonly errorFormat: ErrorFormatSetting | null;
  /** Its own error handlers, asked before those of its scopes; null for none. */
  errorHandlers: ErrorHandlers | null;
  /** Whose middleware and error handlers are for it, from the outside in. */
  readonly scopes: readonly Scope[];
  /** Set when the app composes its chains; again when middleware is added later. */
  chain: Chain | null;
}
