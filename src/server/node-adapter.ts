import { once } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { NotImplemented } from "../http/errors.ts";
import { type InterimSender, Request } from "../http/request.ts";
import type { BodyProducer, Response } from "../http/response.ts";
import { isBodiless } from "../http/status.ts";
import { checkTrailers, takesTrailers } from "../http/trailers.ts";
import type { ServerHandlers } from "./connection-host.ts";
import { formatFieldLines, toRequestSource } from "./foreign-head.ts";
import { createPulledBody } from "./pulled-body.ts";
import { sendable } from "./sendable.ts";
import { Upgrade } from "./upgrade.ts";

/**
 * Makes an app a request listener of `node:http` and whatever takes one: to mount it in an app of another framework.
 * Limits of the body hold; deadlines and websockets are that server's.
 */
export function createNodeListener(handlers: ServerHandlers, bodyLimit: number): RequestListener {
  return (incoming, outgoing) => {
    void answer(handlers, incoming, outgoing, bodyLimit).catch((error: unknown) => {
      handlers.report(error, null);
      outgoing.destroy();
    });
  };
}

async function answer(
  handlers: ServerHandlers,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  bodyLimit: number,
): Promise<void> {
  const request = toRequest(incoming, bodyLimit, new NodeInterimSender(outgoing));
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) request.abort(new Error("The client has left"));
  });
  let response = await handlers.handle(request);
  if (response instanceof Upgrade) {
    response.discard();
    response = handlers.refuse(
      new NotImplemented("Websockets need Spindash's own server", { code: "E_NO_WEBSOCKETS" }),
    );
  }
  response = sendable(response, request, handlers);
  response.dropForeignLength();
  const fields: string[] = [];
  for (const [name, value] of response.entries()) fields.push(name, value);
  const { body } = response;
  if (typeof body !== "function" && body !== null && !isBodiless(response.status)) {
    fields.push("content-length", String(typeof body === "string" ? Buffer.byteLength(body) : body.length));
  }
  outgoing.writeHead(response.status, fields);
  if (typeof body === "function" && request.method !== "HEAD" && !isBodiless(response.status)) {
    await writeStream(response, body, request, outgoing).catch((error: unknown) => {
      // Who has left is told nothing, and that is nobody's fault.
      if (!request.isAborted) handlers.report(error, request);
      outgoing.destroy();
    });
  } else {
    response.discard();
    outgoing.end(typeof body === "function" ? undefined : (body ?? undefined));
  }
}

class NodeInterimSender implements InterimSender {
  private readonly outgoing: ServerResponse;

  constructor(outgoing: ServerResponse) {
    this.outgoing = outgoing;
  }

  sendEarlyHints(request: Request, links: readonly string[]): boolean {
    const { outgoing } = this;
    if (outgoing.headersSent || outgoing.destroyed || request.httpVersion === "1.0") return false;
    try {
      outgoing.writeEarlyHints({ link: [...links] });
      return true;
    } catch {
      // Its grammar of links is narrower, and other runtimes have no such method: a hint may be left out.
      return false;
    }
  }
}

function toRequest(incoming: IncomingMessage, bodyLimit: number, interimSender: InterimSender): Request {
  const { rawHeaders, socket } = incoming;
  const headers = inPairs(rawHeaders);
  const source = toRequestSource({
    method: incoming.method ?? "GET",
    target: incoming.url ?? "/",
    authority: "",
    minorVersion: incoming.httpVersionMinor,
    headers,
  });
  const length = incoming.headers["content-length"];
  const hasBody = length !== undefined || incoming.headers["transfer-encoding"] !== undefined;
  const body = hasBody
    ? createPulledBody(
        incoming[Symbol.asyncIterator](),
        length === undefined ? -1 : Number(length),
        bodyLimit,
        () => formatFieldLines(inPairs(incoming.rawTrailers)),
      )
    : null;
  const peer = {
    remoteAddress: socket.remoteAddress ?? "",
    remotePort: socket.remotePort ?? 0,
    encrypted: (socket as TLSSocket).encrypted === true,
  };
  return new Request(source, peer, body, interimSender);
}

function inPairs(flat: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] ?? "", flat[i + 1] ?? ""]);
  return pairs;
}

async function writeStream(
  response: Response,
  producer: BodyProducer,
  request: Request,
  outgoing: ServerResponse,
): Promise<void> {
  await producer({
    signal: request.signal,
    write(chunk) {
      request.signal.throwIfAborted();
      if (outgoing.write(chunk)) return undefined;
      const drained = once(outgoing, "drain", { signal: request.signal }).then(() => undefined);
      // A producer that does not await its last write must not bring the process down.
      drained.catch(() => {});
      return drained;
    },
  });
  await addTrailers(response, request, outgoing);
  outgoing.end();
}

async function addTrailers(response: Response, request: Request, outgoing: ServerResponse): Promise<void> {
  if (response.trailers === null || !takesTrailers(request) || !outgoing.chunkedEncoding) return;
  const fields = checkTrailers(await response.trailers());
  outgoing.addTrailers([...fields]);
}
