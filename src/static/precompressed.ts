import { selectEncoding } from "../http/accept.ts";
import { mediaTypeByName } from "../http/media-type-by-name.ts";

/** Content codings whose files may lie beside a file, in the order of our preference, with their endings. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["br", ".br"],
  ["zstd", ".zst"],
  ["gzip", ".gz"],
]);
export const IDENTITY = "identity";

/** What nobody compresses a second time is not looked for. */
const COMPRESSED = /^(?:image\/(?!svg|bmp|x-icon)|video\/|audio\/|font\/woff|application\/(?:zip|gzip|pdf))/;

/** Whether there may be compressed files beside a file of this name. */
export function isCompressible(name: string): boolean {
  return !COMPRESSED.test(mediaTypeByName(name) ?? "");
}

/** The codings to try for a client, the one it likes best first; what is there decides. */
export function codingsFor(acceptEncoding: string | undefined): string[] {
  if (acceptEncoding === undefined) return [IDENTITY];
  const offers = [...ENDINGS.keys(), IDENTITY];
  const codings: string[] = [];
  for (;;) {
    const best = selectEncoding(acceptEncoding, offers);
    if (best === undefined) return codings;
    codings.push(best);
    offers.splice(offers.indexOf(best), 1);
  }
}

/** What the name of a file in that coding ends with. */
export function endingOf(coding: string): string {
  return ENDINGS.get(coding) ?? "";
}
