import { BadRequest, NotImplemented } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import type { RequestBody } from "../http/request-body.ts";
import { parseHost } from "../routing/host.ts";
import { endToEndFields } from "./foreign-request.ts";

/** Answers web-standard requests: an app of Hono, h3, a worker. */
export type FetchHandler = (
  request: globalThis.Request,
) => globalThis.Response | Promise<globalThis.Response>;

/** The WHATWG URL parser takes these segments out of a path. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;
/** Web-standard requests cannot have them. */
const BODILESS = new Set(["GET", "HEAD"]);

/**
 * A request as a web-standard one. What the web's URLs and methods would change on the way is refused, so that both sides
 * see one request.
 *
 * @throws {BadRequest} for dot segments, backslashes and a host that is none.
 * @throws {NotImplemented} for methods that web-standard requests cannot have, and those they would spell in another way.
 */
export function toWebRequest(request: Request): globalThis.Request {
  const { method, path } = request;
  if (DOT_SEGMENT.test(path) || path.includes("\\"))
    throw new BadRequest("The path has dot segments or a backslash, which URLs read in another way");
  const host = request.host === "" ? "localhost" : request.host;
  if (parseHost(host) === undefined) throw new BadRequest("The host is no host name");
  const query = request.query.raw;
  const url = `${request.scheme}://${host}${path}${query === "" ? "" : `?${query}`}`;
  const body = request.hasBody && !BODILESS.has(method) ? toReadableStream(request.body) : null;
  const web = createRequest(url, {
    method,
    headers: endToEndFields(request),
    signal: request.signal,
    ...(body === null ? {} : { body, duplex: "half" }),
  });
  if (web.method !== method) throw new NotImplemented(`There is no method ${method} here`, { quiet: true });
  return web;
}

function createRequest(url: string, init: RequestInit): globalThis.Request {
  try {
    return new globalThis.Request(url, init);
  } catch (cause) {
    throw new NotImplemented("This request has no web-standard form", { cause, quiet: true });
  }
}

/** A body at the pace of its reader. */
function toReadableStream(body: RequestBody): ReadableStream<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await pieces.next();
        if (piece.done === true) controller.close();
        else controller.enqueue(piece.value);
      },
      async cancel() {
        await pieces.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
