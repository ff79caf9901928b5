import { type MediaType, parseMediaType } from "./media-type.ts";
import { mediaTypeByName } from "./media-type-by-name.ts";
import { type Preference, parsePreferences } from "./preferences.ts";

/** Offers are written in programs, so there are few; one that is made up from outside must not fill the memory. */
const MAXIMUM_KNOWN_OFFERS = 200;
const knownOffers = new Map<string, MediaType>();

/**
 * The offer that an `Accept` field likes best (RFC 9110 section 12.5.1), undefined when it takes none of them.
 *
 * Each offer has the weight of the most specific range that covers it; among equals the first offer wins. Without a
 * field everything is welcome.
 *
 * @param offers media types, or extensions that stand for one: `"json"`, `"html"`, `"text"`.
 * @throws {TypeError} for an offer that is neither.
 *
 * @example
 * ```ts
 * import { selectMediaType } from "spindash";
 *
 * const accept = "text/html, application/*;q=0.8";
 * console.assert(selectMediaType(accept, ["json", "html"]) === "html");
 * console.assert(selectMediaType(accept, ["text/csv"]) === undefined);
 * ```
 */
export function selectMediaType<Offer extends string>(
  accept: string | undefined,
  offers: readonly Offer[],
): Offer | undefined {
  const types = offers.map(readOffer);
  if (accept === undefined) return offers[0];
  const ranges = parsePreferences(accept);
  return bestOffer(offers, (_offer, index) => qualityOfType(ranges, types[index] as MediaType));
}

/**
 * The offered language that an `Accept-Language` field likes best (RFC 9110 section 12.5.4), undefined when it takes none.
 *
 * `en` in the field covers the offer `en-GB` (basic filtering, RFC 4647 section 3.3.1); `en-GB` in the field falls back to
 * the offer `en` (lookup, section 3.4). Among equals the first offer wins. Without a field every language is welcome.
 *
 * @example
 * ```ts
 * import { selectLanguage } from "spindash";
 *
 * console.assert(selectLanguage("de-CH, en;q=0.5", ["en", "de"]) === "de");
 * ```
 */
export function selectLanguage<Offer extends string>(
  acceptLanguage: string | undefined,
  offers: readonly Offer[],
): Offer | undefined {
  if (acceptLanguage === undefined) return offers[0];
  const ranges = parsePreferences(acceptLanguage);
  return bestOffer(offers, (offer) => qualityOfLanguage(ranges, offer.toLowerCase()));
}

/**
 * The offered coding that an `Accept-Encoding` field likes best (RFC 9110 section 12.5.3), undefined when it takes none.
 *
 * `identity`, no coding at all, is welcome unless the field refuses it, and comes last unless the field names it. Without a
 * field nothing but `identity` is sure to be understood. `x-gzip` and `gzip` are the same.
 *
 * @example
 * ```ts
 * import { selectEncoding } from "spindash";
 *
 * console.assert(selectEncoding("gzip, deflate, br", ["br", "gzip", "identity"]) === "br");
 * console.assert(selectEncoding(undefined, ["br", "gzip", "identity"]) === "identity");
 * ```
 */
export function selectEncoding<Offer extends string>(
  acceptEncoding: string | undefined,
  offers: readonly Offer[],
): Offer | undefined {
  const codings = parsePreferences(acceptEncoding ?? "");
  return bestOffer(offers, (offer) => qualityOfCoding(codings, offer.toLowerCase()));
}

function bestOffer<Offer extends string>(
  offers: readonly Offer[],
  qualityOf: (offer: Offer, index: number) => number,
): Offer | undefined {
  let best: Offer | undefined;
  let highest = 0;
  for (const [index, offer] of offers.entries()) {
    const quality = qualityOf(offer, index);
    if (quality <= highest) continue;
    highest = quality;
    best = offer;
  }
  return best;
}

function readOffer(offer: string): MediaType {
  const known = knownOffers.get(offer);
  if (known !== undefined) return known;
  const written = offer.includes("/") ? offer : mediaTypeByName(offer);
  const mediaType = written === undefined ? undefined : parseMediaType(written);
  if (mediaType === undefined || offer.includes("*")) {
    throw new TypeError(
      `${JSON.stringify(offer)} cannot be offered: expected a media type such as "text/csv", or an extension such as "json" or "html"`,
    );
  }
  if (knownOffers.size < MAXIMUM_KNOWN_OFFERS) knownOffers.set(offer, mediaType);
  return mediaType;
}

/** The weight of the range that describes the type most closely, 0 when none covers it. */
function qualityOfType(ranges: readonly Preference[], type: MediaType): number {
  let closest = -1;
  let quality = 0;
  for (const range of ranges) {
    const closeness = closenessToType(range, type);
    if (closeness <= closest) continue;
    closest = closeness;
    quality = range.quality;
  }
  return quality;
}

/** -1 for a range that does not cover the type; parameters count on top of what the range names. */
function closenessToType({ value, parameters }: Preference, type: MediaType): number {
  const named = value === type.essence ? 2000 : value === `${type.type}/*` ? 1000 : value === "*/*" ? 0 : -1;
  if (named === -1) return -1;
  for (const [name, wanted] of parameters) if (!hasParameter(type, name, wanted)) return -1;
  return named + parameters.size;
}

function hasParameter(type: MediaType, name: string, wanted: string): boolean {
  if (name !== "charset") return type.parameters.get(name) === wanted;
  // What says nothing of its charset is sent as UTF-8.
  return (type.charset ?? "utf-8") === wanted.toLowerCase();
}

function qualityOfLanguage(ranges: readonly Preference[], language: string): number {
  let longest = -1;
  let quality = 0;
  let fallback = 0;
  for (const { value, quality: weight } of ranges) {
    const covers = value === "*" || value === language || language.startsWith(`${value}-`);
    const length = value === "*" ? 0 : value.length;
    if (covers && length > longest) {
      longest = length;
      quality = weight;
    }
    if (value.startsWith(`${language}-`)) fallback = Math.max(fallback, weight);
  }
  // A more special wish for the language says more of it than the asterisk.
  return longest <= 0 && fallback > 0 ? fallback : quality;
}

/** Below every weight that a field can give. */
const LEAST = 0.0001;

function qualityOfCoding(codings: readonly Preference[], coding: string): number {
  const wanted = withoutAlias(coding);
  const named = codings.find(({ value }) => withoutAlias(value) === wanted);
  if (named !== undefined) return named.quality;
  const rest = codings.find(({ value }) => value === "*");
  if (wanted === "identity") return rest?.quality === 0 ? 0 : LEAST;
  return rest?.quality ?? 0;
}

function withoutAlias(coding: string): string {
  return coding === "x-gzip" ? "gzip" : coding;
}
