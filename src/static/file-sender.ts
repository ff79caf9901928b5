import { formatCacheControl } from "../http/cache-control.ts";
import { fillWithContent } from "../http/content.ts";
import { contentTypeByName } from "../http/media-type-by-name.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { CachedFile } from "./file-cache.ts";
import { IDENTITY } from "./precompressed.ts";
import type { StaticOptions } from "./static-options.ts";

/** Makes responses of files. */
export class FileSender {
  private readonly options: StaticOptions;
  private readonly cacheControl: string;

  /** Throws a SetupError for a `maxAge` that is no duration. */
  constructor(options: StaticOptions) {
    this.options = options;
    this.cacheControl = formatCacheControl(options);
  }

  contentTypeOf(name: string): string {
    return this.options.contentType ?? contentTypeByName(name);
  }

  send(request: Request, { content, contentType }: CachedFile, coding: string): Response {
    const response = new Response(null, contentType);
    const { headers } = response;
    headers.set("cache-control", this.cacheControl);
    headers.set("x-content-type-options", "nosniff");
    if (coding !== IDENTITY) headers.set("content-encoding", coding);
    if (this.options.precompressed === true) headers.set("vary", "accept-encoding");
    if (this.options.headers !== undefined) headers.assign(this.options.headers);
    return fillWithContent(response, request, content);
  }
}
