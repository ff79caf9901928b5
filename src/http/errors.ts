import { type Challenge, formatChallenge } from "./challenge.ts";
import { HttpError, type HttpErrorOptions } from "./http-error.ts";

export { HttpError, type HttpErrorOptions } from "./http-error.ts";

/** What an {@link Unauthorized} may carry besides its message. */
export interface UnauthorizedOptions extends HttpErrorOptions {
  /** One way to say who is asking: `{ scheme: "Bearer", realm: "shop" }`. */
  challenge?: Challenge;
}

/** 400: the request cannot be understood. */
export class BadRequest extends HttpError {
  constructor(message = "Bad Request", options?: HttpErrorOptions) {
    super(400, message, options);
  }
}

/** 401: who is asking is not known. `challenge` says how to tell, and becomes `WWW-Authenticate` (RFC 9110 section 11.6.1). */
export class Unauthorized extends HttpError {
  constructor(message = "Unauthorized", options: UnauthorizedOptions = {}) {
    const { challenge, ...others } = options;
    super(401, message, challenge === undefined ? others : withChallenge(others, challenge));
  }
}

/** 403: who is asking is known, and may not. */
export class Forbidden extends HttpError {
  constructor(message = "Forbidden", options?: HttpErrorOptions) {
    super(403, message, options);
  }
}

/** 404: nothing here. */
export class NotFound extends HttpError {
  constructor(message = "Not Found", options?: HttpErrorOptions) {
    super(404, message, options);
  }
}

/** 405: the path exists, the method does not; `Allow` lists those that do (RFC 9110 section 15.5.6). */
export class MethodNotAllowed extends HttpError {
  constructor(method: string, allowed: readonly string[], options?: HttpErrorOptions) {
    super(405, `Method ${method} is not allowed here; allowed: ${allowed.join(", ")}`, {
      ...options,
      headers: { ...options?.headers, allow: allowed.join(", ") },
    });
  }
}

/** 406: nothing that is here is what the client takes. */
export class NotAcceptable extends HttpError {
  constructor(message = "Not Acceptable", options?: HttpErrorOptions) {
    super(406, message, options);
  }
}

/** 408: the request did not arrive in time. */
export class RequestTimeout extends HttpError {
  constructor(message = "Request Timeout", options?: HttpErrorOptions) {
    super(408, message, options);
  }
}

/** 409: the request disagrees with the present state. */
export class Conflict extends HttpError {
  constructor(message = "Conflict", options?: HttpErrorOptions) {
    super(409, message, options);
  }
}

/** 410: it was here, and will not come back. */
export class Gone extends HttpError {
  constructor(message = "Gone", options?: HttpErrorOptions) {
    super(410, message, options);
  }
}

/** 412: what the request made a condition does not hold (RFC 9110 section 13). */
export class PreconditionFailed extends HttpError {
  constructor(message = "Precondition Failed", options?: HttpErrorOptions) {
    super(412, message, options);
  }
}

/** 413: the body is larger than the route allows. */
export class PayloadTooLarge extends HttpError {
  constructor(message = "Payload Too Large", options?: HttpErrorOptions) {
    super(413, message, options);
  }
}

/** 414: the request target is longer than `requestLineLimit`. */
export class UriTooLong extends HttpError {
  constructor(message = "URI Too Long", options?: HttpErrorOptions) {
    super(414, message, options);
  }
}

/** 415: the body has a media type that is not understood here. */
export class UnsupportedMediaType extends HttpError {
  constructor(message = "Unsupported Media Type", options?: HttpErrorOptions) {
    super(415, message, options);
  }
}

/** 416: the requested range is not in what is there; its whole length goes into `content-range` (RFC 9110 section 14.4). */
export class RangeNotSatisfiable extends HttpError {
  constructor(length: number, message = "Range Not Satisfiable", options?: HttpErrorOptions) {
    super(416, message, {
      ...options,
      headers: { ...options?.headers, "content-range": `bytes */${length}` },
    });
  }
}

/** 417: an `Expect` other than `100-continue`. */
export class ExpectationFailed extends HttpError {
  constructor(message = "Expectation Failed", options?: HttpErrorOptions) {
    super(417, message, options);
  }
}

/** 422: well formed, but its content is not acceptable. */
export class UnprocessableContent extends HttpError {
  constructor(message = "Unprocessable Content", options?: HttpErrorOptions) {
    super(422, message, options);
  }
}

/** 426: this place only speaks another protocol, named by `Upgrade`. */
export class UpgradeRequired extends HttpError {
  constructor(message = "Upgrade Required", options?: HttpErrorOptions) {
    super(426, message, options);
  }
}

/** 429: too many requests; `Retry-After` goes into `headers`. */
export class TooManyRequests extends HttpError {
  constructor(message = "Too Many Requests", options?: HttpErrorOptions) {
    super(429, message, options);
  }
}

/** 431: the header section is larger than `headLimit` or has more fields than `headerCountLimit`. */
export class HeaderFieldsTooLarge extends HttpError {
  constructor(message = "Request Header Fields Too Large", options?: HttpErrorOptions) {
    super(431, message, options);
  }
}

/** 500: the server is at fault. */
export class ServerError extends HttpError {
  constructor(message = "Internal Server Error", options?: HttpErrorOptions) {
    super(500, message, options);
  }
}

/** 501: the server cannot do this at all. */
export class NotImplemented extends HttpError {
  constructor(message = "Not Implemented", options?: HttpErrorOptions) {
    super(501, message, options);
  }
}

/** 502: another server that this one asked gave no usable answer. */
export class BadGateway extends HttpError {
  constructor(message = "Bad Gateway", options?: HttpErrorOptions) {
    super(502, message, options);
  }
}

/** 503: not now; `Retry-After` goes into `headers`. */
export class ServiceUnavailable extends HttpError {
  constructor(message = "Service Unavailable", options?: HttpErrorOptions) {
    super(503, message, options);
  }
}

/** 504: another server that this one asked did not answer in time. */
export class GatewayTimeout extends HttpError {
  constructor(message = "Gateway Timeout", options?: HttpErrorOptions) {
    super(504, message, options);
  }
}

/** 505: an HTTP version this server does not speak. */
export class HttpVersionNotSupported extends HttpError {
  constructor(message = "HTTP Version Not Supported", options?: HttpErrorOptions) {
    super(505, message, options);
  }
}

function withChallenge(options: HttpErrorOptions, challenge: Challenge): HttpErrorOptions {
  return { ...options, headers: { ...options.headers, "www-authenticate": formatChallenge(challenge) } };
}
