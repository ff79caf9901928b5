import type { CallSite } from "../routing/call-site.ts";
import type { StaticOptions } from "../static/static-options.ts";
import { createStaticRoutes } from "../static/static-routes.ts";
import type { Answer, RouteOptions } from "./handler.ts";
import type { RouteDeclaration } from "./registration.ts";

/** Options of `static`: how files are served, and of their route. */
export type StaticRouteOptions = StaticOptions &
  Pick<RouteOptions, "name" | "host" | "version" | "versionPrefix">;

/** The routes of static files; `urlFor` finds the last one by its name. */
export function declareStatic(
  path: string,
  target: string | URL,
  options: StaticRouteOptions,
  registeredAt: CallSite,
): RouteDeclaration[] {
  const { name, host, version, versionPrefix, ...staticOptions } = options;
  return createStaticRoutes(path, target, staticOptions).map((route): RouteDeclaration => {
    const own: RouteOptions = { decode: false };
    if (host !== undefined) own.host = host;
    if (version !== undefined) own.version = version;
    if (versionPrefix !== undefined) own.versionPrefix = versionPrefix;
    if (name !== undefined && route.isMain) own.name = name;
    return {
      methods: ["GET"],
      path: route.path,
      options: own,
      isWebSocket: false,
      decodesItself: true,
      registeredAt,
      handlerFor: () => (request) => route.answer(request) as Answer,
    };
  });
}
