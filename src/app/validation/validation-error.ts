import { HttpError } from "../../http/errors.ts";
import type { InputLocation } from "./input-location.ts";
import type { SchemaIssue } from "./standard-schema.ts";

/** What is wrong with one place of a request. */
export interface ValidationIssue {
  readonly location: InputLocation;
  /** Where in that location: keys and indexes, from the outside in; empty for the whole of it. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A client decides how much is wrong with its request, not how much is said about it. */
const TOLD_ISSUES = 100;

/** What a {@link ValidationError} may be given besides its issues. */
export interface ValidationErrorOptions {
  /** 422, or 400. @default 422 */
  status?: number;
  /** How much is wrong, where that is more than there are issues. */
  issueCount?: number;
}

/**
 * 422, or 400 by the setting `validationStatus`: the request is not as the schemas of its route want it. Handlers may
 * throw one too, for what no schema can know.
 *
 * @example
 * ```ts
 * import { Spindash, ValidationError } from "spindash";
 *
 * const names = new Set(["amy"]);
 * const app = new Spindash("shop");
 * app.put("/users/:name", (_req, { name }) => {
 *   if (names.has(name)) throw new ValidationError([{ location: "params", path: ["name"], message: "is taken" }]);
 *   return { name };
 * });
 * ```
 */
export class ValidationError extends HttpError {
  /** What is wrong, by location in the order params, query, headers, cookies, body; the first hundred. */
  readonly issues: readonly ValidationIssue[];
  /** How much is wrong, also what `issues` has no room for. */
  readonly issueCount: number;

  constructor(issues: readonly ValidationIssue[], options: ValidationErrorOptions = {}) {
    const { status = 422, issueCount = issues.length } = options;
    const told = issues.slice(0, TOLD_ISSUES);
    super(status, describe(told, issueCount), { code: "E_INVALID_INPUT", problem: { issues: told } });
    this.issues = told;
    this.issueCount = issueCount;
  }
}

/** Collects issues of several locations, the first ones as they are and the rest as a number. */
export class IssueList {
  private readonly issues: ValidationIssue[] = [];
  private issueCount = 0;

  add(location: InputLocation, issues: readonly SchemaIssue[]): void {
    this.issueCount += issues.length;
    for (const issue of issues) {
      if (this.issues.length === TOLD_ISSUES) return;
      this.issues.push({ location, path: pathOf(issue), message: String(issue.message) });
    }
  }

  toError(status: number): ValidationError {
    return new ValidationError(this.issues, { status, issueCount: this.issueCount });
  }
}

function pathOf({ path = [] }: SchemaIssue): (string | number)[] {
  return path.map((step) => {
    const key = typeof step === "object" ? step.key : step;
    return typeof key === "number" ? key : String(key);
  });
}

function describe(issues: readonly ValidationIssue[], count: number): string {
  const lines = issues.map((issue) => `- ${formatPlace(issue)}: ${issue.message}`);
  if (count > issues.length) lines.push(`- and ${count - issues.length} more`);
  return ["The request is not acceptable:", ...lines].join("\n");
}

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/** `body.items[0].name`; keys that are no names are quoted. */
function formatPlace({ location, path }: ValidationIssue): string {
  return path.reduce<string>((place, key) => {
    if (typeof key === "string" && PLAIN_KEY.test(key)) return `${place}.${key}`;
    return `${place}[${JSON.stringify(key)}]`;
  }, location);
}
