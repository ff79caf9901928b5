import { SetupError } from "../http/setup-error.ts";
import { buildPath } from "../routing/build-path.ts";
import { nearestName } from "../routing/nearest-name.ts";
import type { RegisteredRoute } from "./registration.ts";
import type { RouteRecord } from "./route.ts";

/** The parameters of a route as its URL takes them: those that may be left out are optional. */
export type UrlParameters<Parameters> = {
  [Name in keyof Parameters as undefined extends Parameters[Name] ? never : Name]: Parameters[Name];
} & {
  [Name in keyof Parameters as undefined extends Parameters[Name] ? Name : never]?: Parameters[Name];
};

/** What follows a route in `urlFor`: parameters where it has some. */
export type UrlArguments<Parameters> =
  object extends UrlParameters<Parameters>
    ? [parameters?: UrlParameters<Parameters>]
    : [parameters: UrlParameters<Parameters>];

/** Makes the URL of a route: by its record, checked by the compiler, or by its name, checked when it is called. */
export interface UrlFor {
  <Parameters extends object>(route: RegisteredRoute<Parameters>, ...rest: UrlArguments<Parameters>): string;
  (name: string, parameters?: Readonly<Record<string, unknown>>): string;
}

/** The URL of a route. */
export function urlOf(route: RouteRecord, parameters: Readonly<Record<string, unknown>> = {}): string {
  return buildPath(route.pattern, parameters);
}

/** @throws SetupError naming the nearest route. */
export function unknownRoute(name: string, known: Iterable<string>): SetupError {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? "app.routes lists them" : `did you mean ${JSON.stringify(nearest)}?`;
  return new SetupError(`There is no route named ${JSON.stringify(name)}; ${hint}`);
}
