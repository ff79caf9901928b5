/** Codes of the answers that Spindash itself gives in place of a handler's, each with when it is given. */
export const requestErrorCodes = {
  E_MALFORMED_REQUEST:
    "the bytes are no HTTP/1.1 request that this server takes, or one of its limits is passed",
  E_REQUEST_TIMEOUT: "head or body did not arrive in time",
  E_HANDLER_TIMEOUT: "the handler did not answer within `handlerTimeout`",
  E_TOO_MANY_CONNECTIONS: "the server has `maxConnections` already",
  E_NO_TUNNEL: "a client takes the server for a proxy",
  E_NO_ROUTE: "no route fits the path",
  E_METHOD_NOT_ALLOWED: "the path has routes for other methods only",
  E_MALFORMED_PATH: "a part of the path is not percent-encoded UTF-8",
  E_TOO_MANY_PARAMETERS: "the query has more parameters than are read",
  E_BODY_TOO_LARGE: "the body is past the `bodyLimit` of the route or the app",
  E_BODY_NOT_UTF8: "the body was read as text and is not UTF-8",
  E_MALFORMED_JSON: "the body was read as JSON and is none, or has a key that is not accepted",
  E_NO_FORM: "a form was read, and the content type is none of a form",
  E_MALFORMED_FORM: "a multipart form is malformed or ends early",
  E_FORM_TOO_LARGE: "a form is past one of the limits of forms",
  E_INVALID_INPUT: "a schema of the route refuses the request",
  E_ORIGIN_REFUSED: "a page of an origin that is not allowed opens a websocket",
  E_BAD_HANDSHAKE: "a websocket route was asked for something that is no handshake of a websocket",
  E_NO_WEBSOCKETS: "websockets need Spindash's own server",
} as const;

/** Codes of mistakes in how an app is put together, each with what is wrong. */
export const setupErrorCodes = {
  E_SETUP: "anything that has no code of its own",
  E_BAD_NAME: "an app or a blueprint has a name that is none",
  E_BAD_PATH: "the path of a route cannot be read",
  E_BAD_ROUTE: "a route lacks its handler, or has a method or an option that there is not",
  E_DUPLICATE_ROUTE: "two routes answer the same requests, or have the same name",
  E_BAD_URL: "`urlFor` cannot make a URL: a `UrlBuildError`",
  E_DUPLICATE_ERROR_HANDLER: "an error class has two handlers in one place",
  E_BAD_ERROR_HANDLER: "an error handler was given the wrong arguments",
  E_UNKNOWN_SETTING: "a setting that there is not",
  E_BAD_SETTING: "a setting that is missing or cannot be read",
  E_BAD_CONFIG_FILE: "a file of settings that cannot be read",
  E_BAD_QUANTITY: "a duration or a size that is none",
  E_BAD_SIGNAL: "a signal whose name is none, or was given the wrong arguments",
  E_BAD_TASK: "a task that is no function, or has an option that is none",
  E_BAD_SCHEDULE: "a schedule whose pattern or timezone cannot be read",
  E_BAD_TLS: "a certificate, its key or an option of TLS cannot be used",
  E_BAD_LISTENER: "a place to listen that cannot be had",
  E_MISSING_PEER: "an optional package is not installed",
} as const;

/** A code of a {@link SetupError}. */
export type SetupErrorCode = keyof typeof setupErrorCodes;

/** A code of an answer that Spindash gives itself. */
export type RequestErrorCode = keyof typeof requestErrorCodes;
