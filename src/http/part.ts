import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type HttpError, PayloadTooLarge } from "./errors.ts";

/** What a {@link Part} is made of. */
export interface PartFacts {
  name: string;
  filename: string | undefined;
  contentType: string;
  /** Bytes a field may have; files are limited by the body only. */
  fieldSizeLimit: number;
}

/**
 * One part of a multipart form while it arrives: a field or a file. Read it before asking for the next one; what is
 * left unread is skipped.
 */
export class Part implements AsyncIterable<Buffer> {
  /** The form field's name. */
  readonly name: string;
  /** The file's name as the client sent it, undefined for a field. Never use it as a path: see {@link Part.save}. */
  readonly filename: string | undefined;
  /** As sent, `text/plain` when the part says nothing. */
  readonly contentType: string;
  private readonly stream: Readable;
  private readonly limit: number;
  private readonly failure: () => HttpError | null;

  constructor(stream: Readable, facts: PartFacts, failure: () => HttpError | null) {
    this.stream = stream;
    this.name = facts.name;
    this.filename = facts.filename;
    this.contentType = facts.contentType;
    this.limit = facts.filename === undefined ? facts.fieldSizeLimit : Number.POSITIVE_INFINITY;
    this.failure = failure;
  }

  get isFile(): boolean {
    return this.filename !== undefined;
  }

  /** The whole part in memory. */
  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** The whole part as UTF-8. */
  async text(): Promise<string> {
    return (await this.bytes()).toString("utf8");
  }

  /**
   * Writes the part to a file that appears under `path` only when it is whole; nothing is left behind otherwise. `path` is
   * yours to choose: a client's file name may be anything, `../../etc/passwd` included.
   */
  async save(path: string): Promise<void> {
    const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
    try {
      await pipeline(Readable.from(this), createWriteStream(unfinished, { flags: "wx" }));
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  /** Pieces as they arrive. Rejects with a 400 when the form ends in the middle, with a 413 past a limit. */
  async *[Symbol.asyncIterator](): AsyncIterator<Buffer> {
    let size = 0;
    try {
      // Leaving early must not destroy the stream: the rest of the part has to be skipped.
      for await (const chunk of this.stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > this.limit)
          throw new PayloadTooLarge(`The form field ${this.name} is larger than ${this.limit} bytes`, {
            code: "E_FORM_TOO_LARGE",
          });
        yield chunk;
      }
    } catch (error) {
      throw this.failure() ?? error;
    }
    const failure = this.failure();
    if (failure !== null && !this.stream.readableEnded) throw failure;
  }
}
