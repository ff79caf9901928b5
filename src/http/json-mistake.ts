import { hexValue } from "../protocol/http1/characters.ts";

/** Where and why a text is not JSON. */
export interface JsonMistake {
  /** `empty`: nothing but blanks. */
  readonly kind: "empty" | "malformed";
  /** Index of the first character that cannot stand where it does; the length of the text when it ends too early. */
  readonly offset: number;
  /** What was expected and what was found. */
  readonly problem: string;
}

/** What may come next, between two tokens. */
type Expected = "value" | "first item" | "key" | "first key" | "colon" | "comma" | "end";

const DESCRIPTIONS: Readonly<Record<Exclude<Expected, "comma">, string>> = {
  value: "a value",
  "first item": 'a value or "]"',
  key: "a key in double quotes",
  "first key": 'a key in double quotes or "}"',
  colon: 'a colon ":"',
  end: "nothing more",
};

/**
 * Finds the first mistake of a text by the grammar of RFC 8259; undefined for well-formed JSON.
 *
 * The messages of `JSON.parse` differ between engines and versions and do not always hold a position. This reads the text
 * a second time, so it is meant for texts `JSON.parse` has refused.
 */
export function findJsonMistake(text: string): JsonMistake | undefined {
  return new JsonReader(text).read();
}

/** One pass over the text; open brackets are kept in a list, so nesting of any depth costs no stack. */
class JsonReader {
  readonly #text: string;
  readonly #open: ("[" | "{")[] = [];
  #at = 0;
  #mistake: JsonMistake | undefined = undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonMistake | undefined {
    this.#skipBlanks();
    if (this.#at === this.#text.length)
      return { kind: "empty", offset: this.#at, problem: "there is no text" };
    let expected: Expected = "value";
    while (this.#mistake === undefined) {
      this.#skipBlanks();
      if (this.#at === this.#text.length && expected === "end") return undefined;
      expected = this.#step(expected);
    }
    return this.#mistake;
  }

  #step(expected: Expected): Expected {
    const character = this.#text.charAt(this.#at);
    switch (expected) {
      case "first item":
        return character === "]" ? this.#close() : this.#value(character, expected);
      case "value":
        return this.#value(character, expected);
      case "first key":
        return character === "}" ? this.#close() : this.#key(character, expected);
      case "key":
        return this.#key(character, expected);
      case "colon":
        return character === ":" ? this.#advance("value") : this.#fail(DESCRIPTIONS.colon);
      case "comma":
        return this.#separator(character);
      case "end":
        return this.#fail(DESCRIPTIONS.end);
    }
  }

  #value(character: string, expected: "value" | "first item"): Expected {
    switch (character) {
      case "{":
        this.#open.push("{");
        return this.#advance("first key");
      case "[":
        this.#open.push("[");
        return this.#advance("first item");
      case '"':
        return this.#string(this.#afterValue());
      case "t":
        return this.#word("true");
      case "f":
        return this.#word("false");
      case "n":
        return this.#word("null");
      default:
        return character === "-" || isDigit(character) ? this.#number() : this.#fail(DESCRIPTIONS[expected]);
    }
  }

  #key(character: string, expected: "key" | "first key"): Expected {
    return character === '"' ? this.#string("colon") : this.#fail(DESCRIPTIONS[expected]);
  }

  #separator(character: string): Expected {
    const inArray = this.#open.at(-1) === "[";
    if (character === ",") return this.#advance(inArray ? "value" : "key");
    const closing = inArray ? "]" : "}";
    return character === closing ? this.#close() : this.#fail(`a comma or "${closing}"`);
  }

  #close(): Expected {
    this.#open.pop();
    return this.#advance(this.#afterValue());
  }

  #afterValue(): Expected {
    return this.#open.length === 0 ? "end" : "comma";
  }

  #string(next: Expected): Expected {
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const character = this.#text.charAt(this.#at);
      if (character === '"') return this.#advance(next);
      if (character < " ") return this.#fail("control characters in strings to be escaped");
      if (character === "\\" && !this.#escape()) return next;
    }
    return this.#fail("a double quote that ends the string");
  }

  /** From the backslash to the last character of the escape. */
  #escape(): boolean {
    this.#at++;
    const character = this.#text.charAt(this.#at);
    if (character === "" || !'"\\/bfnrtu'.includes(character)) {
      this.#fail('one of " \\ / b f n r t u after a backslash');
      return false;
    }
    for (let digits = character === "u" ? 4 : 0; digits > 0; digits--) {
      this.#at++;
      if (hexValue(this.#text.charCodeAt(this.#at)) === -1) {
        this.#fail("four hexadecimal digits after \\u");
        return false;
      }
    }
    return true;
  }

  #word(word: string): Expected {
    for (const character of word) {
      if (!this.#isAt(character)) return this.#fail(word);
      this.#at++;
    }
    return this.#afterValue();
  }

  /** A leading zero stands alone; digits after it are not part of the number. */
  #number(): Expected {
    if (this.#isAt("-")) this.#at++;
    if (this.#isAt("0")) this.#at++;
    else if (!this.#skipDigits()) return this.#fail("a digit");
    if (this.#isAt(".")) {
      this.#at++;
      if (!this.#skipDigits()) return this.#fail("a digit after the decimal point");
    }
    if (this.#isAt("e") || this.#isAt("E")) {
      this.#at++;
      if (this.#isAt("+") || this.#isAt("-")) this.#at++;
      if (!this.#skipDigits()) return this.#fail("a digit in the exponent");
    }
    return this.#afterValue();
  }

  #skipDigits(): boolean {
    const start = this.#at;
    while (isDigit(this.#text.charAt(this.#at))) this.#at++;
    return this.#at > start;
  }

  #skipBlanks(): void {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #isAt(character: string): boolean {
    return this.#text.charAt(this.#at) === character;
  }

  #advance(next: Expected): Expected {
    this.#at++;
    return next;
  }

  /** Ends the reading; what is returned is not looked at. */
  #fail(expected: string): Expected {
    const problem = `expected ${expected}, found ${describeCharacter(this.#text, this.#at)}`;
    this.#mistake = { kind: "malformed", offset: this.#at, problem };
    return "end";
  }
}

/** Space, tab, line feed and carriage return. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

/** Only visible ASCII is repeated to the client as it is. */
function describeCharacter(text: string, at: number): string {
  const code = text.codePointAt(at);
  if (code === undefined) return "the end of the text";
  if (code > 0x20 && code < 0x7f) return code === 0x22 ? "a double quote" : `"${String.fromCharCode(code)}"`;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
