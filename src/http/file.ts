import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { type CacheOptions, formatCacheControl } from "./cache-control.ts";
import { findInside } from "./contained-file.ts";
import type { DotfilePolicy } from "./contained-path.ts";
import { fillWithContent } from "./content.ts";
import { formatContentDisposition } from "./content-disposition.ts";
import { DeferredResponse } from "./deferred-response.ts";
import { NotFound } from "./errors.ts";
import { FileContent } from "./file-content.ts";
import { contentTypeByName } from "./media-type-by-name.ts";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";
import type { TypedResponseOptions } from "./responses.ts";

/** Options of {@link file}. */
export interface FileOptions extends TypedResponseOptions, CacheOptions {
  /** Lets the client save the file under this name; `true` for the file's own name. @default false: show it */
  download?: boolean | string;
  /**
   * The folder that the path is below. Give it whenever the path comes from outside: what leads out of the folder, also by a
   * link, or to a hidden file, is a 404.
   */
  root?: string | URL;
  /** Hidden files below `root`. @default "refuse" */
  dotfiles?: DotfilePolicy;
}

/**
 * A file from the disk, with `ETag`, `Last-Modified`, conditional requests and ranges (RFC 9110 sections 13 and 14). Only short
 * files are in memory as a whole. The content type follows from the name.
 *
 * Answered by {@link NotFound} when there is no such file, by {@link PreconditionFailed} and {@link RangeNotSatisfiable} where
 * the request asks for it. Put files in place by renaming them: one that changes while it is sent cuts the connection.
 *
 * @param path a path, relative to the working directory or to `root`; or a `file:` URL.
 *
 * @example
 * ```ts
 * import { file, Spindash } from "spindash";
 *
 * const app = new Spindash("reports");
 * app.get("/report", () => file("./report.pdf", { download: "Report 2026.pdf" }));
 * app.get("/pictures/<name:path>", (_req, { name }) => file(name, { root: "./pictures", maxAge: "1h" }));
 * ```
 */
export function file(path: string | URL, options: FileOptions = {}): Response {
  return new FileResponse(toPath(path), options);
}

class FileResponse extends DeferredResponse {
  private readonly path: string;
  private readonly root: string | undefined;
  private readonly dotfiles: DotfilePolicy;
  private isComplete = false;

  constructor(path: string, options: FileOptions) {
    super(null, options.contentType ?? contentTypeByName(path), options);
    this.path = path;
    this.root = options.root === undefined ? undefined : toPath(options.root);
    this.dotfiles = options.dotfiles ?? "refuse";
    const { headers } = this;
    if (!headers.has("cache-control")) headers.set("cache-control", formatCacheControl(options));
    if (options.download !== undefined && options.download !== false) {
      const name = options.download === true ? basename(path) : options.download;
      headers.set("content-disposition", formatContentDisposition("attachment", name));
    }
  }

  complete(request: Request): Response | Promise<Response> {
    if (this.isComplete) return this;
    this.isComplete = true;
    return this.fill(request);
  }

  private async fill(request: Request): Promise<Response> {
    const path = this.root === undefined ? this.path : await findInside(this.root, this.path, this.dotfiles);
    if (path === undefined) throw new NotFound("There is no such file");
    return fillWithContent(this, request, await FileContent.open(path));
  }
}

function toPath(path: string | URL): string {
  return typeof path === "string" ? path : fileURLToPath(path);
}
