import type { Request } from "../../http/request.ts";
import { SetupError } from "../../http/setup-error.ts";
import type { Nothing } from "../handler.ts";
import type { Spindash } from "../spindash.ts";

/** How long a provided value lives: as long as the app runs, or until its request is answered. */
export type ProviderScope = "app" | "request";

/** Says how a value is made and disposed of; made by {@link provide}. */
export class Provider<out Value = unknown, out Scope extends ProviderScope = ProviderScope> {
  readonly scope: Scope;
  /** @internal */
  readonly create: (owner: never, dependencies: never) => Value | Promise<Value>;
  /** @internal */
  readonly inject: Providers | (() => Providers);
  /** @internal `undefined` for the value's own way, `false` for none. */
  readonly dispose: ((value: never) => unknown) | false | undefined;

  /** @internal */
  constructor(scope: Scope, create: Provider<Value>["create"], options: Omit<ProviderOptions, "scope">) {
    this.scope = scope;
    this.create = create;
    this.inject = options.inject ?? {};
    this.dispose = options.dispose;
  }
}

/** Providers by the names their values have in arguments. */
export type Providers<
  Values extends object = Record<string, unknown>,
  Scope extends ProviderScope = ProviderScope,
> = { readonly [Name in keyof Values]: Provider<Values[Name], Scope> };

/** Options of {@link provide}. */
export interface ProviderOptions<
  Value = never,
  Dependencies extends object = Record<string, unknown>,
  Scope extends ProviderScope = ProviderScope,
> {
  /** How long the value lives. @default "request" */
  scope?: Scope;
  /** What it is made of, by name; a function of those where they are defined later. */
  inject?:
    | Providers<Dependencies, Scope extends "app" ? "app" : ProviderScope>
    | (() => Providers<Dependencies, Scope extends "app" ? "app" : ProviderScope>);
  /** Ends the value; `false` when that is not its provider's business. @default its `Symbol.asyncDispose` or `Symbol.dispose` */
  dispose?: ((value: Value) => unknown) | false;
}

/**
 * Makes a provider: a route or another provider that injects it gets its value as an argument.
 *
 * A value of scope `"app"` is made when it is first needed, once for the whole app, and disposed of when the server has
 * stopped. One of scope `"request"` is made for each request that asks, and disposed of when that has been answered.
 * `create` may be async. It is called with the app or the request, then with what the provider injects.
 *
 * @throws {SetupError} when there is no function, or another scope.
 *
 * @example
 * ```ts
 * import { provide, Spindash } from "spindash";
 *
 * const visits = provide(() => new Map<string, number>(), { scope: "app" });
 * const visit = provide((req, { visits }) => (visits.get(req.ip) ?? 0) + 1, { inject: { visits } });
 *
 * const app = new Spindash("guests");
 * app.get("/", { inject: { visit, visits } }, (req, { visit, visits }) => {
 *   visits.set(req.ip, visit);
 *   return `Visit number ${visit}`;
 * });
 * ```
 */
export function provide<Value, Dependencies extends object = Nothing>(
  create: (app: Spindash, dependencies: Dependencies) => Value | Promise<Value>,
  options: ProviderOptions<NoInfer<Value>, Dependencies, "app"> & { scope: "app" },
): Provider<Value, "app">;
export function provide<Value, Dependencies extends object = Nothing>(
  create: (request: Request, dependencies: Dependencies) => Value | Promise<Value>,
  options?: ProviderOptions<NoInfer<Value>, Dependencies, "request">,
): Provider<Value, "request">;
export function provide(create: Provider["create"], options: ProviderOptions = {}): Provider {
  const { scope = "request", ...rest } = options;
  if (typeof create !== "function")
    throw new SetupError("provide() was given no function; expected one that makes a value, then options");
  if (scope !== "app" && scope !== "request")
    throw new SetupError(`${JSON.stringify(scope)} is no scope of a provider; expected "app" or "request"`);
  return new Provider(scope, create, rest);
}
