/** Why `urlFor` cannot make a URL: an unknown route, a parameter that is missing or of the wrong type, an unknown host. */
export class UrlBuildError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UrlBuildError";
  }
}
