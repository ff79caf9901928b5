import type { ParameterTypes } from "./converters.ts";

/**
 * The parameters a path gives to its handler, read from the path's type: `"/users/<id:int>"` → `{ id: number }`.
 *
 * A path that holds none gives a type without properties, so that asking for one is a compile error. A path that is
 * not a literal type (`string`) gives a record of `unknown`. `Types` are parameter types of one's own: their values by name.
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
    : never;

type NameOf<Parameter> = Parameter extends `${infer Name}:${string}` ? Name : Parameter & string;

type ValueOf<Parameter, Types> = Parameter extends `${string}:${infer Type}`
  ? Type extends keyof ParameterTypes
    ? ParameterTypes[Type]
    : Type extends keyof Types
      ? Types[Type]
      : unknown
  : string;
