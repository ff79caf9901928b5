import { parseSize } from "../http/quantity.ts";
import { SetupError } from "../http/setup-error.ts";
import type { ErrorHandlers } from "./error-handlers.ts";
import type { Nothing } from "./handler.ts";
import type { Providers } from "./injection/provider.ts";
import { checkName } from "./name.ts";
import type { Place } from "./place.ts";
import type { RegisteredRoute, RouteDeclaration } from "./registration.ts";
import { type Declaration, RouteCollector } from "./route-collector.ts";
import { defaultRouteName } from "./routes.ts";
import type { SignalFacts, SignalScope } from "./signal-hearer.ts";
import type { DispatchOptions } from "./signal-options.ts";
import type { Spindash } from "./spindash.ts";

/** What a blueprint is made with. */
export interface BlueprintOptions<Prefix extends string = string> {
  /** In front of its paths; may have parameters. @default "" */
  prefix?: Prefix;
}

/** How a blueprint is mounted; wins over the blueprint's own options. */
export interface BlueprintMountOptions {
  /** In front of the names of its routes. @default the blueprint's name */
  name?: string;
  /** In front of its paths. @default the blueprint's prefix */
  prefix?: string;
}

/**
 * Routes with their middleware, error handlers and listeners, to be mounted in an app.
 *
 * @example
 * ```ts
 * import { Blueprint, Spindash } from "spindash";
 *
 * const users = new Blueprint("users", { prefix: "/users" });
 * users.get("/<id:int>", (_req, { id }) => ({ id }));
 *
 * const app = new Spindash("shop");
 * app.blueprint(users);
 * ```
 */
export class Blueprint<
  const Prefix extends string = "",
  Added extends object = Nothing,
> extends RouteCollector<Prefix, Spindash, unknown, Added> {
  readonly name: string;
  readonly prefix: string;
  protected readonly blueprintName: string;
  protected readonly signalScope: SignalScope = this;
  private readonly declarations: Declaration[] = [];
  private readonly places: Place[] = [];

  /** Throws a SetupError for a bad name or prefix. */
  constructor(name: string, options: BlueprintOptions<Prefix> = {}) {
    super();
    this.name = checkName(name, "a blueprint");
    this.blueprintName = name;
    this.prefix = checkPrefix(options.prefix ?? "", `The blueprint ${name}`);
  }

  /**
   * Gives the handlers of every route registered here from now on these values as arguments.
   *
   * @throws {SetupError} when a name stands for another provider already.
   */
  inject<Injected extends object>(providers: Providers<Injected>): Blueprint<Prefix, Added & Injected> {
    this.injected.add(`The blueprint ${this.name}`, providers);
    return this as unknown as Blueprint<Prefix, Added & Injected>;
  }

  /** @internal Makes everything declared here, now and later, take effect at a place. */
  mountIn(parent: Place, options: BlueprintMountOptions = {}): void {
    const name = checkName(options.name ?? this.name, "a blueprint");
    const prefix = checkPrefix(options.prefix ?? this.prefix, `The blueprint ${name}`);
    const place = parent.inside(this.scope, { name, prefix });
    this.places.push(place);
    for (const declaration of this.declarations) declaration(place);
  }

  /**
   * Dispatches a signal to the handlers of this blueprint alone, in every app it is mounted in. See `app.dispatch()`; resolves
   * with the answer of the first app.
   */
  async dispatch(event: string, context?: object, options?: DispatchOptions): Promise<unknown> {
    const apps = new Set(this.places.map(({ host }) => host.signals));
    const told = [...apps].map((signals) =>
      signals.dispatch(event, context as SignalFacts, options, this.signalScope),
    );
    const [answer] = await Promise.all(told);
    return answer;
  }

  protected declare(declaration: Declaration): void {
    this.declarations.push(declaration);
    for (const place of this.places) declaration(place);
  }

  protected declareRoute(route: RouteDeclaration): RegisteredRoute<never> {
    const errorHandlers: ErrorHandlers = new Map();
    this.declare((place) => void place.addRoute(route, errorHandlers));
    return { ...describeRoute(route), errorHandlers };
  }

  protected scopeChanged(): void {
    for (const { host } of this.places) host.routes.forgetChains();
  }
}

function checkPrefix(prefix: string, whose: string): string {
  if (prefix === "" || prefix === "/") return "";
  if (typeof prefix !== "string" || !prefix.startsWith("/"))
    throw new SetupError(
      `${whose} has the prefix ${JSON.stringify(prefix)}; expected a path such as "/users"`,
    );
  return prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
}

/** What is known of a route that has no place yet. */
function describeRoute(declaration: RouteDeclaration): Omit<RegisteredRoute<never>, "errorHandlers"> {
  const { methods, path, options } = declaration;
  const { name = defaultRouteName(declaration, path), bodyLimit } = options;
  return {
    name,
    path,
    methods,
    bodyLimit: bodyLimit === undefined ? undefined : parseSize(bodyLimit),
    declaration,
  };
}
