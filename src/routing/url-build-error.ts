import type { SetupErrorCode } from "../http/error-codes.ts";

/** Why `urlFor` cannot make a URL: an unknown route, a parameter that is missing or of the wrong type, an unknown host. */
export class UrlBuildError extends Error {
  readonly code: SetupErrorCode = "E_BAD_URL";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UrlBuildError";
  }
}
