import { MethodNotAllowed, NotFound, NotImplemented } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { empty } from "../http/responses.ts";
import { parsePattern } from "../routing/pattern.ts";
import type { RouteRecord } from "./route.ts";
import type { Scope } from "./scope.ts";

const NO_PATTERN = parsePattern("/");

/** Makes what answers where there is no route: the same layers around it as around a route of these scopes. */
export function standIn(
  name: string,
  scopes: readonly Scope[],
  handler: RouteRecord["handler"],
): RouteRecord {
  return {
    name,
    path: "",
    methods: [],
    hosts: [],
    version: undefined,
    strictSlashes: false,
    decode: true,
    isWebSocket: false,
    pattern: NO_PATTERN,
    registeredAt: undefined,
    declaration: null,
    handler,
    bodyLimit: undefined,
    middleware: null,
    errorFormat: null,
    errorHandlers: null,
    injects: false,
    scopes,
    chain: null,
  };
}

/** Answers 404. */
export function notFound(scopes: readonly Scope[]): RouteRecord {
  return standIn("(no route)", scopes, (request) => {
    throw new NotFound(`There is nothing at ${request.path}`, { code: "E_NO_ROUTE" });
  });
}

/** Answers for a path that has routes, of other methods. */
export function otherMethods(
  method: string,
  allowed: readonly string[],
  scopes: readonly Scope[],
): RouteRecord {
  if (method === "OPTIONS")
    return standIn("OPTIONS", scopes, () => empty({ headers: { allow: allowed.join(", ") } }));
  return standIn(method, scopes, () => {
    throw new MethodNotAllowed(method, allowed, { code: "E_METHOD_NOT_ALLOWED" });
  });
}

/** Answers with an error that reading the path has made. */
export function unreadable(error: unknown, scopes: readonly Scope[]): RouteRecord {
  return standIn("(no route)", scopes, () => {
    throw error;
  });
}

/** Answers a target that is no path: the server itself, or a tunnel. */
export function withoutPath(request: Request, scopes: readonly Scope[]): RouteRecord {
  if (request.path === "*") return standIn("OPTIONS *", scopes, () => empty());
  return standIn(request.method, scopes, () => {
    throw new NotImplemented("This server is no proxy: it opens no tunnels", { code: "E_NO_TUNNEL" });
  });
}
