import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { PathParameters } from "../routing/path-parameters.ts";

/** Whatever is no promise: an answer that is one must be awaited first. */
type NotPromise = object & { then?: never };

/**
 * What a handler may answer: a response, a web-standard response, a string (sent as text), a plain object or an array
 * (sent as JSON).
 */
export type Answer = Response | globalThis.Response | string | NotPromise;

/**
 * Answers a request; may be async. The second argument has the path parameters, typed by the path.
 *
 * @example
 * ```ts
 * import { type Handler, Spindash } from "spindash";
 *
 * const show: Handler<"/users/<id:int>"> = (_req, { id }) => ({ id, next: id + 1 });
 * new Spindash("users").get("/users/<id:int>", show);
 * ```
 */
export type Handler<Path extends string = string> = (
  request: Request,
  args: PathParameters<Path>,
) => Answer | Promise<Answer>;

/** Options of a route, between its path and its handler. */
export interface RouteOptions {
  /** Shown in errors. @default the method and the path */
  name?: string;
  /** Whether `/a` and `/a/` differ. @default false */
  strictSlashes?: boolean;
  /** Percent-decode parameters. @default true */
  decode?: boolean;
  /** Bytes the body may have, or text such as `"10mb"`. @default the config's `bodyLimit` */
  bodyLimit?: number | string;
}

/** Runs before the handler; may answer in its place by returning something. */
export type RequestMiddleware = (
  request: Request,
) => Answer | void | undefined | Promise<Answer | void | undefined>;

/** Runs after the handler, also on errors; may change the response or return another one. */
export type ResponseMiddleware = (
  request: Request,
  response: Response,
) => Answer | void | undefined | Promise<Answer | void | undefined>;

/** Runs around the handler: what it returns is the answer; `next()` runs the rest. */
export type AroundMiddleware = (request: Request, next: () => Promise<Response>) => Answer | Promise<Answer>;

/**
 * Turns an error to an answer; returning nothing leaves it to the default. `error` is of the handler's class; `thrown` is
 * what was thrown, another error where `error` is one of its causes.
 */
export type ErrorHandler<Failure> = (
  request: Request,
  error: Failure,
  thrown: Error,
) => Answer | void | undefined | Promise<Answer | void | undefined>;

/** Order of middleware. */
export interface MiddlewareOptions {
  /** Higher runs earlier on requests and later on responses; ties in order of registration. @default 0 */
  priority?: number;
}
