import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { CacheOptions } from "../http/cache-control.ts";
import type { DotfilePolicy } from "../http/contained-path.ts";
import type { Duration } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import type { HeadersInit } from "../http/response-headers.ts";
import type { FolderListing } from "./folder-listing.ts";

/** Answers a request for a folder that has no index file. */
export type Browse = (request: Request, listing: FolderListing) => unknown;

/** How files are served. */
export interface StaticOptions extends CacheOptions {
  /** Further header fields of every file. @default {} */
  headers?: HeadersInit;
  /** Of every file; chosen by the name otherwise. */
  contentType?: string;
  /** Files that stand for their folder, the first that is there; `false` for none. @default "index.html" */
  index?: string | readonly string[] | false;
  /** Shows what is in a folder that has no index: on a page, as JSON to who asks for that, or as your function answers. @default false */
  browse?: boolean | Browse;
  /** A file below the folder that answers where there is none: for apps that route in the browser. @default none */
  fallback?: string;
  /** Send `.br`, `.zst` and `.gz` files that lie beside a file to clients that take them. @default false */
  precompressed?: boolean;
  /** Names that begin with a dot. @default "refuse" */
  dotfiles?: DotfilePolicy;
  /** Links that lead out of the folder. @default "refuse" */
  outsideLinks?: "refuse" | "follow";
  /** How long a file is taken for unchanged without looking at the disk. @default 0 */
  recheck?: Duration;
  /** What is served, where it is not there yet. @default what lies there now */
  kind?: "file" | "folder";
}

/** The absolute path of what is served. */
export function toAbsolutePath(target: string | URL): string {
  return resolve(typeof target === "string" ? target : fileURLToPath(target));
}
