import type { CookieKeys } from "./cookie-keys.ts";
import type { LinkTarget, UrlFor, UrlOptions } from "./url-for.ts";

/** Takes lines of a log: details, then what they say. */
export interface RequestLog {
  debug(details: object, message?: string): void;
  info(details: object, message?: string): void;
  warn(details: object, message?: string): void;
  error(details: object, message?: string): void;
  /** A log that adds `bindings` to every line; pino has it. */
  child?(bindings: object): RequestLog;
}

/** What a request knows of the app it came to. */
export interface RequestApp {
  readonly name: string;
  /** What listeners set up; typed where the app is: `app.ctx`. */
  readonly ctx: Record<string, unknown>;
  readonly log: RequestLog;
  readonly config: RequestSettings;
  /** @internal Null without the setting `cookieSecrets`. */
  readonly cookieKeys: CookieKeys | null;
  readonly urlFor: UrlFor;
  /** @internal The URL of a route with the scheme and host that a request has. */
  linkFrom(
    request: { readonly scheme: string; readonly host: string; readonly mountPath: string },
    route: string | LinkTarget,
    parameters?: Readonly<Record<string, unknown>>,
    options?: UrlOptions,
  ): string;
}

/** Settings that concern every request. */
export interface RequestSettings {
  /** The field that a request's id is taken from where it has one, and that is harmless. @default "x-request-id" */
  requestIdHeader: string;
}

/** The route a request came to, as it was registered. */
export interface RequestRoute {
  readonly name: string;
  /** With its version and the prefixes of its blueprints: `/users/<id:int>`. */
  readonly path: string;
  readonly methods: readonly string[];
}

/** A log whose lines carry the request's id. */
export function logOfRequest(log: RequestLog, requestId: string): RequestLog {
  if (log.child !== undefined) return log.child({ requestId });
  return {
    debug: (details, message) => log.debug({ requestId, ...details }, message),
    info: (details, message) => log.info({ requestId, ...details }, message),
    warn: (details, message) => log.warn({ requestId, ...details }, message),
    error: (details, message) => log.error({ requestId, ...details }, message),
  };
}
