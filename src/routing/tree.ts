import type { Converter } from "./converters.ts";
import { MethodTable } from "./method-table.ts";
import { type Pattern, takesRest } from "./pattern.ts";
import { decodePercent } from "./percent-encoding.ts";
import type { Route } from "./route.ts";

/** A step of the tree that a whole type of segment can take. */
interface TypedChild<Value> {
  readonly converter: Converter;
  readonly node: Node<Value>;
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
}

/** Where a route is kept: the table, and how paths end that lead to it. */
export interface Place<Value> {
  readonly table: MethodTable<Value>;
  readonly ending: "" | "/";
}

/** The places of a pattern's route, made where they are missing: two when both endings lead to it. */
export function placesFor<Value>(
  root: Node<Value>,
  pattern: Pattern,
  strictSlashes: boolean,
): Place<Value>[] {
  let node = root;
  for (const segment of pattern.segments) {
    if (takesRest(segment)) {
      node.rest ??= new MethodTable();
      return [{ table: node.rest, ending: "" }];
    }
    node =
      segment.kind === "literal" ? literalChild(node, segment.text) : parameterChild(node, segment.converter);
  }
  const places: Place<Value>[] = [];
  if (node !== root && !(strictSlashes && pattern.trailingSlash)) {
    node.exact ??= new MethodTable();
    places.push({ table: node.exact, ending: "" });
  }
  if (node === root || !strictSlashes || pattern.trailingSlash) {
    node.slash ??= new MethodTable();
    places.push({ table: node.slash, ending: "/" });
  }
  return places;
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
    if (start >= path.length) return this.#pick(start === path.length ? node.slash : node.exact);
    const slash = path.indexOf("/", start);
    const end = slash === -1 ? path.length : slash;
    const route = end > start ? this.#findBySegment(node, start, end, depth) : undefined;
    if (route !== undefined || node.rest === undefined) return route;
    this.captured[depth] = path.slice(start);
    return this.#pick(node.rest);
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

  #pick(table: MethodTable<Value> | undefined): Route<Value> | undefined {
    if (table === undefined) return undefined;
    const route = table.find(this.method);
    if (route === undefined) {
      this.otherMethods ??= new Set();
      for (const method of table.methods()) this.otherMethods.add(method);
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
  const known = node.typed.find((child) => child.converter === converter);
  if (known !== undefined) return known.node;
  const child = { converter, node: new Node<Value>() };
  node.typed.push(child);
  node.typed.sort((one, other) => other.converter.specificity - one.converter.specificity);
  return child.node;
}
