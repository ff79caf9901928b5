import type { ByteRange } from "./byte-range.ts";
import type { Validators } from "./conditions.ts";
import { type Content, fillWithContent } from "./content.ts";
import { DeferredResponse } from "./deferred-response.ts";
import { parseEntityTag } from "./entity-tag.ts";
import type { Request } from "./request.ts";
import type { BodyWriter, Response, ResponseOptions } from "./response.ts";

/** Writes the bytes of a range, exactly as many as it has; called once for each range that is sent. */
export type RangeProducer = (out: BodyWriter, range: ByteRange) => void | Promise<void>;

/** Options of a stream whose size is known, so that a part of it can be asked for. */
export interface RangedStreamOptions extends ResponseOptions, Validators {
  contentType?: string;
  /** Bytes of the whole. */
  size: number;
}

/** A stream of known size: whole, ranges of it, or nothing where the client has it already. */
export class RangedStream extends DeferredResponse {
  private readonly content: Content;
  private isComplete = false;

  constructor(producer: RangeProducer, contentType: string, options: RangedStreamOptions) {
    super(null, contentType, options);
    const { size, etag, lastModified } = options;
    if (!Number.isSafeInteger(size) || size < 0)
      throw new RangeError(`A stream's size is a whole number of bytes, not ${size}`);
    if (etag !== undefined && parseEntityTag(etag) === undefined)
      throw new TypeError(`${JSON.stringify(etag)} is not an entity tag; write it with its quotes: '"v1"'`);
    this.content = { size, etag, lastModified, bytes: null, write: producer };
  }

  complete(request: Request): Response {
    if (this.isComplete) return this;
    this.isComplete = true;
    return fillWithContent(this, request, this.content);
  }
}
