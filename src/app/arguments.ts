import type { Request } from "../http/request.ts";
import { SetupError } from "../http/setup-error.ts";
import { isPromise } from "./chain.ts";
import { readValidationStatus } from "./config-value.ts";
import type { RouteOptions } from "./handler.ts";
import { inputLocations } from "./validation/input-location.ts";
import { type InputSchemas, InputValidator } from "./validation/input-validator.ts";
import { isStandardSchema } from "./validation/standard-schema.ts";

/** A handler whose second argument is made of its request. */
type ArgumentsHandler = (request: Request, args: Readonly<Record<string, unknown>>) => unknown;

/** What the arguments of a route's handler are made of. */
export interface ArgumentsPlan {
  /** Names the route in errors. */
  readonly route: string;
  readonly methods: readonly string[];
  readonly options: RouteOptions;
  /** Status of a request that a schema refuses, where the options do not say. */
  readonly validationStatus: number;
}

/**
 * Makes the function of the request alone that a route runs. A handler that asks for nothing but its path parameters is
 * called with those, at no cost; a synchronous one stays so wherever its arguments are there at once.
 *
 * @throws {SetupError} for schemas that are none or cannot work.
 */
export function withArguments(plan: ArgumentsPlan, handler: ArgumentsHandler): (request: Request) => unknown {
  const schemas = schemasOf(plan);
  if (schemas === null) return (request) => handler(request, request.params);
  const validator = new InputValidator(plan.route, schemas, statusOf(plan));
  return (request) => {
    const args = validator.validate(request);
    return isPromise(args) ? args.then((made) => handler(request, made)) : handler(request, args);
  };
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

function statusOf({ route, options, validationStatus }: ArgumentsPlan): number {
  if (options.validationStatus === undefined) return validationStatus;
  try {
    return readValidationStatus(options.validationStatus);
  } catch (error) {
    throw new SetupError(`The route ${route} has a bad validationStatus: ${(error as Error).message}`);
  }
}
