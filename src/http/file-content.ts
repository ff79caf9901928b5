import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { ByteRange } from "./byte-range.ts";
import type { Content } from "./content.ts";
import { formatEntityTag } from "./entity-tag.ts";
import { NotFound } from "./errors.ts";
import type { BodyWriter } from "./response.ts";

/** Files up to this many bytes are read at once; longer ones piece by piece, while they are sent. */
export const SHORT_FILE: number = 64 * 1024;
const PIECE = 64 * 1024;
/** Opening a pipe would wait for its writer otherwise; Windows has neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** What a system says when there is no file to read under a name. */
const NOT_THERE = new Set([
  "ENOENT",
  "ENOTDIR",
  "ENAMETOOLONG",
  "ELOOP",
  "EISDIR",
  "ENXIO",
  "EINVAL",
  // A NUL in the name.
  "ERR_INVALID_ARG_VALUE",
]);

/** A file as it was when it was opened. */
export class FileContent implements Content {
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
  readonly bytes: Uint8Array | null;
  private readonly path: string;
  private readonly state: Stats;

  private constructor(path: string, state: Stats, bytes: Uint8Array | null, variant: string) {
    this.path = path;
    this.state = state;
    this.size = state.size;
    this.bytes = bytes;
    this.etag = fileTag(state, variant);
    // A date still to come would never be reached by those of clients (RFC 9110 section 8.8.2.1).
    this.lastModified = new Date(Math.min(state.mtimeMs, Date.now()));
  }

  /**
   * Rejects with {@link NotFound} when there is no ordinary file of that name.
   *
   * @param variant tells its entity tag from that of the same thing in another coding.
   */
  static open(path: string, variant = ""): Promise<FileContent> {
    return withFile(path, async (handle, state) => {
      const bytes = state.size <= SHORT_FILE ? await readShort(handle, state.size, path) : null;
      return new FileContent(path, state, bytes, variant);
    });
  }

  /** Whether the file of that state is still this one. */
  isCurrent(state: Stats): boolean {
    return isSameState(state, this.state);
  }

  /** Reads from the disk at the pace of the reader. Rejects when the file is not what it was. */
  write(out: BodyWriter, { start, end }: ByteRange): Promise<void> {
    return withFile(this.path, async (handle, state) => {
      if (!this.isCurrent(state)) throw changedMeanwhile(this.path);
      for (let at = start; at < end; ) {
        const piece = Buffer.allocUnsafeSlow(Math.min(PIECE, end - at));
        const { bytesRead } = await handle.read(piece, 0, piece.length, at);
        if (bytesRead === 0) throw changedMeanwhile(this.path);
        await out.write(piece.subarray(0, bytesRead));
        at += bytesRead;
      }
    });
  }
}

/** Whether the error of a file system means that there is no file to read under a name. */
export function isNotThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && NOT_THERE.has(String(error.code));
}

/** Opens an ordinary file, and closes it however `use` ends. */
async function withFile<Result>(
  path: string,
  use: (handle: FileHandle, state: Stats) => Promise<Result>,
): Promise<Result> {
  const handle = await open(path, FLAGS).catch((error: unknown) => {
    throw isNotThere(error) ? new NotFound("There is no such file", { cause: error }) : error;
  });
  try {
    const state = await handle.stat();
    if (!state.isFile()) throw new NotFound("There is no such file");
    return await use(handle, state);
  } finally {
    await handle.close();
  }
}

async function readShort(handle: FileHandle, size: number, path: string): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at);
    if (bytesRead === 0) throw changedMeanwhile(path);
    at += bytesRead;
  }
  return bytes;
}

function fileTag({ size, mtimeMs }: Stats, variant: string): string {
  const tag = `${size.toString(36)}-${Math.floor(mtimeMs * 1000).toString(36)}`;
  return formatEntityTag(variant === "" ? tag : `${tag}-${variant}`);
}

function isSameState(one: Stats, other: Stats): boolean {
  return (
    one.mtimeMs === other.mtimeMs &&
    one.size === other.size &&
    one.ino === other.ino &&
    one.ctimeMs === other.ctimeMs
  );
}

function changedMeanwhile(path: string): Error {
  return new Error(`${path} was changed while it was sent; put files in place by renaming them`);
}
