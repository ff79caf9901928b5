import { SetupError } from "./setup-error.ts";

/**
 * Loads a package that only some programs need and that is therefore not installed with this one.
 *
 * Rejects with a {@link SetupError} that says how to install it where it is missing, and that it is of another version
 * where it lacks one of `exports`.
 *
 * @param owner what needs it, as the beginning of a sentence: `"The relay redis"`.
 * @param load imports it, by its name as a literal so that bundlers and compilers see it.
 *
 * @example
 * ```ts
 * import { importPeer } from "spindash";
 *
 * const { z } = await importPeer("zod", "The settings form", () => import("zod"), ["z"]);
 * console.assert(z.string().parse("ring") === "ring");
 * ```
 */
export async function importPeer<Module extends object>(
  name: string,
  owner: string,
  load: () => Promise<Module>,
  exports: readonly (keyof Module & string)[] = [],
): Promise<Module> {
  const module = await load().catch((cause: unknown) => {
    if (!isMissing(cause, name)) throw cause;
    throw new SetupError(`${owner} needs the package ${name}, which is not installed: npm install ${name}`, {
      code: "E_MISSING_PEER",
      cause,
    });
  });
  const lacking = exports.find((wanted) => module[wanted] === undefined);
  if (lacking === undefined) return module;
  throw new SetupError(
    `${owner} needs another version of the package ${name}: the one installed has no ${lacking}; npm install ${name}@latest`,
    { code: "E_MISSING_PEER" },
  );
}

/** Whether it is this package that is missing, and not one that it needs itself. */
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return false;
  return ["'", '"'].some((quote) => error.message.includes(quote + name + quote));
}
