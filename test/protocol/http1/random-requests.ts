import fc from "fast-check";
import type { ReadMessage } from "./read-messages.ts";

/** A request on the wire, and what a parser must make of it. */
export interface RandomRequest {
  readonly bytes: Buffer;
  readonly message: ReadMessage;
}

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** What a target may hold besides letters and digits. */
const PATH = `${TOKEN.replace("#", "")}(),/:;=@[]{}\\`;
/** Names that frame a message, or that the parser reads for another reason. */
const RESERVED = new Set(["host", "expect", "connection", "content-length", "transfer-encoding"]);
const FORBIDDEN_TRAILERS = new Set([
  ...RESERVED,
  "authorization",
  "content-encoding",
  "content-range",
  "content-type",
  "cookie",
  "te",
  "trailer",
  "upgrade",
]);

const textOf = (characters: string, constraints: fc.StringConstraints): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), ...constraints });

const token = textOf(TOKEN, { minLength: 1, maxLength: 12 });
const valueCharacters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
  .filter((character) => character === "\t" || (character >= " " && character !== "\x7f"))
  .join("");
const value = textOf(valueCharacters, { maxLength: 20 }).map((text) => text.replace(/^[\t ]+|[\t ]+$/g, ""));
const space = textOf(" \t", { maxLength: 3 });
const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array).toString("latin1"));

interface Field {
  name: string;
  value: string;
  line: string;
}

const fieldsWithout = (names: ReadonlySet<string>): fc.Arbitrary<Field[]> =>
  fc.array(
    fc
      .record({
        name: token.filter((name) => !names.has(name.toLowerCase())),
        value,
        before: space,
        after: space,
      })
      .map(({ name, value, before, after }) => ({
        name: name.toLowerCase(),
        value,
        line: `${name}:${before}${value}${after}\r\n`,
      })),
    { maxLength: 5 },
  );

interface Body {
  lines: string;
  fields: ReadMessage["headers"];
  bytes: string;
  body: string;
  trailers: ReadMessage["trailers"];
}

const NO_BODY: Body = { lines: "", fields: [], bytes: "", body: "", trailers: [] };

const lengthBody: fc.Arbitrary<Body> = bytes.map((body) => ({
  ...NO_BODY,
  lines: `Content-Length: ${body.length}\r\n`,
  fields: [["content-length", String(body.length)]],
  bytes: body,
  body,
}));

const chunk = fc
  .record({
    data: bytes.filter((data) => data !== ""),
    zeros: fc.nat(4),
    isUpper: fc.boolean(),
    extension: fc.constantFrom("", ";a", ";a=b", ';a="b c"; d'),
  })
  .map(({ data, zeros, isUpper, extension }) => {
    const size = "0".repeat(zeros) + data.length.toString(16);
    return { data, wire: `${isUpper ? size.toUpperCase() : size}${extension}\r\n${data}\r\n` };
  });

const chunkedBody: fc.Arbitrary<Body> = fc
  .record({ chunks: fc.array(chunk, { maxLength: 5 }), trailers: fieldsWithout(FORBIDDEN_TRAILERS) })
  .map(({ chunks, trailers }) => ({
    lines: "Transfer-Encoding: chunked\r\n",
    fields: [["transfer-encoding", "chunked"]],
    bytes: `${chunks.map(({ wire }) => wire).join("")}0\r\n${trailers.map(({ line }) => line).join("")}\r\n`,
    body: chunks.map(({ data }) => data).join(""),
    trailers: trailers.map(({ name, value }) => [name, value]),
  }));

/** Valid requests of HTTP/1.1: any method, target, fields and kind of body. */
export const randomRequest: fc.Arbitrary<RandomRequest> = fc
  .record({
    emptyLine: fc.constantFrom("", "\r\n"),
    method: token.filter((method) => method !== "CONNECT"),
    path: textOf(PATH, { maxLength: 30 }).map((path) => `/${path}`),
    query: fc.option(textOf(`${PATH}?`, { maxLength: 30 }), { nil: undefined }),
    before: fieldsWithout(RESERVED),
    after: fieldsWithout(RESERVED),
    body: fc.oneof(fc.constant(NO_BODY), lengthBody, chunkedBody),
  })
  .map(({ emptyLine, method, path, query, before, after, body }) => {
    const linesOf = (fields: readonly Field[]) => fields.map(({ line }) => line).join("");
    const pairsOf = (fields: readonly Field[]) =>
      fields.map(({ name, value }): [string, string] => [name, value]);
    const target = query === undefined ? path : `${path}?${query}`;
    const head = `${emptyLine}${method} ${target} HTTP/1.1\r\n${linesOf(before)}Host: a:80\r\n${body.lines}${linesOf(after)}\r\n`;
    const message: ReadMessage = {
      method,
      path,
      query: query ?? "",
      authority: "",
      version: "1.1",
      headers: [...pairsOf(before), ["host", "a:80"], ...body.fields, ...pairsOf(after)],
      persists: true,
      expectsContinue: false,
      upgrades: false,
      body: body.body,
      trailers: body.trailers,
      complete: true,
    };
    return { bytes: Buffer.from(head + body.bytes, "latin1"), message };
  });
