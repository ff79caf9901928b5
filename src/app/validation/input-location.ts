import { UnsupportedMediaType } from "../../http/errors.ts";
import type { Form } from "../../http/form.ts";
import { parseJson } from "../../http/json.ts";
import type { Request } from "../../http/request.ts";
import { type ListNames, wrapLists } from "./list-names.ts";

/** The parts of a request that a route may have a schema for, in the order they are checked. */
export const inputLocations = ["params", "query", "headers", "cookies", "body", "form"] as const;

/** A part of a request that a route may have a schema for. */
export type InputLocation = (typeof inputLocations)[number];

/** What schemas made of a request, by location. */
export type ValidatedInput = { [Location in InputLocation]?: unknown };

/** Reads a location; `lists` are the names whose values its schema wants as lists. */
type InputReader = (request: Request, lists: ListNames) => unknown;

/**
 * What a schema gets to see of each location; a promise only where a body has not arrived or is a form.
 *
 * Names from outside become keys of objects without a prototype.
 */
export const inputReaders: Readonly<Record<InputLocation, InputReader>> = {
  params: (request) => request.params,
  query: (request, lists) => wrapLists(request.query.toObject(), lists()),
  headers: (request) => request.headers.toObject(),
  cookies: readCookies,
  body: readBody,
  form: (request, lists) => (request.hasBody ? readForm(request, lists) : undefined),
};

const JSON_TYPE = "application/json";
const FORM_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data"];

const COOKIE_PREFIXES = ["__Host-", "__Secure-"];

/** Names as sent, and those with a prefix also without it, as `request.cookies.get` finds them. */
function readCookies({ cookies }: Request): Record<string, string> {
  const sent: Record<string, string> = Object.create(null);
  for (const [name, value] of cookies) sent[name] ??= value;
  const object: Record<string, string> = Object.create(null);
  for (const prefix of COOKIE_PREFIXES) {
    for (const name of Object.keys(sent)) {
      if (!name.startsWith(prefix)) continue;
      const plain = name.slice(prefix.length);
      // A prefix behind a prefix promises nothing.
      if (!COOKIE_PREFIXES.some((other) => plain.startsWith(other))) object[plain] ??= sent[name] as string;
    }
  }
  for (const name of Object.keys(sent)) object[name] ??= sent[name] as string;
  return object;
}

/** The body by its content type, `undefined` when there is none. */
function readBody(request: Request, lists: ListNames): unknown {
  if (!request.hasBody) return undefined;
  const type = request.headers.get("content-type");
  // Most say just this, and parsing media types costs more than half of what reading 1 kB of JSON does.
  if (type === JSON_TYPE) return readJson(request);
  const { mediaType } = request;
  if (mediaType?.essence === JSON_TYPE || mediaType?.subtype.endsWith("+json") === true)
    return readJson(request);
  if (mediaType !== undefined && FORM_TYPES.includes(mediaType.essence)) return readForm(request, lists);
  throw unsupported(type, [JSON_TYPE, ...FORM_TYPES]);
}

function readJson(request: Request): unknown {
  const text = request.body.textIfComplete();
  return text === undefined ? request.json() : parseJson(text);
}

function readForm(request: Request, lists: ListNames): Promise<Record<string, unknown>> {
  const { mediaType } = request;
  if (mediaType === undefined || !FORM_TYPES.includes(mediaType.essence))
    throw unsupported(request.headers.get("content-type"), FORM_TYPES);
  return request.form().then((form) => wrapLists(formToObject(form), lists()));
}

/** Fields and files together; a name sent more than once has all its values as an array. */
function formToObject(form: Form): Record<string, unknown> {
  const object: Record<string, unknown> = form.toObject();
  for (const file of form.files) {
    const earlier = object[file.name];
    if (earlier === undefined) object[file.name] = file;
    else if (Array.isArray(earlier)) earlier.push(file);
    else object[file.name] = [earlier, file];
  }
  return object;
}

/** RFC 9110 section 15.5.16: `Accept` of a 415 says what would have been understood. */
function unsupported(type: string | undefined, expected: readonly string[]): UnsupportedMediaType {
  const list = expected.join(", ");
  const found = type === undefined ? "The body has no Content-Type" : `The body is ${JSON.stringify(type)}`;
  return new UnsupportedMediaType(`${found}; expected one of ${list}`, { headers: { accept: list } });
}
