import type { Request } from "../../http/request.ts";
import { isPromise } from "../chain.ts";
import { type InputLocation, inputLocations, inputReaders } from "./input-location.ts";
import { listNamesOf } from "./list-names.ts";
import type { SchemaResult, StandardSchema } from "./standard-schema.ts";
import { IssueList } from "./validation-error.ts";

/** A route's schemas, by what they check. */
export type InputSchemas = { readonly [Location in InputLocation]?: StandardSchema | undefined };

interface InputCheck {
  readonly location: InputLocation;
  readonly read: (request: Request) => unknown;
  readonly validate: StandardSchema["~standard"]["validate"];
}

/** The arguments as far as they are made, and what is wrong so far. */
interface Findings {
  args: Record<string, unknown>;
  issues: IssueList | null;
}

/** Makes a handler's arguments by the schemas of its route; a promise only where a schema or the body makes it one. */
export class InputValidator {
  private readonly route: string;
  private readonly status: number;
  private readonly checks: readonly InputCheck[];

  /** `status` is that of a refusal. */
  constructor(route: string, schemas: InputSchemas, status: number) {
    this.route = route;
    this.status = status;
    this.checks = inputLocations.flatMap((location) => {
      const schema = schemas[location];
      if (schema === undefined) return [];
      const read = inputReaders[location];
      const lists = listNamesOf(schema);
      const standard = schema["~standard"];
      return [
        {
          location,
          read: (request: Request) => read(request, lists),
          validate: (value: unknown) => standard.validate(value),
        },
      ];
    });
  }

  /**
   * The path parameters, and what the schemas made of the request by location.
   *
   * @throws {ValidationError} with the issues of all locations together.
   * @throws {UnsupportedMediaType} for a body of a type that cannot be read, {@link BadRequest} for one that is malformed.
   */
  validate(request: Request): Record<string, unknown> | Promise<Record<string, unknown>> {
    return this.checkFrom(0, request, { args: { ...request.params }, issues: null });
  }

  /** One after the other: two that run at once could both fail, and one of them unheard. */
  private checkFrom(
    start: number,
    request: Request,
    findings: Findings,
  ): Record<string, unknown> | Promise<Record<string, unknown>> {
    for (let index = start; index < this.checks.length; index++) {
      const check = this.checks[index] as InputCheck;
      const value = check.read(request);
      const result = isPromise(value) ? value.then(check.validate) : check.validate(value);
      if (isPromise(result)) {
        return result.then((awaited) => {
          this.take(check.location, awaited, request, findings);
          return this.checkFrom(index + 1, request, findings);
        });
      }
      this.take(check.location, result, request, findings);
    }
    if (findings.issues !== null) throw findings.issues.toError(this.status);
    return findings.args;
  }

  private take(location: InputLocation, result: unknown, request: Request, findings: Findings): void {
    if (!isResult(result)) {
      throw new TypeError(
        `The ${location} schema of ${this.route} returned neither a value nor issues; expected a result as Standard Schema has it`,
      );
    }
    if (result.issues === undefined) {
      // The first location: nothing but the path parameters is there to be replaced.
      if (location === "params") findings.args = { ...this.assertObject(result.value) };
      else findings.args[location] = result.value;
      return;
    }
    findings.issues ??= new IssueList();
    const isMissing = (location === "body" || location === "form") && !request.hasBody;
    findings.issues.add(
      location,
      isMissing ? [{ message: "missing: the request has no body" }] : result.issues,
    );
  }

  private assertObject(value: unknown): object {
    if (typeof value === "object" && value !== null) return value;
    throw new TypeError(
      `The params schema of ${this.route} made ${value === null ? "null" : `a ${typeof value}`} of the path parameters; expected an object`,
    );
  }
}

function isResult(result: unknown): result is SchemaResult<unknown> {
  if (typeof result !== "object" || result === null) return false;
  const { issues } = result as { issues?: unknown };
  return issues === undefined ? "value" in result : Array.isArray(issues);
}
