import { SPACE, TAB, TOKEN } from "../http1/characters.ts";
import { isToken } from "./token-list.ts";

/** A parameter of an extension; its value is undefined where it has none. */
export type ExtensionParameter = readonly [name: string, value: string | undefined];

/** An extension as offered or agreed on, its parameters as they are written, repeated ones included. */
export interface Extension {
  readonly name: string;
  readonly parameters: readonly ExtensionParameter[];
}

const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads `Sec-WebSocket-Extensions` (RFC 6455 section 9.1).
 *
 * @returns undefined when it is malformed, which must fail the handshake.
 */
export function parseExtensions(field: string): Extension[] | undefined {
  const reader = new ExtensionReader(field);
  const extensions: Extension[] = [];
  for (;;) {
    // Lists may have empty members (RFC 9110 section 5.6.1).
    while (reader.skip(COMMA)) {}
    if (reader.isAtEnd) return extensions.length === 0 ? undefined : extensions;
    const extension = reader.readExtension();
    if (extension === undefined || !(reader.isAtEnd || reader.skip(COMMA))) return undefined;
    extensions.push(extension);
  }
}

/** Writes an extension with its parameters, whose values must be tokens. */
export function formatExtension({ name, parameters }: Extension): string {
  const written = parameters.map(([key, value]) => (value === undefined ? key : `${key}=${value}`));
  return [name, ...written].join("; ");
}

/** A place in the field that moves over what it reads. */
class ExtensionReader {
  private readonly field: string;
  private at = 0;

  constructor(field: string) {
    this.field = field;
    this.skipBlanks();
  }

  get isAtEnd(): boolean {
    return this.at >= this.field.length;
  }

  /** Passes a delimiter with the blanks behind it, if it is next. */
  skip(delimiter: number): boolean {
    if (this.field.charCodeAt(this.at) !== delimiter) return false;
    this.at++;
    this.skipBlanks();
    return true;
  }

  readExtension(): Extension | undefined {
    const name = this.readToken();
    if (name === "") return undefined;
    this.skipBlanks();
    const parameters: ExtensionParameter[] = [];
    while (this.skip(SEMICOLON)) {
      const parameter = this.readParameter();
      if (parameter === undefined) return undefined;
      parameters.push(parameter);
      this.skipBlanks();
    }
    return { name, parameters };
  }

  private readParameter(): ExtensionParameter | undefined {
    const name = this.readToken();
    if (name === "") return undefined;
    if (this.field.charCodeAt(this.at) !== EQUALS) return [name, undefined];
    this.at++;
    const isQuoted = this.field.charCodeAt(this.at) === QUOTE;
    const value = isQuoted ? this.readQuoted() : this.readToken();
    // A quoted value must be a token, too, once its quotes are gone.
    return isToken(value) ? [name, value] : undefined;
  }

  private readToken(): string {
    const start = this.at;
    while (TOKEN[this.field.charCodeAt(this.at)] === 1) this.at++;
    return this.field.slice(start, this.at);
  }

  /** The value of a quoted string; empty when it does not end. */
  private readQuoted(): string {
    let value = "";
    for (this.at++; !this.isAtEnd; this.at++) {
      const code = this.field.charCodeAt(this.at);
      if (code === QUOTE) {
        this.at++;
        return value;
      }
      if (code === BACKSLASH) this.at++;
      value += this.field.charAt(this.at);
    }
    return "";
  }

  private skipBlanks(): void {
    for (;;) {
      const code = this.field.charCodeAt(this.at);
      if (code !== SPACE && code !== TAB) return;
      this.at++;
    }
  }
}
