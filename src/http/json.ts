import { BadRequest } from "./errors.ts";
import { findJsonMistake, type JsonMistake } from "./json-mistake.ts";

/**
 * Parses the text of a JSON body.
 *
 * Refuses own keys that make later merging dangerous, at any depth and however they are spelled: `__proto__`, and
 * `constructor` with an object that has `prototype`.
 *
 * @throws {BadRequest} when the text is empty, malformed (with line and column) or has such a key.
 *
 * @example
 * ```ts
 * import { parseJson } from "spindash";
 *
 * console.assert(Array.isArray(parseJson("[1, 2]")));
 * ```
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformed(text, error);
  }
  if (mayHoldDangerousKeys(text)) refuseDangerousKeys(value);
  return value;
}

/**
 * Writes a value as JSON; `what` names the value in errors, as in "The body of GET /users".
 *
 * @throws {TypeError} when the value has no JSON form: undefined, a function or a symbol, a BigInt or a cycle inside.
 *
 * @example
 * ```ts
 * import { stringifyJson } from "spindash";
 *
 * console.assert(stringifyJson({ id: 1 }, "The user") === '{"id":1}');
 * ```
 */
export function stringifyJson(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new TypeError(
      `${what} cannot be written as JSON: ${firstLine(error)}; make it free of cycles and turn BigInts into strings`,
      { cause: error },
    );
  }
  if (text === undefined) {
    throw new TypeError(
      `${what} cannot be written as JSON: ${nameOf(value)} has no JSON form; use null, a string, a number, a boolean, an array or a plain object`,
    );
  }
  return text;
}

/** Where the first mistake of a text that is no JSON is, and which: `line 2, column 5: …`. */
export function describeJsonMistake(text: string): string {
  const mistake = findJsonMistake(text);
  return mistake === undefined ? "it is too deeply nested" : `${placeOf(text, mistake)}: ${mistake.problem}`;
}

function malformed(text: string, cause: unknown): BadRequest {
  const mistake = findJsonMistake(text);
  if (mistake === undefined) {
    return new BadRequest("The JSON body is well formed but too deeply nested or too large to read", {
      code: "E_MALFORMED_JSON",
      cause,
    });
  }
  if (mistake.kind === "empty")
    return new BadRequest("The body is empty; JSON was expected", { code: "E_MALFORMED_JSON", cause });
  return new BadRequest(`Malformed JSON at ${placeOf(text, mistake)}: ${mistake.problem}`, {
    code: "E_MALFORMED_JSON",
    cause,
  });
}

function placeOf(text: string, mistake: JsonMistake): string {
  let line = 1;
  let lineStart = 0;
  for (
    let end = text.indexOf("\n");
    end !== -1 && end < mistake.offset;
    end = text.indexOf("\n", lineStart)
  ) {
    line++;
    lineStart = end + 1;
  }
  return `line ${line}, column ${mistake.offset - lineStart + 1}`;
}

/** Whether walking the value is needed: one of the keys is in the text, or an escape that may spell a letter of them. */
function mayHoldDangerousKeys(text: string): boolean {
  return (
    text.includes("__proto__") ||
    (text.includes("constructor") && text.includes("prototype")) ||
    (text.includes("\\u00") && /\\u00[567]/.test(text))
  );
}

/** Walks with a list instead of recursion: how deep a body nests is the client's choice. */
function refuseDangerousKeys(root: unknown): void {
  const waiting: object[] = isObject(root) ? [root] : [];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (Object.hasOwn(value, "__proto__")) throw dangerousKey("__proto__");
    if (Object.hasOwn(value, "constructor")) {
      const maker: unknown = value.constructor;
      if (isObject(maker) && Object.hasOwn(maker, "prototype")) throw dangerousKey("constructor");
    }
    for (const child of Object.values(value)) {
      if (isObject(child)) waiting.push(child);
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function dangerousKey(key: string): BadRequest {
  return new BadRequest(`The JSON body has the key "${key}", which is not accepted; rename or remove it`, {
    code: "E_MALFORMED_JSON",
  });
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? "";
}

function nameOf(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  return value === undefined ? "undefined" : "an object whose toJSON() gives undefined";
}
