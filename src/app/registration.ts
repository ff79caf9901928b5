import { SetupError } from "../http/setup-error.ts";
import type { parametersOf } from "../http/url-for.ts";
import type { CallSite } from "../routing/call-site.ts";
import type { PathParameters } from "../routing/path-parameters.ts";
import type { WebSocketMessage } from "../websocket/websocket-options.ts";
import type { Handler, Nothing, RouteOptions } from "./handler.ts";
import type { PlaceHost } from "./place.ts";
import type { RouteRecord } from "./route.ts";
import type { ViewClass, ViewMethods } from "./view.ts";
import type { WebSocketHandler, WebSocketRouteOptions } from "./websocket-route.ts";

/** A route as it was declared, in an app or a blueprint. */
export type RegisteredRoute<Parameters extends object = Record<string, unknown>> = Pick<
  RouteRecord<Parameters>,
  "name" | "path" | "methods" | "bodyLimit" | "errorHandlers" | "declaration" | typeof parametersOf
>;

/** A route before it has a place. */
export interface RouteDeclaration {
  readonly methods: readonly string[];
  readonly path: string;
  readonly options: RouteOptions;
  readonly isWebSocket: boolean;
  /** Whether its handler decodes parameters that come as sent: `urlFor` then takes decoded ones. @default false */
  readonly decodesItself?: boolean;
  /** The line of the program that declares it. */
  readonly registeredAt: CallSite;
  /** Makes its handler for an app. */
  handlerFor(host: PlaceHost): RouteRecord["handler"];
}

/**
 * Registers a handler for one method; `Prefix` is the path in front of it, `Types` are parameter types of one's own, `Added`
 * is what every handler gets besides.
 */
export interface Register<Prefix extends string = "", Types = unknown, Added extends object = Nothing> {
  <const Path extends string>(
    path: Path,
    handler: Handler<`${Prefix}${Path}`, Nothing, Added, Types>,
  ): RegisteredRoute<PathParameters<`${Prefix}${Path}`, Types>>;
  <const Path extends string, Validated extends object = Nothing, Injected extends object = Nothing>(
    path: Path,
    options: RouteOptions<Validated, Injected>,
    handler: Handler<NoInfer<`${Prefix}${Path}`>, NoInfer<Validated>, Added & NoInfer<Injected>, Types>,
  ): RegisteredRoute<PathParameters<`${Prefix}${Path}`, Types>>;
}

/** Registers a handler for several methods. */
export interface RegisterRoute<Prefix extends string = "", Types = unknown, Added extends object = Nothing> {
  <const Path extends string>(
    methods: readonly string[],
    path: Path,
    handler: Handler<`${Prefix}${Path}`, Nothing, Added, Types>,
  ): RegisteredRoute<PathParameters<`${Prefix}${Path}`, Types>>;
  <const Path extends string, Validated extends object = Nothing, Injected extends object = Nothing>(
    methods: readonly string[],
    path: Path,
    options: RouteOptions<Validated, Injected>,
    handler: Handler<NoInfer<`${Prefix}${Path}`>, NoInfer<Validated>, Added & NoInfer<Injected>, Types>,
  ): RegisteredRoute<PathParameters<`${Prefix}${Path}`, Types>>;
}

/** Registers a view: a class or an object with a handler for each method. */
export type RegisterView<Prefix extends string = "", Types = unknown, Added extends object = Nothing> = <
  const Path extends string,
  Validated extends object = Nothing,
  Injected extends object = Nothing,
>(
  view: ViewOf<Handler<NoInfer<`${Prefix}${Path}`>, NoInfer<Validated>, Added & NoInfer<Injected>, Types>>,
  path: Path,
  options?: RouteOptions<Validated, Injected>,
) => RegisteredRoute<PathParameters<`${Prefix}${Path}`, Types>>;

type ViewOf<Method> = ViewClass<Method> | ViewMethods<Method>;

/** Registers a websocket handler. */
export interface RegisterWebSocket<
  Prefix extends string = "",
  Types = unknown,
  Added extends object = Nothing,
> {
  <const Path extends string>(
    path: Path,
    handler: WebSocketHandler<`${Prefix}${Path}`, Nothing, Added, Types>,
  ): RegisteredRoute<PathParameters<`${Prefix}${Path}`, Types>>;
  <
    const Path extends string,
    Validated extends object = Nothing,
    Injected extends object = Nothing,
    Message = WebSocketMessage,
  >(
    path: Path,
    options: WebSocketRouteOptions<Validated, Injected, Message>,
    handler: WebSocketHandler<
      NoInfer<`${Prefix}${Path}`>,
      NoInfer<Validated>,
      Added & NoInfer<Injected>,
      Types,
      NoInfer<Message>
    >,
  ): RegisteredRoute<PathParameters<`${Prefix}${Path}`, Types>>;
}

/** Tells apart what may be left out between a path and its handler. Throws a {@link SetupError} for anything else. */
export function readRegistration<Options extends object>(
  path: string,
  rest: readonly unknown[],
): { options: Options; handler: unknown } {
  const handler = rest.at(-1);
  const options = rest.length > 1 ? rest[0] : {};
  if (rest.length > 2 || typeof options !== "object" || options === null) {
    throw new SetupError(
      `The route ${path} was given the wrong arguments; expected a path, perhaps options, then a handler`,
      { code: "E_BAD_ROUTE" },
    );
  }
  return { options: options as Options, handler };
}
