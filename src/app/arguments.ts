import type { Request } from "../http/request.ts";
import { SetupError } from "../http/setup-error.ts";
import { isPromise } from "./chain.ts";
import { readValidationStatus } from "./config-value.ts";
import type { RouteOptions } from "./handler.ts";
import type { Injector } from "./injection/injector.ts";
import type { Providers } from "./injection/provider.ts";
import { inputLocations } from "./validation/input-location.ts";
import { type InputSchemas, InputValidator } from "./validation/input-validator.ts";
import { isStandardSchema } from "./validation/standard-schema.ts";

/** A handler's second argument. */
type Arguments = Readonly<Record<string, unknown>>;

/** Makes the arguments of a request; a promise only where something in it is async. */
export type ArgumentsMaker = (request: Request) => Arguments | Promise<Arguments>;

/** What the arguments of a route's handler are made of. */
export interface ArgumentsPlan {
  /** Names the route in errors. */
  readonly route: string;
  readonly methods: readonly string[];
  readonly options: RouteOptions;
}

/** What the app lends to that. */
export interface ArgumentsHost {
  readonly config: { readonly validationStatus: number };
  readonly injector: Injector;
}

/**
 * Makes the function of the request alone that a route runs. A handler that asks for nothing but its path parameters is
 * called with those, at no cost; a synchronous one stays so wherever its arguments are there at once.
 *
 * @throws {SetupError} for schemas that are none or cannot work.
 */
export function withArguments(
  plan: ArgumentsPlan,
  host: ArgumentsHost,
  handler: (request: Request, args: Arguments) => unknown,
): (request: Request) => unknown {
  const make = makeArgumentsOf(plan, host);
  if (make === null) return (request) => handler(request, request.params);
  return (request) => {
    const args = make(request);
    return isPromise(args) ? args.then((made) => handler(request, made)) : handler(request, args);
  };
}

/**
 * What makes the arguments of a route; null where they are the path parameters alone. Input is checked first: nothing is
 * opened for a request that is refused, or while its body is on the way.
 */
export function makeArgumentsOf(plan: ArgumentsPlan, host: ArgumentsHost): ArgumentsMaker | null {
  const { route, options } = plan;
  const schemas = schemasOf(plan);
  const validator =
    schemas === null
      ? null
      : new InputValidator(route, schemas, statusOf(plan, host.config.validationStatus));
  if (options.inject === undefined)
    return validator === null ? null : (request) => validator.validate(request);
  checkInjectedNames(plan, options.inject);
  const inject = host.injector.prepare(route, options.inject);
  if (validator === null) return (request) => inject(request, { ...request.params });
  return (request) => {
    const args = validator.validate(request);
    return isPromise(args) ? args.then((checked) => inject(request, checked)) : inject(request, args);
  };
}

function checkInjectedNames({ route }: ArgumentsPlan, inject: Providers): void {
  if (typeof inject !== "object" || inject === null)
    throw new SetupError(`The route ${route} injects a ${typeof inject}; expected an object of providers`);
  const taken = inputLocations.find((location) => Object.hasOwn(inject, location));
  if (taken === undefined) return;
  throw new SetupError(
    `The route ${route} injects something as "${taken}", which is the name for validated input; give it another name`,
  );
}

const BODILESS_METHODS = ["GET", "HEAD"];

function schemasOf({ route, methods, options }: ArgumentsPlan): InputSchemas | null {
  const given = inputLocations.filter((location) => options[location] !== undefined);
  if (given.length === 0) return null;
  const wrong = given.find((location) => !isStandardSchema(options[location]));
  if (wrong !== undefined) {
    throw new SetupError(
      `The option ${wrong} of the route ${route} is no schema; expected one of a library that follows Standard Schema, such as zod, valibot or arktype`,
    );
  }
  const reader = given.find((location) => location === "body" || location === "form");
  if (given.includes("body") && given.includes("form")) {
    throw new SetupError(
      `The route ${route} has schemas for body and form; a body is read once, so keep one: form for forms only, body for JSON or forms`,
    );
  }
  const bodiless = methods.find((method) => BODILESS_METHODS.includes(method));
  if (reader !== undefined && bodiless !== undefined) {
    throw new SetupError(
      `The route ${route} has a ${reader} schema, but requests of ${bodiless} have no body; check the query, or register ${bodiless} by itself`,
    );
  }
  return Object.fromEntries(given.map((location) => [location, options[location]]));
}

function statusOf({ route, options }: ArgumentsPlan, byDefault: number): number {
  if (options.validationStatus === undefined) return byDefault;
  try {
    return readValidationStatus(options.validationStatus);
  } catch (error) {
    throw new SetupError(`The route ${route} has a bad validationStatus: ${(error as Error).message}`);
  }
}
