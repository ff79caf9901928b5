import { SetupError } from "../http/setup-error.ts";
import { isOptional, type Segment, takesRest } from "./pattern.ts";
import type { Route } from "./route.ts";

/**
 * Routes of which neither is more definite, though some path fits both: they differ first in two expressions, or two kinds
 * of file names, that some text fits alike. No order could be explained, so the second one is refused.
 */
export class AmbiguityCheck<Value> {
  /** By what stands in their patterns before the first segment that could be ambiguous. */
  readonly #candidates: Map<string, { route: Route<Value>; methods: ReadonlySet<string> }[]> = new Map();

  /** @throws SetupError when another route is as definite as this one, and both answer some requests. */
  assertClear(route: Route<Value>, methods: ReadonlySet<string>): void {
    for (const other of this.#candidates.get(keyOf(route) ?? "") ?? []) {
      if ([...other.methods].every((method) => !methods.has(method)) || !areAmbiguous(route, other.route))
        continue;
      throw new SetupError(
        `Routes ${route.describe()} and ${other.route.describe()} are ambiguous: some paths fit both, and neither is more ` +
          `definite. Make their expressions exclude each other, or let one route decide.`,
      );
    }
  }

  add(route: Route<Value>, methods: ReadonlySet<string>): void {
    const key = keyOf(route);
    if (key === undefined) return;
    const candidates = this.#candidates.get(key) ?? [];
    candidates.push({ route, methods });
    this.#candidates.set(key, candidates);
  }
}

function keyOf({ pattern: { segments } }: Route<unknown>): string | undefined {
  const first = segments.findIndex(mayOverlap);
  return first === -1 ? undefined : segments.slice(0, first).map(shapeOf).join("/");
}

function mayOverlap(segment: Segment): boolean {
  return segment.kind === "parameter" && segment.converter.overlaps !== undefined;
}

/** What decides which requests a segment fits. */
function shapeOf(segment: Segment): string {
  return segment.kind === "literal" ? segment.encoded : `<${segment.converter.name}>`;
}

function areAmbiguous(one: Route<unknown>, other: Route<unknown>): boolean {
  const [ones, others] = [one.pattern.segments, other.pattern.segments];
  const first = ones.findIndex((segment, index) => {
    const otherSegment = others[index];
    return otherSegment === undefined || shapeOf(segment) !== shapeOf(otherSegment);
  });
  const [segment, otherSegment] = [ones[first], others[first]];
  if (segment?.kind !== "parameter" || otherSegment?.kind !== "parameter") return false;
  const [converter, otherConverter] = [segment.converter, otherSegment.converter];
  if (
    converter.specificity !== otherConverter.specificity ||
    converter.takesRest !== otherConverter.takesRest
  )
    return false;
  if (converter.overlaps?.(otherConverter) !== true) return false;
  return endAlike(one, other) && canMeet(ones.slice(first + 1), others.slice(first + 1));
}

/** Whether one path can end both patterns, as far as the slash at its end goes. */
function endAlike(one: Route<unknown>, other: Route<unknown>): boolean {
  const areStrict = one.strictSlashes && other.strictSlashes;
  return !areStrict || one.pattern.trailingSlash === other.pattern.trailingSlash;
}

/** Whether the same segments may fit both; in doubt they may. */
function canMeet(ones: readonly Segment[], others: readonly Segment[]): boolean {
  const [one, other] = [ones[0], others[0]];
  if (one === undefined) return other === undefined || isOptional(other);
  if (other === undefined) return isOptional(one);
  if (takesRest(one) || takesRest(other)) return true;
  return canShare(one, other) && canMeet(ones.slice(1), others.slice(1));
}

function canShare(one: Segment, other: Segment): boolean {
  if (one.kind === "literal") {
    return other.kind === "literal"
      ? one.text === other.text
      : other.converter.convert(one.text) !== undefined;
  }
  return other.kind === "literal" ? canShare(other, one) : true;
}
