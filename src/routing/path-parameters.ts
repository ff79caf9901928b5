import type { ParameterTypes } from "./converters.ts";
import type { FileName } from "./file-name-converter.ts";

/**
 * The parameters a path gives to its handler, read from the path's type: `"/users/<id:int>"` → `{ id: number }`.
 *
 * A path that holds none gives a type without properties, so that asking for one is a compile error. A path that is
 * not a literal type (`string`) gives a record of `unknown`. An optional parameter may be `undefined`; one that is a
 * regular expression is a string. `Types` are parameter types of one's own: their values by name.
 *
 * @example
 * ```ts
 * import type { PathParameters } from "spindash";
 *
 * const parameters: PathParameters<"/shops/:shop/on/<day:ymd>"> = { shop: "blue", day: new Date() };
 * console.assert(parameters.shop === "blue");
 * ```
 */
export type PathParameters<Path extends string, Types = unknown> = Path extends unknown
  ? string extends Path
    ? Record<string, unknown>
    : { [Parameter in ParametersOf<Path> as NameOf<Parameter>]: ValueOf<Parameter, Types> }
  : never;

/** The union of `name` and `name:type` in a path; recursion in tail position, which the checker turns into a loop. */
type ParametersOf<Path extends string, Found = never> = Path extends `${infer Segment}/${infer Rest}`
  ? ParametersOf<Rest, Found | ParameterOf<Segment>>
  : Found | ParameterOf<Path>;

type ParameterOf<Segment extends string> = Segment extends `<${infer Parameter}>`
  ? Parameter
  : Segment extends `:${infer Name}`
    ? Name
    : // An expression may hold slashes, which cut it: its name stands in the first piece.
      Segment extends `<${infer Name}:${string}`
      ? `${Name}:`
      : never;

type NameOf<Parameter> = Parameter extends `${infer Head}:${string}`
  ? PlainName<Head>
  : PlainName<Parameter & string>;

/** Without the question mark of an optional parameter and without the type of a file's name. */
type PlainName<Head extends string> = Head extends `${infer Name}?`
  ? PlainName<Name>
  : Head extends `${infer Name}=${string}`
    ? Name
    : Head;

type ValueOf<Parameter, Types> = Parameter extends `${infer Head}:${infer Type}`
  ? ValueOfType<Head, Type, Types> | MissingOf<Head>
  : string | MissingOf<Parameter & string>;

type MissingOf<Head extends string> = Head extends `${string}?` ? undefined : never;

type ValueOfType<Head extends string, Type extends string, Types> = Type extends keyof ParameterTypes
  ? ParameterTypes[Type]
  : Type extends keyof Types
    ? Types[Type]
    : Type extends `ext${infer Extensions}`
      ? FileName<NameValueOf<Head, Types>, ExtensionOf<Extensions>>
      : Type extends "" | `${string}${ExpressionMark}${string}`
        ? string
        : unknown;

/** What only regular expressions hold. */
type ExpressionMark = "[" | "(" | "\\" | "." | "+" | "*" | "|" | "{" | "^" | "$";

type NameValueOf<Head extends string, Types> = Head extends `${string}=${infer Type}`
  ? ValueOfType<"", Type extends `${infer Plain}?` ? Plain : Type, Types>
  : string;

type ExtensionOf<Extensions extends string> = Extensions extends `=${infer List}`
  ? Alternatives<List>
  : string;

type Alternatives<List extends string> = List extends `${infer First}|${infer Rest}`
  ? First | Alternatives<Rest>
  : List;
