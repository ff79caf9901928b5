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

/**
 * 422, or 400 by the setting `validationStatus`: the request is not as the schemas of its route want it.
 *
 * @example
 * ```ts
 * import { json, Spindash, ValidationError } from "spindash";
 *
 * const app = new Spindash("shop");
 * app.onError(ValidationError, (_req, error) => json({ issues: error.issues }, { status: error.status }));
 * ```
 */
export class ValidationError extends HttpError {
  /** What is wrong, by location in the order params, query, headers, cookies, body; the first hundred. */
  readonly issues: readonly ValidationIssue[];
  /** How much is wrong, also what `issues` has no room for. */
  readonly issueCount: number;

  constructor(status: number, found: IssueList) {
    super(status, describe(found), { problem: { issues: found.issues } });
    this.issues = found.issues;
    this.issueCount = found.count;
  }
}

/** Collects issues of several locations, the first ones as they are and the rest as a number. */
export class IssueList {
  readonly issues: ValidationIssue[] = [];
  count = 0;

  add(location: InputLocation, issues: readonly SchemaIssue[]): void {
    this.count += issues.length;
    for (const issue of issues) {
      if (this.issues.length === TOLD_ISSUES) return;
      this.issues.push({ location, path: pathOf(issue), message: String(issue.message) });
    }
  }
}

function pathOf({ path = [] }: SchemaIssue): (string | number)[] {
  return path.map((step) => {
    const key = typeof step === "object" ? step.key : step;
    return typeof key === "number" ? key : String(key);
  });
}

function describe({ issues, count }: IssueList): string {
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
