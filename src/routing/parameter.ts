import type { Converter } from "./converter.ts";
import { converters } from "./converters.ts";
import { SyntaxProblem } from "./expression/syntax.ts";
import { ExpressionConverter } from "./expression-converter.ts";
import { FileNameConverter, findExtensionMistake } from "./file-name-converter.ts";
import { nearestName } from "./nearest-name.ts";

/** A parameter of a pattern; covers its whole segment, or the whole rest of the path when its type takes that. */
export interface ParameterSegment {
  readonly kind: "parameter";
  readonly name: string;
  readonly converter: Converter;
  /** Whether the path may end before it. */
  readonly optional: boolean;
}

/** The parameter types that a pattern may name. */
export type ParameterTypeMap = ReadonlyMap<string, Converter>;

/** What is wrong with a parameter, as the end of a sentence. */
export class ParameterMistake extends Error {}

/** Names a path parameter may not have, because the arguments of a handler carry these too. */
export const reservedParameterNames: ReadonlySet<string> = new Set([
  "body",
  "query",
  "headers",
  "cookies",
  "form",
]);

/** Words other frameworks and languages use for our types. */
const familiarTypes: ReadonlyMap<string, string> = new Map([
  ["string", "str"],
  ["number", "float"],
  ["integer", "int"],
  ["date", "ymd"],
  ["guid", "uuid"],
]);

/**
 * Reads what stands between the brackets of a parameter: `name`, `name:type`, `name?:type`, `name:expression`,
 * `name=type:ext=jpg|png`.
 *
 * @throws ParameterMistake for anything else.
 */
export function parseParameter(text: string, types: ParameterTypeMap = converters): ParameterSegment {
  const colon = text.indexOf(":");
  const head = colon === -1 ? text : text.slice(0, colon);
  const type = colon === -1 ? "str" : text.slice(colon + 1);
  const optional = head.endsWith("?");
  const [name = "", nameType, ...more] = (optional ? head.slice(0, -1) : head).split("=");
  assertName(name);
  if (more.length > 0) throw new ParameterMistake(`"<${text}>" has more than one "=" before its colon`);
  const isFileName = /^ext(?:=|$)/.test(type);
  if (nameType !== undefined && !isFileName)
    throw new ParameterMistake(
      `only file names have a type of their name, as in "<${name}=int:ext>"; write "<${name}:${nameType}>"`,
    );
  const converter = isFileName ? parseFileName(type, nameType, types) : converterOf(name, type, types);
  return { kind: "parameter", name, converter, optional };
}

function assertName(name: string): void {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw new ParameterMistake(
      `"${name}" cannot name a parameter; use letters, digits and "_", and no digit first`,
    );
  }
  if (name.startsWith("__"))
    throw new ParameterMistake(`the parameter name "${name}" starts with "__"; choose another`);
  if (reservedParameterNames.has(name)) {
    const reserved = [...reservedParameterNames].join(", ");
    throw new ParameterMistake(
      `the parameter name "${name}" is reserved, as are all of ${reserved}; choose another`,
    );
  }
}

function parseFileName(type: string, nameType = "str", types: ParameterTypeMap): Converter {
  const ofName = types.get(nameType);
  if (ofName === undefined) throw unknownType(nameType, types);
  if (ofName.takesRest)
    throw new ParameterMistake(`a file name is one segment and cannot be of type "${nameType}"`);
  const extensions = type === "ext" ? undefined : type.slice("ext=".length).split("|");
  const mistake = findExtensionMistake(extensions ?? []);
  if (mistake !== undefined) throw new ParameterMistake(mistake);
  return new FileNameConverter(ofName, extensions);
}

function converterOf(name: string, type: string, types: ParameterTypeMap): Converter {
  const known = types.get(type);
  if (known !== undefined) return known;
  if (/^\w*$/.test(type)) throw unknownType(type, types);
  if (/^\w+(?::\w*)+$/.test(type))
    throw new ParameterMistake(`"<${name}:${type}>" has more than one colon; write "<name:type>"`);
  const withoutMark = type.slice(0, -1);
  if (type.endsWith("?") && (types.has(withoutMark) || withoutMark === "ext"))
    throw new ParameterMistake(`the question mark belongs to the name; write "<${name}?:${withoutMark}>"`);
  return parseExpressionType(type, name);
}

function parseExpressionType(source: string, name: string): Converter {
  try {
    return new ExpressionConverter(source, name);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new ParameterMistake(`the expression "${source}" of "${name}" cannot be used: ${error.message}`);
  }
}

function unknownType(type: string, types: ParameterTypeMap): ParameterMistake {
  if (type === "strorempty")
    return new ParameterMistake(
      `there is no parameter type "strorempty"; make the parameter optional: "<name?>"`,
    );
  const meant = familiarTypes.get(type) ?? nearestName(type, types.keys());
  const suggestion = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  const known = [...types.keys(), "ext"].sort().join(", ");
  return new ParameterMistake(
    `there is no parameter type "${type}".${suggestion} The types are ${known}, and regular expressions`,
  );
}
