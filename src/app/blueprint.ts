import type { ErrorFormatSetting } from "../error-pages/error-format.ts";
import { parseSize } from "../http/quantity.ts";
import { BlueprintGroup } from "./blueprint-group.ts";
import { readErrorFormat } from "./config-value.ts";
import type { ErrorHandlers } from "./error-handlers.ts";
import type { Nothing } from "./handler.ts";
import type { Providers } from "./injection/provider.ts";
import { type Mountable, type MountOptions, Mounts } from "./mountable.ts";
import { checkName } from "./name.ts";
import type { RegisteredRoute, RouteDeclaration } from "./registration.ts";
import { RouteCollector } from "./route-collector.ts";
import { defaultRouteName } from "./routes.ts";
import type { Declaration } from "./scope-owner.ts";
import type { SignalFacts, SignalScope } from "./signal-hearer.ts";
import type { DispatchOptions } from "./signal-options.ts";
import type { Spindash } from "./spindash.ts";

/** What a blueprint is made with; a route's own option wins. */
export interface BlueprintOptions<Prefix extends string = string> extends MountOptions {
  /** In front of its paths; may have parameters. @default "" */
  prefix?: Prefix;
  /** How errors inside are shown, also those of unknown paths under its prefix. @default the config's `errorFormat` */
  errorFormat?: ErrorFormatSetting;
}

/** How a blueprint is mounted; wins over the blueprint's own options. */
export interface BlueprintMountOptions extends MountOptions {
  /** In front of the names of its routes. @default the blueprint's name */
  name?: string;
}

/**
 * Routes with their middleware, error handlers and listeners, to be mounted in an app.
 *
 * @example
 * ```ts
 * import { Blueprint, Spindash } from "spindash";
 *
 * const users = new Blueprint("users", { prefix: "/users", version: 1 });
 * users.get("/<id:int>", { name: "show" }, (_req, { id }) => ({ id }));
 *
 * const app = new Spindash("shop");
 * app.blueprint(users);
 * console.assert(app.urlFor("users.show", { id: 7 }) === "/v1/users/7");
 * ```
 */
export class Blueprint<const Prefix extends string = "", Added extends object = Nothing>
  extends RouteCollector<Prefix, Spindash, unknown, Added>
  implements Mountable
{
  readonly name: string;
  /** @internal */
  readonly mounts: Mounts;
  protected readonly blueprintName: string;
  protected readonly signalScope: SignalScope = this;

  /** Throws a SetupError for a bad name or option. */
  constructor(name: string, options: BlueprintOptions<Prefix> = {}) {
    super();
    this.name = checkName(name, "a blueprint");
    this.blueprintName = name;
    const { errorFormat, ...mounting } = options;
    if (errorFormat !== undefined) this.scope.errorFormat = readErrorFormat(errorFormat);
    this.mounts = new Mounts(name, this.scope, mounting);
  }

  /**
   * Puts blueprints together: under a prefix, a version or a host, with middleware and error handlers for all of them.
   *
   * @example
   * ```ts
   * import { Blueprint, Spindash } from "spindash";
   *
   * const users = new Blueprint("users", { prefix: "/users" });
   * const posts = new Blueprint("posts", { prefix: "/posts" });
   * const api = Blueprint.group([users, posts], { prefix: "/api", version: 1 });
   * api.onResponse((_req, response) => {
   *   response.headers.set("cache-control", "no-store");
   * });
   * new Spindash("shop").blueprint(api);
   * ```
   */
  static group(members: readonly Mountable[], options?: MountOptions): BlueprintGroup {
    return new BlueprintGroup(members, options);
  }

  /** In front of its paths, without a slash at its end. */
  get prefix(): string {
    return this.mounts.prefix;
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

  /**
   * Another blueprint with everything declared here so far, to be changed and mounted on its own; `options` win over this
   * one's. What is declared later is not copied.
   *
   * @example
   * ```ts
   * import { Blueprint, Spindash } from "spindash";
   *
   * const first = new Blueprint("first", { prefix: "/users", version: 1 });
   * first.get("/", () => ["Tails"]);
   * const second = first.copy("second", { version: 2 });
   * second.get("/count", () => ({ count: 1 }));
   * new Spindash("shop").blueprint(first).blueprint(second);
   * ```
   */
  copy(
    name: string,
    { errorFormat, ...options }: MountOptions & Pick<BlueprintOptions, "errorFormat"> = {},
  ): Blueprint<Prefix, Added> {
    const copy = new Blueprint<Prefix, Added>(name, errorFormat === undefined ? {} : { errorFormat });
    copy.scope.take(this.scope);
    copy.injected.take(this.injected);
    copy.mounts.take(this.mounts, options);
    return copy;
  }

  /**
   * Dispatches a signal to the handlers of this blueprint alone, in every app it is mounted in. See `app.dispatch()`; resolves
   * with the answer of the first app.
   */
  async dispatch(event: string, context?: object, options?: DispatchOptions): Promise<unknown> {
    const apps = new Set(this.mounts.places.map(({ host }) => host.signals));
    const told = [...apps].map((signals) =>
      signals.dispatch(event, context as SignalFacts, options, this.signalScope),
    );
    const [answer] = await Promise.all(told);
    return answer;
  }

  protected declare(declaration: Declaration): void {
    this.mounts.declare(declaration);
  }

  protected declareRoute(route: RouteDeclaration): RegisteredRoute<never> {
    const errorHandlers: ErrorHandlers = new Map();
    this.declare((place) => void place.addRoute(route, errorHandlers));
    return { ...describeRoute(route), errorHandlers };
  }

  protected scopeChanged(): void {
    this.mounts.forgetChains();
  }
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
