import type { RouteRecord } from "./route.ts";
import { middlewareNames } from "./route-middleware.ts";

/**
 * A table of routes as text, one a line: methods, host, path, name, and the names of their middleware. The columns of hosts
 * and middleware are there when a route has some.
 *
 * @example
 * ```ts
 * import { formatRoutes, Spindash } from "spindash";
 *
 * const app = new Spindash("shop");
 * app.get("/items/<id:int>", { name: "items.show" }, (_req, { id }) => ({ id }));
 * console.assert(formatRoutes(app.routes).includes("GET      /items/<id:int>  items.show"));
 * ```
 */
export function formatRoutes(routes: readonly RouteRecord[]): string {
  const hasHosts = routes.some(({ hosts }) => hosts.length > 0);
  const hasNames = routes.some((route) => middlewareNames(route).length > 0);
  const rows = routes.map((route) => {
    const host = hasHosts ? [route.hosts.join(", ") || "*"] : [];
    const methods = route.isWebSocket ? "websocket" : route.methods.join(", ");
    return [
      methods,
      ...host,
      route.path,
      nameOf(route),
      ...(hasNames ? [middlewareNames(route).join(", ")] : []),
    ];
  });
  const titles = [
    "Methods",
    ...(hasHosts ? ["Host"] : []),
    "Path",
    "Name",
    ...(hasNames ? ["Middleware"] : []),
  ];
  const table = [titles, ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A name that only repeats method and path says nothing. */
function nameOf({ name, path }: RouteRecord): string {
  return name.includes(" ") && name.endsWith(path) ? "" : name;
}
