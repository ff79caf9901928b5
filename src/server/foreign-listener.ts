import { once } from "node:events";
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  METHODS,
  type RequestListener,
  type Server,
  request as sendRequest,
} from "node:http";
import type { Duplex } from "node:stream";
import { NotImplemented } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { type BodyProducer, Response } from "../http/response.ts";
import { isBodiless } from "../http/status.ts";
import { createDuplexPair } from "./duplex-pair.ts";
import { endToEndFields } from "./foreign-request.ts";

const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);
/** Our parser has checked the head against the app's own limit. */
const HEAD_LIMIT = 1024 * 1024;
/** Fields that our own server writes. */
const CONNECTION_FIELDS = new Set(["connection", "keep-alive", "transfer-encoding", "date", "upgrade"]);

/**
 * Answers requests by a request listener of `node:http`: an app of Express, Koa, Connect. The listener runs in a server of
 * `node:http` that has connections in memory, one for each request, so that it gets the very objects it knows.
 */
export class ForeignListener {
  private readonly server: Server;
  /** Who hears when the listener throws, by the server's end of a connection. */
  private readonly failures = new WeakMap<Duplex, (error: unknown) => void>();

  constructor(listener: RequestListener) {
    this.server = createServer({ maxHeaderSize: HEAD_LIMIT, requestTimeout: 0, headersTimeout: 0 });
    this.server.on("request", async (incoming, outgoing) => {
      try {
        await listener(incoming, outgoing);
      } catch (error) {
        this.failures.get(incoming.socket)?.(error);
      }
    });
  }

  /**
   * Resolves when the head of the answer is there.
   *
   * @throws {NotImplemented} for methods that `node:http` does not know or would spell in another way.
   */
  answer(request: Request): Promise<Response> {
    const { method } = request;
    if (!KNOWN_METHODS.has(method) || method === "CONNECT")
      throw new NotImplemented(`There is no method ${method} here`, { quiet: true });
    const [clientSide, serverSide] = createDuplexPair();
    Object.assign(serverSide, { remoteAddress: request.ip, encrypted: request.scheme === "https" });
    return new Promise<Response>((resolve, reject) => {
      const fail = (error: unknown): void => {
        reject(error);
        outgoing.destroy();
      };
      this.failures.set(serverSide, fail);
      this.server.emit("connection", serverSide);
      const outgoing = send(request, clientSide);
      const leave = (): void => void outgoing.destroy(request.signal.reason as Error);
      request.signal.addEventListener("abort", leave, { once: true });
      outgoing.once("error", fail);
      outgoing.once("response", (incoming) => {
        // A client that has the answer does not care for what becomes of its request's body.
        outgoing.on("error", () => {});
        resolve(toResponse(request, incoming));
      });
      outgoing.once("close", () => {
        request.signal.removeEventListener("abort", leave);
        clientSide.destroy();
        serverSide.destroy();
      });
      void sendBody(request, outgoing).catch(fail);
    });
  }
}

function send(request: Request, stream: Duplex): ClientRequest {
  const fields = endToEndFields(request);
  const length = request.hasBody ? request.body.declaredLength : 0;
  if (length > 0) fields.push(["content-length", String(length)]);
  else if (length < 0) fields.push(["transfer-encoding", "chunked"]);
  fields.push(["connection", "close"]);
  const query = request.query.raw;
  return sendRequest({
    method: request.method,
    path: request.path + (query === "" ? "" : `?${query}`),
    headers: fields.flat(),
    createConnection: () => stream,
  });
}

/** Passes a body on at the pace of its reader. */
async function sendBody(request: Request, outgoing: ClientRequest): Promise<void> {
  if (request.hasBody) {
    for await (const piece of request.body) {
      if (outgoing.destroyed) return;
      if (!outgoing.write(piece)) await Promise.race([once(outgoing, "drain"), once(outgoing, "close")]);
    }
  }
  outgoing.end();
}

function toResponse(request: Request, incoming: IncomingMessage): Response {
  const status = incoming.statusCode ?? 500;
  const hasBody = request.method !== "HEAD" && !isBodiless(status);
  const response = new Response(hasBody ? producerOf(incoming) : null, "", { status });
  const { rawHeaders } = incoming;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? "").toLowerCase();
    if (!CONNECTION_FIELDS.has(name)) response.headers.append(name, rawHeaders[i + 1] ?? "");
  }
  if (!hasBody) incoming.resume();
  return response;
}

function producerOf(incoming: IncomingMessage): BodyProducer {
  const produce: BodyProducer = async (out) => {
    const leave = (): void => void incoming.destroy();
    out.signal.addEventListener("abort", leave, { once: true });
    try {
      for await (const piece of incoming) await out.write(piece as Buffer);
    } finally {
      out.signal.removeEventListener("abort", leave);
    }
  };
  produce.discard = () => void incoming.destroy();
  return produce;
}
