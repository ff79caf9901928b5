import type { Converter } from "./converter.ts";
import { MethodTable } from "./method-table.ts";
import { isOptional, type Pattern } from "./pattern.ts";
import { decodePercent } from "./percent-encoding.ts";
import type { Route } from "./route.ts";

/** A step of the tree that a whole type of segment can take. */
interface TypedChild<Value> {
  readonly converter: Converter;
  readonly node: Node<Value>;
}

interface TypedRest<Value> {
  readonly converter: Converter;
  readonly table: MethodTable<Value>;
}

/** A point of the tree: the segments on the way to it are a prefix of a pattern, names left out. */
export class Node<Value> {
  /** By decoded text. */
  readonly literals: Map<string, Node<Value>> = new Map();
  /** All types but `str` and `path`, more specific ones first. */
  readonly typed: TypedChild<Value>[] = [];
  /** The child any segment leads to (`str`). */
  any: Node<Value> | undefined = undefined;
  /** Who answers when the path ends here, without a slash. */
  exact: MethodTable<Value> | undefined = undefined;
  /** Who answers when the path ends here, with a slash. */
  slash: MethodTable<Value> | undefined = undefined;
  /** Who takes everything from here on (`path`). */
  rest: MethodTable<Value> | undefined = undefined;
  /** Who takes everything from here on that an expression fits. */
  typedRests: TypedRest<Value>[] | undefined = undefined;
}

/** Where a route is kept: the table, and how paths end that lead to it. */
export interface Place<Value> {
  readonly table: MethodTable<Value>;
  readonly ending: "" | "/";
}

/**
 * The places of a pattern's route, made where they are missing: two where both endings lead to it, and as many again where
 * its last parameter may be missing.
 */
export function placesFor<Value>(
  root: Node<Value>,
  pattern: Pattern,
  strictSlashes: boolean,
): Place<Value>[] {
  const last = pattern.segments.at(-1);
  const places: Place<Value>[] = [];
  let node = root;
  for (const segment of pattern.segments) {
    if (segment === last && isOptional(segment)) addEndings(places, node, root, pattern, strictSlashes);
    if (segment.kind === "parameter" && segment.converter.takesRest) {
      places.push({ table: restTable(node, segment.converter), ending: "" });
      return places;
    }
    node =
      segment.kind === "literal" ? literalChild(node, segment.text) : parameterChild(node, segment.converter);
  }
  addEndings(places, node, root, pattern, strictSlashes);
  return places;
}

function addEndings<Value>(
  places: Place<Value>[],
  node: Node<Value>,
  root: Node<Value>,
  { trailingSlash }: Pattern,
  strictSlashes: boolean,
): void {
  if (node !== root && !(strictSlashes && trailingSlash)) {
    node.exact ??= new MethodTable();
    places.push({ table: node.exact, ending: "" });
  }
  if (node === root || !strictSlashes || trailingSlash) {
    node.slash ??= new MethodTable();
    places.push({ table: node.slash, ending: "/" });
  }
}

/**
 * One walk through the tree, depth first in the order of precedence.
 *
 * Every node has one depth and one parent, so a walk meets each node at most once and tests it against one segment.
 * Backtracking therefore cannot multiply: the work is bounded by the number of registered segments times the length
 * of the segment each is tested against, whatever the path.
 */
export class Walk<Value> {
  readonly method: string;
  readonly path: string;
  /** Whether segments may hold percent-encoding. */
  readonly escaped: boolean;
  /** The parameters on the way to the route that was found: converted, `str` and `path` as they were sent. */
  readonly captured: unknown[] = [];
  /** How many of them there are. */
  count = 0;
  /** Methods of the routes that would have answered but for the method. */
  otherMethods: Set<string> | undefined = undefined;

  constructor(method: string, path: string) {
    this.method = method;
    this.path = path;
    this.escaped = path.includes("%");
  }

  /** The first route by precedence below `node`, for the part of the path from `start` on. */
  find(node: Node<Value>, start: number, depth: number): Route<Value> | undefined {
    const { path } = this;
    // One past the end when there was no slash after the segment before.
    if (start >= path.length) return this.#pick(start === path.length ? node.slash : node.exact, depth);
    const slash = path.indexOf("/", start);
    const end = slash === -1 ? path.length : slash;
    const route = end > start ? this.#findBySegment(node, start, end, depth) : undefined;
    return route ?? this.#findRest(node, start, depth);
  }

  #findRest(node: Node<Value>, start: number, depth: number): Route<Value> | undefined {
    if (node.rest === undefined && node.typedRests === undefined) return undefined;
    const sent = this.path.slice(start);
    const route = node.typedRests && this.#findTypedRest(node.typedRests, sent, depth);
    if (route !== undefined || node.rest === undefined) return route;
    this.captured[depth] = sent;
    return this.#pick(node.rest, depth + 1);
  }

  #findTypedRest(rests: readonly TypedRest<Value>[], sent: string, depth: number): Route<Value> | undefined {
    const text = decodePercent(sent);
    if (text === undefined) return undefined;
    for (const { converter, table } of rests) {
      const value = converter.convert(text);
      if (value === undefined) continue;
      this.captured[depth] = value;
      const route = this.#pick(table, depth + 1);
      if (route !== undefined) return route;
    }
    return undefined;
  }

  #findBySegment(node: Node<Value>, start: number, end: number, depth: number): Route<Value> | undefined {
    const sent = this.path.slice(start, end);
    const text = this.escaped ? decodePercent(sent) : sent;
    const route = text === undefined ? undefined : this.#findByText(node, text, end + 1, depth);
    if (route !== undefined || node.any === undefined) return route;
    this.captured[depth] = sent;
    return this.find(node.any, end + 1, depth + 1);
  }

  #findByText(node: Node<Value>, text: string, next: number, depth: number): Route<Value> | undefined {
    const literal = node.literals.get(text);
    if (literal !== undefined) {
      const route = this.find(literal, next, depth);
      if (route !== undefined) return route;
    }
    for (const { converter, node: child } of node.typed) {
      const value = converter.convert(text);
      if (value === undefined) continue;
      this.captured[depth] = value;
      const route = this.find(child, next, depth + 1);
      if (route !== undefined) return route;
    }
    return undefined;
  }

  #pick(table: MethodTable<Value> | undefined, count: number): Route<Value> | undefined {
    if (table === undefined) return undefined;
    this.count = count;
    const route = table.find(this.method);
    if (route === undefined) {
      // A table is empty where a registration was refused.
      for (const method of table.methods()) {
        this.otherMethods ??= new Set();
        this.otherMethods.add(method);
      }
    }
    return route;
  }
}

function literalChild<Value>(node: Node<Value>, text: string): Node<Value> {
  const known = node.literals.get(text);
  if (known !== undefined) return known;
  const child = new Node<Value>();
  node.literals.set(text, child);
  return child;
}

function parameterChild<Value>(node: Node<Value>, converter: Converter): Node<Value> {
  if (converter.name === "str") {
    node.any ??= new Node();
    return node.any;
  }
  const known = node.typed.find((child) => child.converter.name === converter.name);
  if (known !== undefined) return known.node;
  const child = { converter, node: new Node<Value>() };
  node.typed.push(child);
  node.typed.sort(moreSpecificFirst);
  return child.node;
}

function restTable<Value>(node: Node<Value>, converter: Converter): MethodTable<Value> {
  if (converter.name === "path") {
    node.rest ??= new MethodTable();
    return node.rest;
  }
  node.typedRests ??= [];
  const known = node.typedRests.find((rest) => rest.converter.name === converter.name);
  if (known !== undefined) return known.table;
  const rest = { converter, table: new MethodTable<Value>() };
  node.typedRests.push(rest);
  node.typedRests.sort(moreSpecificFirst);
  return rest.table;
}

function moreSpecificFirst(one: { converter: Converter }, other: { converter: Converter }): number {
  return other.converter.specificity - one.converter.specificity;
}
