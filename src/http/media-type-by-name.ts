import { createRequire } from "node:module";
import type * as mrmime from "mrmime";

const require = createRequire(import.meta.url);
/** Loaded when a file is first named: an app that names none starts without it. */
let mimes: Readonly<Record<string, string>> | undefined;

/** What clients ask for; the table has its alias `text/xml` (RFC 7303 section 9.2). */
const XML = "application/xml";

/**
 * The media type that goes with a file's extension, given alone or behind a name: `"html"`, `"page.html"`; undefined when
 * it is not known.
 */
export function mediaTypeByName(name: string): string | undefined {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (extension === "xml") return XML;
  mimes ??= (require("mrmime") as typeof mrmime).mimes;
  return Object.hasOwn(mimes, extension) ? mimes[extension] : undefined;
}

/** The same as a Content-Type: text is UTF-8 (XML says itself what it is), and what is not known is bytes. */
export function contentTypeByName(name: string): string {
  const mediaType = mediaTypeByName(name) ?? "application/octet-stream";
  return mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType;
}
