import { BadRequest } from "../http/errors.ts";
import type { CallSite } from "./call-site.ts";
import type { Pattern } from "./pattern.ts";
import { decodePercent, describeMalformed } from "./percent-encoding.ts";

/** What {@link Router.find} found. */
export interface RouteMatch<Value> {
  /** What was registered; `undefined` when nothing answers. */
  readonly value: Value | undefined;
  /** The path parameters by name. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** When nothing answers: the methods that would, sorted, for `Allow`; empty when the path is unknown (404). */
  readonly allowed: readonly string[];
}

/** How one route of a {@link Router} is matched. */
export interface RouteOptions {
  /** Whether `/a` and `/a/` are two paths. @default false */
  strictSlashes?: boolean;
  /** Whether `str` and `path` parameters arrive percent-decoded; otherwise as they were sent. @default true */
  decode?: boolean;
  /** Where the program registers it, named in errors. */
  registeredAt?: CallSite | undefined;
}

/** Types that fit any text: their values need not be read to find the route. */
const capturedAsSent: ReadonlySet<string> = new Set(["str", "path"]);
const NO_PARAMETERS: Readonly<Record<string, unknown>> = Object.freeze({});
const NO_METHODS: readonly string[] = Object.freeze([]);

/** The answer for a path nobody knows. */
export const NOT_FOUND: RouteMatch<never> = Object.freeze({
  value: undefined,
  parameters: NO_PARAMETERS,
  allowed: NO_METHODS,
});

/** One registration: a pattern, its value, and how matches of it are made. */
export class Route<Value> {
  readonly pattern: Pattern;
  readonly value: Value;
  readonly strictSlashes: boolean;
  readonly decode: boolean;
  readonly registeredAt: CallSite | undefined;
  /** The one match of a route without parameters. */
  readonly match: RouteMatch<Value> | undefined;
  readonly #names: readonly string[];
  /** Of each parameter, whether it is captured as it was sent. */
  readonly #isSent: readonly boolean[];

  constructor(pattern: Pattern, value: Value, options: RouteOptions) {
    this.pattern = pattern;
    this.value = value;
    this.strictSlashes = options.strictSlashes ?? false;
    this.decode = options.decode ?? true;
    this.registeredAt = options.registeredAt;
    this.#names = Object.keys(Object.fromEntries(pattern.parameterNames.map((name) => [name, true])));
    this.#isSent = pattern.parameters.map(({ converter }) => capturedAsSent.has(converter.name));
    const isStatic = this.#names.length === 0;
    this.match = isStatic ? { value, parameters: NO_PARAMETERS, allowed: NO_METHODS } : undefined;
  }

  /** Its path, and where it was registered. */
  describe(): string {
    const place = this.registeredAt === undefined ? "" : ` (${this.registeredAt})`;
    return `"${this.pattern.source}"${place}`;
  }

  /**
   * @param count how many values are captured; a parameter beyond them is missing.
   * @throws BadRequest when a value that is to be decoded is malformed.
   */
  matchWith(captured: readonly unknown[], count: number): RouteMatch<Value> {
    if (this.match !== undefined) return this.match;
    const { decode } = this;
    const parameters: Record<string, unknown> = {};
    for (let index = 0; index < this.#names.length; index++) {
      const name = this.#names[index] as string;
      const value = index < count ? captured[index] : undefined;
      // What a type has read is decoded already: to do it again would read something else.
      parameters[name] =
        decode && this.#isSent[index] && typeof value === "string" ? decodeParameter(name, value) : value;
    }
    return { value: this.value, parameters, allowed: NO_METHODS };
  }
}

/** The answer when every route of the path has other methods. */
export function methodNotFound(methods: ReadonlySet<string>): RouteMatch<never> {
  const allowed = new Set(methods).add("OPTIONS");
  if (allowed.has("GET")) allowed.add("HEAD");
  return { value: undefined, parameters: NO_PARAMETERS, allowed: [...allowed].sort() };
}

function decodeParameter(name: string, sent: string): string {
  const value = decodePercent(sent);
  if (value !== undefined) return value;
  throw new BadRequest(`The path parameter "${name}" is malformed: ${describeMalformed(sent)}`, {
    code: "E_MALFORMED_PATH",
  });
}
