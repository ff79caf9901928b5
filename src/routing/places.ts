import type { Converter } from "./converter.ts";
import { MethodTable } from "./method-table.ts";
import { Node } from "./node.ts";
import { isOptional, type Pattern } from "./pattern.ts";

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

function literalChild<Value>(node: Node<Value>, text: string): Node<Value> {
  return node.literalOf(text) ?? node.addLiteral(text);
}

function parameterChild<Value>(node: Node<Value>, converter: Converter): Node<Value> {
  if (converter.name === "str") {
    node.any ??= new Node();
    node.settle();
    return node.any;
  }
  const known = node.typed.find((child) => child.converter.name === converter.name);
  if (known !== undefined) return known.node;
  const child = { converter, node: new Node<Value>() };
  node.typed.push(child);
  node.typed.sort(moreSpecificFirst);
  node.settle();
  return child.node;
}

function restTable<Value>(node: Node<Value>, converter: Converter): MethodTable<Value> {
  if (converter.name === "path") {
    node.rest ??= new MethodTable();
    node.settle();
    return node.rest;
  }
  node.typedRests ??= [];
  const known = node.typedRests.find((rest) => rest.converter.name === converter.name);
  if (known !== undefined) return known.table;
  const rest = { converter, table: new MethodTable<Value>() };
  node.typedRests.push(rest);
  node.typedRests.sort(moreSpecificFirst);
  node.settle();
  return rest.table;
}

function moreSpecificFirst(one: { converter: Converter }, other: { converter: Converter }): number {
  return other.converter.specificity - one.converter.specificity;
}
