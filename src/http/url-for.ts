export declare const parametersOf: unique symbol;

/** A route as far as links to it are concerned: what registering it gave. */
export interface LinkTarget<Parameters extends object = Record<string, unknown>> {
  readonly name: string;
  /** Never there: carries the types of the path's parameters. */
  readonly [parametersOf]?: Parameters;
}

/** A value of a query: `null` and `undefined` leave it out. */
export type QueryValue = string | number | bigint | boolean | null | undefined;

/** What a URL has besides its route and its parameters. */
export interface UrlOptions {
  /** Query parameters; a list repeats its name. @default none */
  query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
  /** What follows the `#`. @default none */
  anchor?: string;
  /** Whether it is whole, with scheme and host. @default false, true for `req.urlFor` and with `host` or `server` */
  external?: boolean;
  /** `"https"`; websocket routes make `wss` of it. @default the server's, the request's, else `"http"` */
  scheme?: string;
  /** The host, perhaps with its port. @default the route's, the request's, else the setting `serverName` */
  host?: string;
  /** Scheme and host in one: `"https://example.com:8443"`. @default none */
  server?: string;
}

/** The parameters of a route as its URL takes them: those that may be missing are optional. */
export type UrlParameters<Parameters> = {
  [Name in keyof Parameters as undefined extends Parameters[Name] ? never : Name]: Parameters[Name];
} & {
  [Name in keyof Parameters as undefined extends Parameters[Name] ? Name : never]?: Parameters[Name];
};

/** What follows a route in `urlFor`: its parameters where it needs some. */
export type UrlArguments<Parameters> =
  object extends UrlParameters<Parameters>
    ? [parameters?: UrlParameters<Parameters>, options?: UrlOptions]
    : [parameters: UrlParameters<Parameters>, options?: UrlOptions];

/**
 * Makes the URL of a route: by what registering it gave, checked by the compiler, or by its name, checked when it is
 * called. Parameters that the path does not have become query parameters.
 */
export interface UrlFor {
  <Parameters extends object>(route: LinkTarget<Parameters>, ...rest: UrlArguments<Parameters>): string;
  (name: string, parameters?: Readonly<Record<string, unknown>>, options?: UrlOptions): string;
}
