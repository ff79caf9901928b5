import { finished } from "node:stream/promises";
import { parseFormDataDisposition } from "./content-disposition.ts";
import { BadRequest, HttpError, PayloadTooLarge } from "./errors.ts";
import type { FormLimits } from "./form-limits.ts";
import { Part } from "./part.ts";

/** The streaming splitter of the multipart library, as far as it is used here. */
type Splitter = import("@fastify/busboy").Dicer;
type PartStream = Parameters<Extract<Parameters<Splitter["on"]>[1], (stream: never) => void>>[0];
type PartHeaders = Readonly<Record<string, readonly string[]>>;

const MAXIMUM_BOUNDARY = 70;
const HEADER_BYTES = 16 * 1024;

/**
 * Reads a multipart form part by part, as it arrives and no faster than the parts are read (RFC 7578, RFC 2046 section 5.1).
 *
 * Throws {@link BadRequest} when the form is malformed or ends early, {@link PayloadTooLarge} past a limit.
 */
export async function* readMultipart(
  body: AsyncIterable<Buffer>,
  boundary: string | undefined,
  limits: FormLimits,
): AsyncGenerator<Part, void, void> {
  if (boundary === undefined || boundary === "" || boundary.length > MAXIMUM_BOUNDARY) {
    throw new BadRequest(
      `A multipart form needs a boundary of 1 to ${MAXIMUM_BOUNDARY} characters in its Content-Type`,
      { code: "E_MALFORMED_FORM" },
    );
  }
  // Loaded with the first multipart form: most apps never see one.
  const { Dicer } = await import("@fastify/busboy");
  const config = { boundary, maxHeaderPairs: limits.formPartHeaderLimit + 1, maxHeaderSize: HEADER_BYTES };
  const reader = new MultipartReader(new Dicer(config), limits);
  const feeding = reader.feed(body);
  try {
    for (let part = await reader.next(); part !== undefined; part = await reader.next()) yield part;
  } finally {
    reader.stop();
    await feeding;
  }
}

class MultipartReader {
  private readonly splitter: Splitter;
  private readonly limits: FormLimits;
  private readonly parts: Part[] = [];
  private readonly streams: PartStream[] = [];
  private current: PartStream | null = null;
  private failure: HttpError | null = null;
  private isFinished = false;
  private isStopped = false;
  private fields = 0;
  private files = 0;
  private wake: (() => void) | null = null;
  private endWrite: () => void = () => {};

  constructor(splitter: Splitter, limits: FormLimits) {
    this.splitter = splitter;
    this.limits = limits;
    splitter.on("part", (stream: PartStream) => this.expect(stream));
    splitter.on("finish", () => this.finish());
    splitter.on("error", (error: Error) =>
      this.fail(
        new BadRequest("The multipart form is malformed or ends early", {
          code: "E_MALFORMED_FORM",
          cause: error,
        }),
      ),
    );
  }

  /** Hands the body to the splitter at its pace; failures reach whoever reads the parts. */
  async feed(body: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of body) {
        await this.write(chunk);
        if (this.isStopped) return;
      }
      this.splitter.end();
    } catch (error) {
      this.fail(
        error instanceof HttpError
          ? error
          : new BadRequest("The multipart form could not be read", {
              code: "E_MALFORMED_FORM",
              cause: error,
            }),
      );
    }
  }

  /** The next part, undefined at the end; skips what is left of the one before. */
  async next(): Promise<Part | undefined> {
    if (this.current !== null) await skip(this.current);
    for (;;) {
      if (this.failure !== null) throw this.failure;
      const part = this.parts.shift();
      this.current = this.streams.shift() ?? null;
      if (part !== undefined) return part;
      if (this.isFinished) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Nobody reads on: lets the feeding end. */
  stop(): void {
    this.isStopped = true;
    for (const stream of [this.current, ...this.streams]) stream?.resume();
    // A splitter whose parts are not read any more never calls back.
    this.endWrite();
  }

  private write(chunk: Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.endWrite = resolve;
      if (this.isStopped || this.failure !== null || !this.splitter.writable) resolve();
      else this.splitter.write(chunk, () => resolve());
    });
  }

  private expect(stream: PartStream): void {
    let isKnown = false;
    stream.on("error", () => {});
    stream.on("header", (headers: object) => {
      isKnown = true;
      this.accept(stream, headers as PartHeaders);
    });
    stream.on("end", () => {
      if (!isKnown)
        this.fail(
          new BadRequest("A part of the multipart form has no header fields", { code: "E_MALFORMED_FORM" }),
        );
    });
  }

  private accept(stream: PartStream, headers: PartHeaders): void {
    const { formPartHeaderLimit, formFieldSizeLimit } = this.limits;
    const count = Object.values(headers).reduce((sum, values) => sum + values.length, 0);
    const disposition = parseFormDataDisposition(headers["content-disposition"]?.[0] ?? "");
    const problem =
      count > formPartHeaderLimit
        ? new PayloadTooLarge(`A part of the form has more than ${formPartHeaderLimit} header fields`, {
            code: "E_FORM_TOO_LARGE",
          })
        : disposition === undefined
          ? new BadRequest("A part of the form has no Content-Disposition: form-data with a name", {
              code: "E_MALFORMED_FORM",
            })
          : this.count(disposition.filename !== undefined);
    if (problem !== null || disposition === undefined) {
      stream.resume();
      if (problem !== null) this.fail(problem);
      return;
    }
    const contentType = headers["content-type"]?.[0] ?? "text/plain";
    const facts = { ...disposition, contentType, fieldSizeLimit: formFieldSizeLimit };
    this.parts.push(new Part(stream, facts, () => this.failure));
    this.streams.push(stream);
    this.wakeUp();
  }

  private count(isFile: boolean): HttpError | null {
    const { formFieldLimit, formFileLimit } = this.limits;
    if (isFile) {
      return ++this.files > formFileLimit
        ? new PayloadTooLarge(`The form has more than ${formFileLimit} files`, { code: "E_FORM_TOO_LARGE" })
        : null;
    }
    return ++this.fields > formFieldLimit
      ? new PayloadTooLarge(`The form has more than ${formFieldLimit} fields`, { code: "E_FORM_TOO_LARGE" })
      : null;
  }

  private finish(): void {
    this.isFinished = true;
    this.wakeUp();
  }

  private fail(error: HttpError): void {
    if (this.failure !== null) return;
    this.failure = error;
    this.stop();
    for (const stream of [this.current, ...this.streams]) stream?.destroy(error);
    this.wakeUp();
  }

  private wakeUp(): void {
    const { wake } = this;
    this.wake = null;
    wake?.();
  }
}

async function skip(stream: PartStream): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return;
  stream.resume();
  // A form that ends early fails in the splitter, which knows more than the stream.
  await finished(stream).catch(() => {});
}
