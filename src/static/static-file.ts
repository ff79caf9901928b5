import { FileContent } from "../http/file-content.ts";
import { parseDuration } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { type CachedFile, FileCache } from "./file-cache.ts";
import { FileSender } from "./file-sender.ts";
import { IDENTITY } from "./precompressed.ts";
import type { StaticOptions } from "./static-options.ts";

/** Serves one file; the program has named it, so that it may be hidden or a link. */
export class StaticFile {
  private readonly path: string;
  private readonly cache: FileCache;
  private readonly sender: FileSender;

  /** @param path an absolute path. Throws a SetupError for a duration that is none. */
  constructor(path: string, options: StaticOptions) {
    this.path = path;
    this.cache = new FileCache(parseDuration(options.recheck ?? 0));
    this.sender = new FileSender(options);
  }

  answer(request: Request): Response | Promise<Response> {
    const cached = this.cache.get("");
    if (cached === undefined) return this.load(request);
    if (this.cache.isFresh(cached)) return this.sender.send(request, cached, IDENTITY);
    return this.cache
      .isCurrent(cached)
      .then((isCurrent) => (isCurrent ? this.sender.send(request, cached, IDENTITY) : this.load(request)));
  }

  private async load(request: Request): Promise<Response> {
    const { path } = this;
    const content = await FileContent.open(path);
    const contentType = this.sender.contentTypeOf(path);
    const file: CachedFile = { path, content, contentType, checkedAt: performance.now() };
    this.cache.set("", file);
    return this.sender.send(request, file, IDENTITY);
  }
}
