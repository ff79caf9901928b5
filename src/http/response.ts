import { ResponseCookies } from "./cookies.ts";
import { checkFieldValue, type HeadersInit, ResponseHeaders } from "./response-headers.ts";
import type { TrailerProducer } from "./trailers.ts";

/** Where a streamed body goes. */
export interface BodyWriter {
  /**
   * Sends a piece of the body. Await it: it resolves when the client can take more, and rejects with the signal's
   * reason when the client has left.
   */
  write(chunk: string | Uint8Array): Promise<void> | undefined;
  /** Aborts when the client has left or the server stops. */
  readonly signal: AbortSignal;
  /** Aborts when the server begins to stop gracefully: what would go on for ever is to end then. Not there under other servers. */
  readonly stopping?: AbortSignal;
}

/** Writes a body piece by piece; the body ends when it returns. */
export interface BodyProducer {
  (out: BodyWriter): void | Promise<void>;
  /** Called in place of the function when its answer goes out without a body (HEAD, 204, 304) or not at all. */
  discard?(): void;
}

/** What a response can carry: text (sent as UTF-8), bytes, nothing, or a function that writes. */
export type ResponseBody = string | Uint8Array | null | BodyProducer;

/** What every response helper takes besides the body. */
export interface ResponseOptions {
  /** 200 to 599. @default 200 */
  status?: number;
  headers?: HeadersInit;
}

/** The content type that was checked last: nearly all responses of an app have one of a few. */
let checkedType = "";

/**
 * An answer: status, header fields, cookies and body. Handlers usually make one by a helper such as `text` or `json`.
 *
 * @example
 * ```ts
 * import { Response } from "spindash";
 *
 * const response = new Response("<a/>", "application/xml", { status: 201 });
 * response.cookies.set("theme", "dark");
 * console.assert(response.status === 201);
 * ```
 */
export class Response {
  body: ResponseBody;
  /** Gives the fields that go behind a streamed body, null for none. */
  trailers: TrailerProducer | null = null;
  private code = 200;
  /** The Content-Type while nobody has asked for `headers`; it moves into them then. */
  private type: string;
  private fields: ResponseHeaders | null = null;
  private jar: ResponseCookies | null = null;

  /**
   * Throws a TypeError for a content type or header that cannot be sent, a RangeError for a status outside 200 to 599.
   *
   * @param contentType `""` for none.
   */
  constructor(body: ResponseBody, contentType: string, options?: ResponseOptions) {
    if (contentType !== checkedType) checkedType = checkFieldValue("content-type", contentType);
    this.body = body;
    this.type = contentType;
    if (options === undefined) return;
    if (options.status !== undefined) this.status = options.status;
    if (options.headers !== undefined) this.headers.assign(options.headers);
  }

  get status(): number {
    return this.code;
  }

  /** Throws a RangeError outside 200 to 599. */
  set status(status: number) {
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`A response's status is a whole number from 200 to 599, not ${status}`);
    }
    this.code = status;
  }

  get headers(): ResponseHeaders {
    if (this.fields === null) {
      this.fields = new ResponseHeaders();
      if (this.type !== "") this.fields.set("content-type", this.type);
    }
    return this.fields;
  }

  get cookies(): ResponseCookies {
    this.jar ??= new ResponseCookies();
    return this.jar;
  }

  /** @internal Whether there are cookies that have to be sealed before the response can be sent. */
  get hasUnsealedCookies(): boolean {
    return this.jar?.hasUnsealed === true;
  }

  /** Header field lines as they go on the wire: all that were set, then the cookies. */
  fieldLines(): string {
    let lines =
      this.fields !== null ? this.fields.toLines() : this.type !== "" ? `content-type: ${this.type}\r\n` : "";
    if (this.jar !== null)
      for (const cookie of this.jar.toHeaderValues()) lines += `set-cookie: ${cookie}\r\n`;
    return lines;
  }

  /** The content type when it is the only field, else null. */
  get onlyField(): string | null {
    return this.fields === null && this.jar === null && this.type !== "" ? this.type : null;
  }

  /** The same as names and values. */
  *entries(): Generator<[name: string, value: string]> {
    yield* this.headers;
    if (this.jar !== null) for (const cookie of this.jar.toHeaderValues()) yield ["set-cookie", cookie];
  }

  /** Forgets a length that was set for a body that has its own: two readers of one length are one too many. */
  dropForeignLength(): void {
    const hasOwn = this.body !== null && typeof this.body !== "function";
    if (hasOwn && this.announcedLength() !== undefined) this.headers.delete("content-length");
  }

  /** Nobody will read the body: frees what it holds open. */
  discard(): void {
    if (typeof this.body === "function") this.body.discard?.();
  }

  /** The length the headers announce for a streamed body, or undefined. */
  announcedLength(): string | undefined {
    return this.fields?.get("content-length");
  }
}
