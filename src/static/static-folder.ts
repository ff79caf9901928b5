import { NotFound } from "../http/errors.ts";
import { FileContent } from "../http/file-content.ts";
import { parseDuration } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { redirect } from "../http/responses.ts";
import { type CachedFile, FileCache } from "./file-cache.ts";
import { FileSender } from "./file-sender.ts";
import { FileTree } from "./file-tree.ts";
import { readFolder } from "./folder-listing.ts";
import { showFolder } from "./folder-page.ts";
import { codingsFor, endingOf, IDENTITY, isCompressible } from "./precompressed.ts";
import { decodeName } from "./static-name.ts";
import type { StaticOptions } from "./static-options.ts";

/** Serves what lies in a folder. */
export class StaticFolder {
  private readonly options: StaticOptions;
  private readonly tree: FileTree;
  private readonly indexes: readonly string[];
  private readonly cache: FileCache;
  private readonly sender: FileSender;

  /** @param root an absolute path. Throws a SetupError for a duration that is none. */
  constructor(root: string, options: StaticOptions) {
    const { dotfiles = "refuse", outsideLinks = "refuse", index = "index.html", recheck = 0 } = options;
    this.options = options;
    this.tree = new FileTree(root, dotfiles, outsideLinks);
    this.indexes = index === false ? [] : [index].flat();
    this.cache = new FileCache(parseDuration(recheck));
    this.sender = new FileSender(options);
  }

  /** Answers a request; `rest` is what follows the folder's own path, as sent, without a slash in front. */
  answer(request: Request, rest: string): unknown {
    const name = decodeName(rest);
    return name === "" || name.endsWith("/")
      ? this.answerFolder(request, name)
      : this.answerName(request, name);
  }

  private answerName(request: Request, name: string): Response | Promise<Response> {
    return this.options.precompressed === true && isCompressible(name)
      ? this.answerCompressed(request, name)
      : this.answerFile(request, name, IDENTITY);
  }

  /** Answers by the first coding that the client takes and that is there. */
  private async answerCompressed(request: Request, name: string): Promise<Response> {
    for (const coding of codingsFor(request.headers.get("accept-encoding"))) {
      if (coding === IDENTITY) break;
      try {
        return await this.answerFile(request, name, coding);
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
      }
    }
    return this.answerFile(request, name, IDENTITY);
  }

  private answerFile(request: Request, name: string, coding: string): Response | Promise<Response> {
    const key = `${coding}:${name}`;
    const cached = this.cache.get(key);
    if (cached === undefined) return this.load(request, name, coding);
    if (this.cache.isFresh(cached)) return this.sender.send(request, cached, coding);
    return this.cache.isCurrent(cached).then((isCurrent) => {
      if (isCurrent) return this.sender.send(request, cached, coding);
      this.cache.delete(key);
      return this.load(request, name, coding);
    });
  }

  private async load(request: Request, name: string, coding: string): Promise<Response> {
    const located = await this.tree.find(name + endingOf(coding));
    if (located === undefined || (located.isFolder && coding !== IDENTITY))
      return this.answerMissing(request, name, coding);
    if (located.isFolder) return this.addSlash(request);
    const content = await FileContent.open(located.realPath, coding === IDENTITY ? "" : coding);
    const contentType = this.sender.contentTypeOf(name);
    const file: CachedFile = { path: located.path, content, contentType, checkedAt: performance.now() };
    this.cache.set(`${coding}:${name}`, file);
    return this.sender.send(request, file, coding);
  }

  private answerMissing(request: Request, name: string, coding: string): Response | Promise<Response> {
    const { fallback } = this.options;
    if (fallback === undefined || coding !== IDENTITY || name === fallback) throw notThere();
    return this.answerName(request, fallback);
  }

  private async answerFolder(request: Request, name: string): Promise<unknown> {
    if (!request.path.endsWith("/")) return this.addSlash(request);
    for (const index of this.indexes) {
      const located = await this.tree.find(name + index);
      if (located?.isFolder === false) return this.answerName(request, name + index);
    }
    const located = this.canBrowse ? await this.tree.find(name) : undefined;
    return located?.isFolder === true
      ? this.browse(request, located.realPath, name)
      : this.answerMissing(request, name, IDENTITY);
  }

  private get canBrowse(): boolean {
    const { browse } = this.options;
    return browse !== undefined && browse !== false;
  }

  private async browse(request: Request, realPath: string, name: string): Promise<unknown> {
    const { browse, dotfiles = "refuse" } = this.options;
    const found = await readFolder(realPath, dotfiles, (path) => this.tree.canFollow(path));
    const depth = name.split("/").length - 1;
    const listing = { path: decodeName(request.path), depth, ...found };
    return typeof browse === "function" ? browse(request, listing) : showFolder(request, listing);
  }

  /** What stands on the page of a folder is relative to its path with a slash at the end. */
  private addSlash(request: Request): Response {
    if (this.indexes.length === 0 && !this.canBrowse) throw notThere();
    const { path, query } = request;
    const target = `./${path.slice(path.lastIndexOf("/") + 1)}/`;
    return redirect(query.raw === "" ? target : `${target}?${query.raw}`, { status: 301 });
  }
}

function notThere(): NotFound {
  return new NotFound("There is no such file");
}
