import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { type DotfilePolicy, isInside, resolveInside } from "./contained-path.ts";
import { isNotThere } from "./file-content.ts";

/**
 * The real path of what lies under a name in a folder, links resolved; undefined when there is nothing, when the name is
 * refused, and when a link leads out of the folder.
 */
export async function findInside(
  root: string,
  name: string,
  dotfiles: DotfilePolicy,
): Promise<string | undefined> {
  const resolved = resolveInside(resolve(root), name, dotfiles);
  if (resolved === undefined) return undefined;
  try {
    const [realRoot, real] = await Promise.all([realpath(root), realpath(resolved)]);
    return isInside(realRoot, real) ? real : undefined;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}
