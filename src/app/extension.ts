import type { Nothing } from "./handler.ts";
import type { Providers } from "./injection/provider.ts";
import type { Spindash } from "./spindash.ts";

/**
 * Something that extends apps: with routes, middleware, listeners, and with arguments for their handlers. Usually made by
 * a function that takes options.
 *
 * @example
 * ```ts
 * import { type Extension, provide, Spindash } from "spindash";
 *
 * function tenants(options: { header: string }): Extension<{ tenant: string }> {
 *   return {
 *     name: "tenants",
 *     options,
 *     inject: { tenant: provide((req) => req.headers.get(options.header) ?? "public") },
 *     setup: (app) => app.onResponse((_req, res) => res.headers.append("vary", options.header)),
 *   };
 * }
 *
 * const app = new Spindash("shop").extend(tenants({ header: "x-tenant" }));
 * app.get("/", (_req, { tenant }) => `You are in ${tenant}`);
 * ```
 */
export interface Extension<Injected extends object = Nothing> {
  /** Unique in an app; for a published one the name of its package. */
  readonly name: string;
  /** How it was set up, for whoever inspects the app. */
  readonly options?: object;
  /** Names of extensions the app must have been extended by before. */
  readonly requires?: readonly string[];
  /** Names of extensions that must come before this one where the app has them at all. */
  readonly after?: readonly string[];
  /** What handlers of routes registered afterwards get as arguments. */
  readonly inject?: Providers<Injected>;
  /** Registers routes, middleware and listeners. What takes time belongs in a start listener. */
  setup?(app: Spindash): unknown;
}
