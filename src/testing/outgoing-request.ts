import type { Duration } from "../http/quantity.ts";
import type { HeadersInit } from "../http/response-headers.ts";
import { COOKIE_NAME } from "../http/set-cookie.ts";
import { FIELD_VALUE, TOKEN } from "../protocol/http1/characters.ts";

type Field = string | number | boolean;

/** Names and values of a query or a form; a list of values gives the name several times. */
export type TestFields =
  | Readonly<Record<string, Field | readonly Field[]>>
  | Iterable<readonly [string, string]>;

/** What a body can be given as; pieces of an iterable are sent in chunks, as they come. */
export type TestBody = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** What every request of a test client can have besides its method and path. */
export interface TestRequestInit {
  /** Sent as given; `host` is `localhost` unless named here. */
  headers?: HeadersInit;
  /** A string (as UTF-8 text), bytes, or an async iterable. */
  body?: TestBody;
  /** A value to send as JSON in place of `body`. */
  json?: unknown;
  /** Fields to send as a URL-encoded form in place of `body`. */
  form?: TestFields;
  /** Put behind the path, and behind a query it has. */
  query?: TestFields;
  cookies?: Readonly<Record<string, string>>;
  /** How long an answer, and each further piece of it, may take. @default the client's `timeout` */
  timeout?: Duration;
  /** Leaves when it aborts: the connection is cut, and the request rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** A request ready to be written. */
export interface OutgoingRequest {
  readonly method: string;
  /** Names the request in errors: `GET /users/7`. */
  readonly label: string;
  /** The head as latin1, its empty line included. */
  readonly head: string;
  readonly body: Uint8Array | AsyncIterable<string | Uint8Array> | null;
}

/** Methods whose requests say so when they have no body (RFC 9110 section 8.6). */
const EXPECTS_BODY = new Set(["POST", "PUT", "PATCH"]);
const OWNED_BY_CLIENT = new Set(["content-length", "transfer-encoding"]);

/** Throws a TypeError for what cannot be sent. */
export function formatRequest(method: string, path: string, init: TestRequestInit): OutgoingRequest {
  if (!isAll(TOKEN, method) || method === "")
    throw new TypeError(`${JSON.stringify(method)} is not a method; expected a word such as "GET"`);
  const target = formatTarget(path, init.query);
  const [body, contentType] = readBody(init);
  const fields = new Map([["host", ["localhost"]]]);
  if (contentType !== "") fields.set("content-type", [contentType]);
  for (const [name, values] of groupFields(init.headers)) fields.set(name, values);
  if (init.cookies !== undefined) addCookies(fields, init.cookies);
  addFraming(fields, method, body);
  let head = `${method} ${target} HTTP/1.1\r\n`;
  for (const [name, values] of fields) for (const value of values) head += `${name}: ${value}\r\n`;
  return { method, label: `${method} ${path}`, head: `${head}\r\n`, body };
}

function formatTarget(path: string, query: TestFields | undefined): string {
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw new TypeError(
      `The path must begin with "/", as in "/users/7", not be ${JSON.stringify(path)}; for other request targets write the bytes yourself over client.connect()`,
    );
  }
  if (path.includes("#"))
    throw new TypeError(
      `The path ${JSON.stringify(path)} has a fragment, which is never sent; write %23 for a "#" in it`,
    );
  const search = query === undefined ? "" : formatFields(query);
  const joint = search === "" ? "" : path.includes("?") ? "&" : "?";
  // Everything else that cannot stand in a target is encoded, as browsers do.
  return `${path.replace(/[^!$-;=?-~]+/g, encodeURIComponent)}${joint}${search}`;
}

function formatFields(fields: TestFields): string {
  if (Symbol.iterator in fields)
    return String(new URLSearchParams([...(fields as Iterable<[string, string]>)]));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
  return String(search);
}

function readBody(init: TestRequestInit): [OutgoingRequest["body"], contentType: string] {
  const given = (["body", "json", "form"] as const).filter((name) => init[name] !== undefined);
  if (given.length > 1) throw new TypeError(`A request has one body, not ${given.join(" and ")}`);
  if (init.json !== undefined) return [Buffer.from(formatJson(init.json)), "application/json"];
  if (init.form !== undefined)
    return [Buffer.from(formatFields(init.form)), "application/x-www-form-urlencoded"];
  const { body } = init;
  if (typeof body === "string") return [Buffer.from(body), "text/plain; charset=utf-8"];
  if (body === undefined || body instanceof Uint8Array || isAsyncIterable(body)) return [body ?? null, ""];
  throw new TypeError(
    "The body must be a string, bytes (Uint8Array) or an async iterable; for other values use json",
  );
}

function isAsyncIterable(value: unknown): boolean {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function formatJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`json must be a value that has JSON, not a ${typeof value}`);
  return text;
}

function groupFields(init: HeadersInit = {}): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  const entries =
    Symbol.iterator in init ? (init as Iterable<readonly [string, string]>) : Object.entries(init);
  for (const [name, value] of entries) {
    const key = checkName(name);
    const lines = fields.get(key) ?? [];
    for (const each of Array.isArray(value) ? value : [value]) lines.push(checkValue(key, String(each)));
    fields.set(key, lines);
  }
  return fields;
}

function checkName(name: string): string {
  const key = name.toLowerCase();
  if (key === "" || !isAll(TOKEN, key)) throw new TypeError(`${JSON.stringify(name)} is not a header name`);
  if (OWNED_BY_CLIENT.has(key)) {
    throw new TypeError(
      `The header ${key} is written by the client, from the body; to send another one write the bytes yourself over client.connect()`,
    );
  }
  return key;
}

function checkValue(name: string, value: string): string {
  if (isAll(FIELD_VALUE, value)) return value;
  throw new TypeError(
    `The value of the header ${name} has a character that cannot be sent (a control character or one past U+00FF): ${JSON.stringify(value)}`,
  );
}

function isAll(table: readonly number[], text: string): boolean {
  for (let i = 0; i < text.length; i++) if (table[text.charCodeAt(i)] !== 1) return false;
  return true;
}

function addCookies(fields: Map<string, string[]>, cookies: Readonly<Record<string, string>>): void {
  const pairs = Object.entries(cookies).map(([name, value]) => {
    if (!COOKIE_NAME.test(name) || value.includes(";"))
      throw new TypeError(
        `The cookie ${JSON.stringify(name)} cannot be sent: a name is a token, a value has no ";"`,
      );
    return `${name}=${checkValue("cookie", value)}`;
  });
  if (pairs.length > 0) fields.set("cookie", [[...(fields.get("cookie") ?? []), ...pairs].join("; ")]);
}

function addFraming(fields: Map<string, string[]>, method: string, body: OutgoingRequest["body"]): void {
  if (body instanceof Uint8Array) fields.set("content-length", [String(body.length)]);
  else if (body !== null) fields.set("transfer-encoding", ["chunked"]);
  else if (EXPECTS_BODY.has(method)) fields.set("content-length", ["0"]);
}
