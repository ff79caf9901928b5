import { realpath, stat } from "node:fs/promises";
import { type DotfilePolicy, isInside, resolveInside } from "../http/contained-path.ts";
import { isNotThere } from "../http/file-content.ts";

/** A file or folder under a name. */
export interface Located {
  /** As the name says, links not followed. */
  readonly path: string;
  /** Where it lies, links followed. */
  readonly realPath: string;
  readonly isFolder: boolean;
}

/** A folder, and what can be reached in it. */
export class FileTree {
  private readonly root: string;
  private readonly dotfiles: DotfilePolicy;
  private readonly followsOutside: boolean;

  /** @param root an absolute path. */
  constructor(root: string, dotfiles: DotfilePolicy, outsideLinks: "refuse" | "follow") {
    this.root = root;
    this.dotfiles = dotfiles;
    this.followsOutside = outsideLinks === "follow";
  }

  /** What lies under a name, `""` for the folder itself; undefined when nothing does that can be reached. */
  async find(name: string): Promise<Located | undefined> {
    const path = resolveInside(this.root, name, this.dotfiles);
    if (path === undefined) return undefined;
    try {
      const realPath = await realpath(path);
      if (!(await this.canReach(realPath))) return undefined;
      return { path, realPath, isFolder: (await stat(realPath)).isDirectory() };
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw error;
    }
  }

  /** Whether a link in the folder may be followed. */
  async canFollow(path: string): Promise<boolean> {
    return realpath(path).then(
      (realPath) => this.canReach(realPath),
      () => false,
    );
  }

  /** The folder itself may be a link, and one that was set to another place meanwhile. */
  private async canReach(realPath: string): Promise<boolean> {
    return this.followsOutside || isInside(await realpath(this.root), realPath);
  }
}
