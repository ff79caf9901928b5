import { selectEncoding, selectLanguage, selectMediaType } from "./accept.ts";
import { RequestCookies } from "./cookies.ts";
import { type Credentials, parseAuthorization } from "./credentials.ts";
import { BadRequest, UnsupportedMediaType } from "./errors.ts";
import { collectForm, type Form, parseUrlencodedForm } from "./form.ts";
import { defaultFormLimits, type FormLimits } from "./form-limits.ts";
import { parseJson } from "./json.ts";
import { checkLink } from "./link.ts";
import { type MediaType, parseMediaType } from "./media-type.ts";
import { readMultipart } from "./multipart.ts";
import type { Part } from "./part.ts";
import { QueryParameters } from "./query.ts";
import { logOfRequest, type RequestApp, type RequestLog, type RequestRoute } from "./request-app.ts";
import { RequestBody } from "./request-body.ts";
import { RequestHeaders } from "./request-headers.ts";
import type { LinkTarget, UrlFor, UrlOptions } from "./url-for.ts";

/** What was agreed on in a TLS handshake. */
export interface TlsDetails {
  /** `TLSv1.3` or `TLSv1.2`. */
  readonly protocol: string;
  readonly cipher: string;
  /** The host name the client asked for, `""` for none. */
  readonly serverName: string;
  /** Set when client certificates are asked for and the client sent one. */
  readonly clientCertificate:
    | {
        readonly subject: string;
        readonly issuer: string;
        readonly fingerprint256: string;
        readonly validTo: Date;
        /** Whether an authority of ours has signed it. */
        readonly isTrusted: boolean;
      }
    | undefined;
}

/** Who sent a request: the connection's other end. */
export interface Peer {
  /** IP address, `""` for unix sockets. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Whether the connection is under TLS. */
  readonly encrypted: boolean;
  /** Undefined without TLS. */
  readonly tls?: TlsDetails | undefined;
}

/** What a trusted proxy says of the client: always taken together. */
export interface ForwardedFacts {
  readonly ip: string;
  /** Undefined when the proxy does not say: the connection's own then. */
  readonly scheme: "http" | "https" | undefined;
  readonly host: string | undefined;
}

/** Decides which proxy to believe. */
export interface ForwardedPolicy {
  resolve(headers: RequestHeaders, peer: Peer): ForwardedFacts | undefined;
}

/** Sends what may go ahead of an answer. */
export interface InterimSender {
  /** @returns whether the links go out: never behind the head of the answer. */
  sendEarlyHints(request: Request, links: readonly string[]): boolean;
}

/** A head as a protocol's parser leaves it; its values are copied. */
export interface RequestSource {
  readonly method: string;
  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  readonly minorVersion: number;
  readonly target: {
    readonly path: string;
    readonly queryStart: number;
    readonly queryEnd: number;
    readonly authority: string;
  };
  /** The head as latin1; the query lies at the target's bounds, the field lines begin at `fieldsStart`. */
  readonly text: string;
  readonly fieldsStart: number;
}

const NO_PARAMETERS: Readonly<Record<string, unknown>> = Object.freeze({});
const NOT_FORWARDED: ForwardedFacts = Object.freeze({ ip: "", scheme: undefined, host: undefined });
const ACCEPTED_ID = /^[\w.~:/+=@-]{1,128}$/;
const NO_TRAILERS = new RequestHeaders("");
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"]);
const PORT = /:([0-9]*)$/;
const NO_SOURCE = { pull(): void {} };

/**
 * A request as handlers see it. Everything but `method` and `path` is worked out when first asked for.
 *
 * @example
 * ```ts
 * import { Spindash } from "spindash";
 *
 * const app = new Spindash("search");
 * app.get("/search", (req) => ({ q: req.query.get("q") ?? null, agent: req.headers.get("user-agent") ?? null }));
 * ```
 */
export class Request {
  /** As sent; methods are case-sensitive. */
  readonly method: string;
  /** The path as sent, percent-encoded, without the query. */
  readonly path: string;
  /** What stood in front of the path where an app is mounted, as sent; `""` otherwise. */
  readonly mountPath: string = "";
  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  private readonly minorVersion: number;
  /** Path parameters, converted; also handed to the handler as its second argument. */
  params: Readonly<Record<string, unknown>> = NO_PARAMETERS;
  /** Which proxies to believe, null for none. */
  forwardedPolicy: ForwardedPolicy | null = null;
  /** How much its form may have. */
  formLimits: FormLimits = defaultFormLimits;
  /** The route it came to, null when none fits. */
  route: RequestRoute | null = null;
  private appOrNone: RequestApp | null = null;
  private logOrNone: RequestLog | null = null;
  private readonly peer: Peer;
  private readonly head: string;
  private readonly fieldsStart: number;
  private readonly queryStart: number;
  private readonly queryEnd: number;
  private readonly authority: string;
  private bodyOrNone: RequestBody | null;
  private interimSender: InterimSender | null;
  private headersOrNone: RequestHeaders | null = null;
  private trailersOrNone: RequestHeaders | null = null;
  private queryOrNone: QueryParameters | null = null;
  private cookiesOrNone: RequestCookies | null = null;
  private contextOrNone: Record<string, unknown> | null = null;
  private abortion: AbortController | null = null;
  private abortReason: Error | null = null;
  private givenId = "";
  private forwardedOrNone: ForwardedFacts | null = null;

  constructor(
    source: RequestSource,
    peer: Peer,
    body: RequestBody | null,
    interimSender: InterimSender | null = null,
  ) {
    const { target } = source;
    this.method = source.method;
    this.path = target.path;
    this.minorVersion = source.minorVersion;
    this.peer = peer;
    this.head = source.text;
    this.fieldsStart = source.fieldsStart;
    this.queryStart = target.queryStart;
    this.queryEnd = target.queryEnd;
    this.authority = target.authority;
    this.bodyOrNone = body;
    this.interimSender = interimSender;
  }

  /** The whole URL as the client addressed it: scheme, host, path and query. */
  get url(): string {
    const query = this.queryStart < this.queryEnd ? `?${this.query.raw}` : "";
    // The asterisk stands for the server itself (RFC 9110 section 7.1).
    const path = this.path === "*" ? "" : this.path;
    return `${this.scheme}://${this.host}${this.mountPath}${path}${query}`;
  }

  /**
   * The request as an app sees it that is mounted at the beginning of its path: with the rest of the path, and parameters of
   * its own. Everything else, `ctx`, the body and the signal among it, is shared.
   *
   * @param mountPath the part of {@link Request.path} in front of that rest.
   */
  below(mountPath: string): Request {
    // Made when they are first asked for, and then the same for both.
    void [this.ctx, this.id, this.signal, this.body];
    const path = this.path.slice(mountPath.length);
    return Object.create(this, {
      path: { value: path === "" ? "/" : path, enumerable: true },
      mountPath: { value: this.mountPath + mountPath, enumerable: true },
    }) as Request;
  }

  /** Path and query as sent: what stood in the request line, for the usual form of a target. */
  get target(): string {
    return this.queryStart < this.queryEnd ? `${this.path}?${this.query.raw}` : this.path;
  }

  get httpVersion(): "1.0" | "1.1" {
    return this.minorVersion === 0 ? "1.0" : "1.1";
  }

  /** What a trusted proxy says of the client, undefined where none is believed (see the proxy settings). */
  get forwarded(): ForwardedFacts | undefined {
    if (this.forwardedPolicy === null) return undefined;
    this.forwardedOrNone ??= this.forwardedPolicy.resolve(this.headers, this.peer) ?? NOT_FORWARDED;
    return this.forwardedOrNone === NOT_FORWARDED ? undefined : this.forwardedOrNone;
  }

  /** `https` or `http`, by a trusted proxy's word, else by the connection. */
  get scheme(): "http" | "https" {
    const scheme = this.forwarded?.scheme;
    if (scheme !== undefined) return scheme;
    return this.peer.encrypted ? "https" : "http";
  }

  /** Host and port as the client named them, `""` if an HTTP/1.0 client did not. */
  get host(): string {
    const host = this.forwarded?.host;
    if (host !== undefined) return host;
    return this.authority !== "" ? this.authority : (this.headers.get("host") ?? "");
  }

  /** {@link Request.host} without its port; brackets around IPv6 addresses stay. */
  get hostname(): string {
    return this.host.replace(PORT, "");
  }

  /** The port the client addressed: that of {@link Request.host}, else the scheme's own. */
  get port(): number {
    const port = PORT.exec(this.host)?.[1] ?? "";
    if (port !== "") return Number(port);
    return this.scheme === "https" ? 443 : 80;
  }

  /** The port of the connection's other end, 0 where it is not known. */
  get remotePort(): number {
    return this.peer.remotePort;
  }

  /**
   * The whole URL of a route of the app, with the scheme and host the client used; see `app.urlFor`.
   *
   * @example
   * ```ts
   * import { redirect, Spindash } from "spindash";
   *
   * const app = new Spindash("shop");
   * app.get("/items/<id:int>", { name: "show" }, (_req, { id }) => ({ id }));
   * app.get("/latest", (req) => redirect(req.urlFor("show", { id: 7 })));
   * ```
   */
  get urlFor(): UrlFor {
    return (route: string | LinkTarget, parameters?: object, options?: UrlOptions): string =>
      this.app.linkFrom(this, route, parameters as Record<string, unknown>, options);
  }

  get query(): QueryParameters {
    this.queryOrNone ??= new QueryParameters(this.head.slice(this.queryStart, this.queryEnd));
    return this.queryOrNone;
  }

  get headers(): RequestHeaders {
    this.headersOrNone ??= new RequestHeaders(this.head, this.fieldsStart);
    return this.headersOrNone;
  }

  /**
   * The fields that came behind the body, such as a checksum of it (RFC 9110 section 6.5). None until the body was read
   * to its end. Fields that frame, route or authorise a message are refused there.
   */
  get trailers(): RequestHeaders {
    const lines = this.bodyOrNone?.trailers ?? "";
    if (lines === "") return NO_TRAILERS;
    this.trailersOrNone ??= new RequestHeaders(lines);
    return this.trailersOrNone;
  }

  get cookies(): RequestCookies {
    this.cookiesOrNone ??= new RequestCookies(this.headers.get("cookie"), this.appOrNone?.cookieKeys);
    return this.cookiesOrNone;
  }

  /** The client's address by a trusted proxy's word, else that of the connection's other end; `""` for unix sockets. */
  get ip(): string {
    return this.forwarded?.ip ?? this.peer.remoteAddress;
  }

  /** What was agreed on in the TLS handshake, undefined without TLS. */
  get tls(): TlsDetails | undefined {
    return this.peer.tls;
  }

  /** The app it came to. Throws an Error for a request that was made without one. */
  get app(): RequestApp {
    if (this.appOrNone !== null) return this.appOrNone;
    throw new Error("This request has come to no app: it was made by hand, or a server without one got it");
  }

  set app(app: RequestApp) {
    this.appOrNone = app;
  }

  /** The app's log, with {@link Request.id} in every line as `requestId`. */
  get log(): RequestLog {
    this.logOrNone ??= logOfRequest(this.app.log, this.id);
    return this.logOrNone;
  }

  /** Who the client says it is, by its `Authorization` field; undefined when that is missing or malformed. Check it! */
  get credentials(): Credentials | undefined {
    return parseAuthorization(this.headers.get("authorization"));
  }

  /** The token of `Authorization: Bearer …` (RFC 6750 section 2.1), else undefined. */
  get token(): string | undefined {
    const { credentials } = this;
    return credentials !== undefined && "token" in credentials && credentials.scheme === "bearer"
      ? credentials.token
      : undefined;
  }

  /** Whether the method only reads (RFC 9110 section 9.2.1). */
  get isSafe(): boolean {
    return SAFE_METHODS.has(this.method);
  }

  /** Whether sending it twice does what sending it once does (RFC 9110 section 9.2.2). */
  get isIdempotent(): boolean {
    return this.isSafe || this.method === "PUT" || this.method === "DELETE";
  }

  /** Whether caches may keep its answer (RFC 9110 section 9.2.3). */
  get isCacheable(): boolean {
    return this.method === "GET" || this.method === "HEAD";
  }

  /** The client's id for it, by the field that `requestIdHeader` names, where that is 1 to 128 harmless characters, else a new UUID. */
  get id(): string {
    if (this.givenId === "") {
      const sent = this.headers.get(this.appOrNone?.config.requestIdHeader ?? "x-request-id");
      this.givenId = sent !== undefined && ACCEPTED_ID.test(sent) ? sent : crypto.randomUUID();
    }
    return this.givenId;
  }

  /** A place for what middleware finds out about this request. */
  get ctx(): Record<string, unknown> {
    this.contextOrNone ??= {};
    return this.contextOrNone;
  }

  /**
   * Tells the client what it will need while the answer is still being made: 103 with a Link field for each of `links`
   * (RFC 8297). A hint only: HTTP/1.0 clients, servers that cannot send it and an answer that has begun leave it out.
   *
   * Throws a TypeError for what is no link. Some old clients take any first head for the answer, so send hints to
   * browsers rather than to everybody.
   *
   * @example
   * ```ts
   * import { html, Spindash } from "spindash";
   *
   * const app = new Spindash("shop");
   * app.get("/", async (req) => {
   *   req.earlyHints("</style.css>; rel=preload; as=style");
   *   const products = await Promise.resolve(["rings"]);
   *   return html(`<link rel="stylesheet" href="/style.css">${products}`);
   * });
   * ```
   *
   * @returns whether the hints go out.
   */
  earlyHints(links: string | readonly string[]): boolean {
    const checked = typeof links === "string" ? [checkLink(links)] : links.map(checkLink);
    if (this.interimSender === null || checked.length === 0) return false;
    return this.interimSender.sendEarlyHints(this, checked);
  }

  /**
   * Lets go of the HTTP connection, which has ended by a change of protocol while the request lives on.
   * @internal
   */
  leaveConnection(): void {
    this.interimSender = null;
  }

  /** Aborts when the client has left, when time is up or when the server gives up waiting; the reason says which. */
  get signal(): AbortSignal {
    if (this.abortion === null) {
      this.abortion = new AbortController();
      if (this.abortReason !== null) this.abortion.abort(this.abortReason);
    }
    return this.abortion.signal;
  }

  /** Whether {@link Request.signal} has aborted; asking costs nothing. */
  get isAborted(): boolean {
    return this.abortReason !== null;
  }

  /** Aborts {@link Request.signal}; the first reason stays. */
  abort(reason: Error): void {
    if (this.abortReason !== null) return;
    this.abortReason = reason;
    this.abortion?.abort(reason);
  }

  /** The parsed Content-Type, undefined when it is missing or malformed. */
  get mediaType(): MediaType | undefined {
    return parseMediaType(this.headers.get("content-type") ?? "");
  }

  /**
   * The offer the client likes best by its `Accept` field, the first of equals, undefined when it takes none of them. Offers are
   * media types, or extensions such as `"json"` and `"html"`. Throws a TypeError for an offer that is neither.
   *
   * @example
   * ```ts
   * import { html, Spindash } from "spindash";
   *
   * const app = new Spindash("formats");
   * app.get("/", (req) => (req.accepts("json", "html") === "html" ? html("<p>hello</p>") : { hello: "world" }));
   * ```
   */
  accepts<Offer extends string>(...offers: Offer[]): Offer | undefined {
    return selectMediaType(this.headers.get("accept"), offers);
  }

  /** The language the client likes best by its `Accept-Language` field, undefined when it takes none of them. */
  acceptsLanguage<Offer extends string>(...offers: Offer[]): Offer | undefined {
    return selectLanguage(this.headers.get("accept-language"), offers);
  }

  /**
   * The content coding the client likes best by its `Accept-Encoding` field, undefined when it takes none of them; offer
   * `"identity"` for the content as it is.
   */
  acceptsEncoding<Offer extends string>(...offers: Offer[]): Offer | undefined {
    return selectEncoding(this.headers.get("accept-encoding"), offers);
  }

  /** The body, to be read piece by piece: `for await (const chunk of req.body)`. */
  get body(): RequestBody {
    if (this.bodyOrNone === null) {
      this.bodyOrNone = new RequestBody(NO_SOURCE, 0, 0);
      this.bodyOrNone.finish();
    }
    return this.bodyOrNone;
  }

  /** Whether the request announced a body. */
  get hasBody(): boolean {
    return this.bodyOrNone !== null && this.bodyOrNone.declaredLength !== 0;
  }

  /** The whole body. */
  bytes(): Promise<Buffer> {
    return guarded(this.body.bytes());
  }

  /** The whole body as UTF-8; rejects with {@link BadRequest} when it is not. */
  text(): Promise<string> {
    return guarded(this.readText());
  }

  /**
   * The body as JSON, whatever its content type says. Rejects with {@link BadRequest} when it is malformed, saying where,
   * and when it has a key that would reach a prototype (`__proto__`, `constructor.prototype`).
   */
  json(): Promise<unknown> {
    return guarded(this.readJson());
  }

  /**
   * The body as a form, whole in memory: urlencoded, or multipart with files. Rejects with {@link UnsupportedMediaType}
   * for other content types, with a 413 past a limit of forms.
   */
  form(): Promise<Form> {
    return guarded(this.readForm());
  }

  /**
   * The parts of a multipart form as they arrive, no faster than they are read: for uploads too large for memory.
   *
   * @example
   * ```ts
   * import { Spindash } from "spindash";
   *
   * const app = new Spindash("uploads");
   * app.post("/upload", { bodyLimit: "2gb" }, async (req) => {
   *   let size = 0;
   *   for await (const part of req.multipart()) for await (const chunk of part) size += chunk.length;
   *   return { size };
   * });
   * ```
   */
  multipart(): AsyncGenerator<Part, void, void> {
    const { mediaType } = this;
    if (mediaType?.essence !== "multipart/form-data") {
      throw new UnsupportedMediaType("Expected an upload: Content-Type must be multipart/form-data", {
        code: "E_NO_FORM",
      });
    }
    return readMultipart(this.body, mediaType.parameters.get("boundary"), this.formLimits);
  }

  private async readText(): Promise<string> {
    return this.body.textIfComplete() ?? this.body.text();
  }

  private async readJson(): Promise<unknown> {
    const text = this.body.textIfComplete();
    return parseJson(text ?? (await this.body.text()));
  }

  private async readForm(): Promise<Form> {
    switch (this.mediaType?.essence) {
      case "application/x-www-form-urlencoded":
        return parseUrlencodedForm(await this.text(), { maximumFields: this.formLimits.formFieldLimit });
      case "multipart/form-data":
        return collectForm(this.multipart());
      default:
        throw new UnsupportedMediaType(
          "Expected a form: Content-Type must be application/x-www-form-urlencoded or multipart/form-data",
          { code: "E_NO_FORM" },
        );
    }
  }
}

/**
 * A handler that does not await what it reads at once must not bring the process down when the client's body is bad: a
 * rejection that nobody has taken by then would.
 */
function guarded<Value>(reading: Promise<Value>): Promise<Value> {
  reading.catch(ignore);
  return reading;
}

function ignore(): void {}
