// Compiled, never run: a line that stops compiling, or an expected error that goes away, fails the type check.
import type { FileName } from "../../src/routing/file-name-converter.ts";
import type { PathParameters } from "../../src/routing/path-parameters.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
type Expect<Claim extends true> = Claim;

export type Claims = [
  Expect<Equal<PathParameters<"/users/<id:int>">, { id: number }>>,
  Expect<Equal<PathParameters<"/users/<id:int>/">, { id: number }>>,
  Expect<Equal<PathParameters<"/<name>">, { name: string }>>,
  Expect<Equal<PathParameters<"/<name:str>">, { name: string }>>,
  Expect<Equal<PathParameters<"/:name">, { name: string }>>,
  Expect<Equal<PathParameters<"/<file:path>">, { file: string }>>,
  Expect<Equal<PathParameters<"/<a:slug>/<b:alpha>/<c:uuid>">, { a: string; b: string; c: string }>>,
  Expect<Equal<PathParameters<"/<a:float>/on/<b:ymd>">, { a: number; b: Date }>>,
  Expect<Equal<PathParameters<"/:shop/<day:ymd>/x/<rest:path>">, { shop: string; day: Date; rest: string }>>,
  Expect<Equal<PathParameters<"/<constructor>">, { constructor: string }>>,
  Expect<Equal<keyof PathParameters<"/">, never>>,
  Expect<Equal<keyof PathParameters<"/a/b:c/">, never>>,
  Expect<Equal<keyof PathParameters<"">, never>>,
  Expect<Equal<PathParameters<string>, Record<string, unknown>>>,
  Expect<Equal<PathParameters<"/a/<x:int>" | "/b/<y>">, { x: number } | { y: string }>>,
  Expect<Equal<PathParameters<"/<x:nonsense>">, { x: unknown }>>,
  Expect<Equal<PathParameters<"/<id:bigint>">, { id: bigint }>>,
  Expect<Equal<PathParameters<"/<page?>">, { page: string | undefined }>>,
  Expect<Equal<PathParameters<"/:page?">, { page: string | undefined }>>,
  Expect<Equal<PathParameters<"/posts/<page?:int>/">, { page: number | undefined }>>,
  Expect<Equal<PathParameters<"/<a:[a-z]{2}>/<b:v(\\d+)>">, { a: string; b: string }>>,
  Expect<Equal<PathParameters<"/<a:[^/]+>/<b:int>">, { a: string; b: number }>>,
  Expect<Equal<PathParameters<"/<a?:\\d+>">, { a: string | undefined }>>,
  Expect<Equal<PathParameters<"/<f:ext>">, { f: FileName }>>,
  Expect<Equal<PathParameters<"/<f:ext=jpg|png>">, { f: FileName<string, "jpg" | "png"> }>>,
  Expect<Equal<PathParameters<"/<f=int:ext=tar.gz>">, { f: FileName<number, "tar.gz"> }>>,
  Expect<Equal<PathParameters<"/<f=int?:ext>">, { f: FileName<number> | undefined }>>,
  Expect<Equal<PathParameters<"/<x:even>/<y:int>", { even: 2 | 4 }>, { x: 2 | 4; y: number }>>,
  Expect<Equal<PathParameters<"/<f=even:ext>", { even: 2 }>, { f: FileName<2> }>>,
  Expect<Equal<PathParameters<"/<int:str>">, { int: string }>>,
  Expect<Equal<keyof PathParameters<LongPath>, "a" | "z">>,
];

/** 256 segments: deeper than recursion that is not in tail position reaches. */
type LongPath = `/:a${Sixteen<Sixteen<"/x">>}/<z:int>`;
type Sixteen<Text extends string> = Four<Four<Text>>;
type Four<Text extends string> = `${Text}${Text}${Text}${Text}`;

declare function get<Path extends string>(
  path: Path,
  handler: (parameters: PathParameters<Path>) => unknown,
): void;

get("/users/<id:int>/posts/:post", ({ id, post }) => id.toFixed() + post.toUpperCase());
get("/on/<day:ymd>", ({ day }) => day.getUTCFullYear());
get("/", () => "no parameters asked for");
get(String("/<id>"), ({ id }) => id);

// @ts-expect-error the path has no parameter of that name
get("/users/<id:int>", ({ name }) => name);
// @ts-expect-error the path has no parameters
get("/users", ({ id }) => id);
// @ts-expect-error a number is not a string
get("/users/<id:int>", ({ id }) => id.toUpperCase());
// @ts-expect-error nothing is known of the parameters of a path that is not literal
get(String("/<id>"), ({ id }) => id.toUpperCase());
