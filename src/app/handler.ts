import type { ErrorFormatSetting } from "../error-pages/error-format.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { PathParameters } from "../routing/path-parameters.ts";
import type { Providers } from "./injection/provider.ts";
import type { InputLocation, ValidatedInput } from "./validation/input-location.ts";
import type { StandardSchema } from "./validation/standard-schema.ts";

/** Whatever is no promise: an answer that is one must be awaited first. */
type NotPromise = object & { then?: never };

/**
 * What a handler may answer: a response, a web-standard response, a string (sent as text), a plain object or an array
 * (sent as JSON).
 */
export type Answer = Response | globalThis.Response | string | NotPromise;

/** What arguments are extended by when there is nothing to add. */
// biome-ignore lint/complexity/noBannedTypes: the one type that vanishes from intersections, here and in editors.
export type Nothing = {};

/**
 * The second argument of a handler: path parameters, what schemas of the route made of the request, and what was injected.
 *
 * With a schema for `params` its output takes the place of the path parameters. `Types` are parameter types of the app's own.
 */
export type HandlerArguments<
  Path extends string,
  Validated extends object = Nothing,
  Injected extends object = Nothing,
  Types = unknown,
> = (Validated extends { params: infer Parameters } ? Parameters : PathParameters<Path, Types>) &
  ValidatedArguments<Validated> &
  Injected;

type ValidatedArguments<Validated extends object> = [keyof Validated] extends [never]
  ? Nothing
  : { [Location in Exclude<keyof Validated, "params">]: Validated[Location] };

/**
 * Answers a request; may be async. The second argument has the path parameters, typed by the path, and what the route's
 * options ask for.
 *
 * @example
 * ```ts
 * import { type Handler, Spindash } from "spindash";
 *
 * const show: Handler<"/users/<id:int>"> = (_req, { id }) => ({ id, next: id + 1 });
 * new Spindash("users").get("/users/<id:int>", show);
 * ```
 */
export type Handler<
  Path extends string = string,
  Validated extends object = Nothing,
  Injected extends object = Nothing,
  Types = unknown,
> = (request: Request, args: HandlerArguments<Path, Validated, Injected, Types>) => Answer | Promise<Answer>;

/** How a route is matched and read. */
export interface RouteSettings extends RouteMiddleware {
  /** What `urlFor` finds it by, also shown in errors; unique. @default the method and the path */
  name?: string;
  /** Hosts it answers for: `"example.com"`, `"*.example.com"`, `"example.com:8443"`. @default all */
  host?: string | readonly string[];
  /** Put in front of the path: `1` makes `/v1`. @default none */
  version?: number | string;
  /** What stands before the version. @default "/v" */
  versionPrefix?: string;
  /** Whether `/a` and `/a/` differ. @default the config's `strictSlashes` */
  strictSlashes?: boolean;
  /** Percent-decode parameters. @default true */
  decode?: boolean;
  /** How its errors are shown; `"auto"` asks the client. @default the config's `errorFormat` */
  errorFormat?: ErrorFormatSetting;
  /** Bytes the body may have, or text such as `"10mb"`. @default the config's `bodyLimit` */
  bodyLimit?: number | string;
  /** Status of requests that a schema refuses: 400 or 422. @default the config's `validationStatus` */
  validationStatus?: number;
}

/**
 * Options of a route, between its path and its handler: settings, schemas for `params`, `query`, `headers`, `cookies`,
 * and for `body` or `form`, and providers to `inject`, by what they give to the handler.
 */
export type RouteOptions<
  Validated extends object = ValidatedInput,
  Injected extends object = Record<string, unknown>,
> = RouteSettings & {
  readonly [Location in keyof Validated & InputLocation]?: StandardSchema<unknown, Validated[Location]>;
} & { readonly inject?: Providers<Injected> };

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

/** Order and name of middleware. */
export interface MiddlewareOptions {
  /** What routes leave it out by (`skip`), also shown in errors. @default none */
  name?: string;
  /** Higher runs earlier on requests, later on responses, and further out around them; ties in order of definition. @default 0 */
  priority?: number;
}

/** Middleware of one route: closest to its handler, in the order of the lists. */
export interface RouteMiddleware {
  /** Run before the handler. @default none */
  onRequest?: readonly RequestMiddleware[];
  /** Run around the handler, the first one outermost. @default none */
  use?: readonly AroundMiddleware[];
  /** Run after the handler, the last one first. @default none */
  onResponse?: readonly ResponseMiddleware[];
  /** Names of middleware around this route that does not run for it. A name that nothing there has is an error at start. @default none */
  skip?: readonly string[];
}
