import { DeferredResponse } from "../http/deferred-response.ts";
import { stringifyJson } from "../http/json.ts";
import type { Request } from "../http/request.ts";
import { type BodyProducer, Response } from "../http/response.ts";
import { text } from "../http/responses.ts";

/** Fields of one connection, not of the message: a response made elsewhere loses them (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "proxy-connection",
  "te",
  "date",
]);

/** The response to a request that a handler's return value stands for; a promise only when it takes the disk to know. */
export function toAnswer(value: unknown, who: string, request: Request): Response | Promise<Response> {
  const response = toResponse(value, who);
  return response instanceof DeferredResponse ? response.complete(request) : response;
}

/** Makes a response of what a handler returned. Throws a TypeError for what cannot be one; `who` begins its message: "The handler of GET /". */
export function toResponse(answer: unknown, who: string): Response {
  if (answer instanceof Response) return answer;
  if (typeof answer === "string") return text(answer);
  if (answer instanceof globalThis.Response) return fromWebResponse(answer, who);
  if (isPlain(answer)) return new Response(stringifyJson(answer, `${who} returned what`), "application/json");
  throw new TypeError(
    `${who} returned ${describe(answer)}; expected a response (text(), json(), html() …), a string, a plain object or an array`,
  );
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}

function fromWebResponse(web: globalThis.Response, who: string): Response {
  if (web.bodyUsed || web.body?.locked === true) {
    throw new TypeError(
      `${who} returned a web Response whose body is read already; make a new one for each request`,
    );
  }
  const body = web.body === null ? null : producerOf(web.body);
  const response = new Response(body, "", { status: web.status });
  for (const [name, value] of web.headers) if (!HOP_BY_HOP.has(name)) response.headers.append(name, value);
  return response;
}

function producerOf(body: ReadableStream<Uint8Array>): BodyProducer {
  const producer: BodyProducer = async (out) => {
    const reader = body.getReader();
    // A source that produces nothing more must still hear that the client has left.
    const cancel = (): void => void reader.cancel(out.signal.reason).catch(() => {});
    out.signal.addEventListener("abort", cancel, { once: true });
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read())
        await out.write(piece.value);
    } catch (error) {
      cancel();
      throw error;
    } finally {
      out.signal.removeEventListener("abort", cancel);
    }
  };
  producer.discard = () => void body.cancel().catch(() => {});
  return producer;
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing (undefined), as if a return were missing";
  if (value === null) return "null";
  if (typeof value === "object")
    return `an object of class ${value.constructor?.name ?? "unknown"}; for JSON return json(value)`;
  return `a ${typeof value}`;
}
