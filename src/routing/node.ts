import type { Converter } from "./converter.ts";
import type { MethodTable } from "./method-table.ts";

/** A step of the tree that a whole type of segment can take. */
export interface TypedChild<Value> {
  readonly converter: Converter;
  readonly node: Node<Value>;
}

export interface TypedRest<Value> {
  readonly converter: Converter;
  readonly table: MethodTable<Value>;
}

const SLASH = 0x2f;

/** A step of the tree that one text can take. */
interface LiteralChild<Value> {
  /** Percent-decoded. */
  readonly text: string;
  readonly node: Node<Value>;
}

/** More children than these are found by a map: below that, comparing them one by one is faster. */
const FEW = 4;

/** A point of the tree: the segments on the way to it are a prefix of a pattern, names left out. */
export class Node<Value> {
  readonly literals: LiteralChild<Value>[] = [];
  /** The same by text, once they are many. */
  literalMap: Map<string, Node<Value>> | undefined = undefined;
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

  /** Whether a literal stands in paths encoded only: what looks like it there is something else. */
  #holdsEncoded = false;
  /** Whether a segment could be taken in more ways than one: then a search may have to come back. */
  isFork = true;
  /** How long the text is that leads here, 0 for a parameter. */
  length = 0;

  /** Notes what can be taken from here, after a child was added. */
  settle(): void {
    const isLiteral = this.literals.length > 0 ? 1 : 0;
    const isAny = this.any === undefined ? 0 : 1;
    this.isFork =
      isLiteral + isAny !== 1 ||
      this.typed.length > 0 ||
      this.rest !== undefined ||
      this.typedRests !== undefined ||
      this.#holdsEncoded;
  }

  /** The child of a literal that stands at `start` of a path, before a slash or its end. */
  literalBefore(path: string, start: number): Node<Value> | undefined {
    const { literals } = this;
    if (this.literalMap !== undefined) {
      const slash = path.indexOf("/", start);
      return this.literalMap.get(path.slice(start, slash === -1 ? path.length : slash));
    }
    for (let index = 0; index < literals.length; index++) {
      const { text, node } = literals[index] as LiteralChild<Value>;
      const end = start + text.length;
      if ((end === path.length || path.charCodeAt(end) === SLASH) && path.startsWith(text, start))
        return node;
    }
    return undefined;
  }

  /** The child of a literal by its decoded text. */
  literalOf(text: string): Node<Value> | undefined {
    if (this.literalMap !== undefined) return this.literalMap.get(text);
    return this.literals.find((child) => child.text === text)?.node;
  }

  addLiteral(text: string): Node<Value> {
    const child = { text, node: new Node<Value>() };
    child.node.length = text.length;
    this.#holdsEncoded ||= /[/%]/.test(text);
    this.literals.push(child);
    if (this.literals.length > FEW)
      this.literalMap ??= new Map(this.literals.map(({ text, node }) => [text, node]));
    this.literalMap?.set(text, child.node);
    this.settle();
    return child.node;
  }
}
