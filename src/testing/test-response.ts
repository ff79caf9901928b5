import { RequestHeaders } from "../http/request-headers.ts";
import type { ResponseBody } from "./response-body.ts";

/** Longer bodies are cut in error messages. */
const SHOWN_LENGTH = 200;

/** What came ahead of an answer's body. */
export interface ReceivedHead {
  readonly status: number;
  readonly headers: RequestHeaders;
  readonly earlyHints: readonly string[];
}

/**
 * An answer as a test client got it: its head is complete, its body may still be arriving.
 *
 * The body is read once: whole by `text()`, `json()` or `bytes()`, which may be called again, or piece by piece by
 * `for await (const piece of response.body)`.
 */
export class TestResponse {
  readonly status: number;
  /** Names without regard to case: `get`, `getAll`, `has`, and an iterator over all lines. */
  readonly headers: RequestHeaders;
  /** The links of every 103 that came ahead of this answer. */
  readonly earlyHints: readonly string[];
  readonly body: AsyncIterable<Buffer>;
  private readonly source: ResponseBody;
  private readonly label: string;

  constructor(head: ReceivedHead, body: ResponseBody, label: string) {
    this.status = head.status;
    this.headers = head.headers;
    this.earlyHints = head.earlyHints;
    this.body = body;
    this.source = body;
    this.label = label;
  }

  /** Whether the status is 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  /** The fields behind the body, for requests with `te: trailers`; none until the body has arrived. */
  get trailers(): RequestHeaders {
    return new RequestHeaders(this.source.trailers);
  }

  bytes(): Promise<Buffer> {
    return this.source.bytes();
  }

  /** The body as UTF-8. */
  async text(): Promise<string> {
    return (await this.bytes()).toString("utf8");
  }

  /** The body as JSON, whatever its content type says. Rejects when it is none, and shows it. */
  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch (error) {
      const shown = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
      throw new Error(`${this.label} was answered by ${this.status} and no JSON: ${JSON.stringify(shown)}`, {
        cause: error,
      });
    }
  }
}
