import { NotImplemented } from "../http/errors.ts";
import { Request } from "../http/request.ts";
import type { BodyProducer, BodyWriter, Response } from "../http/response.ts";
import { isBodiless } from "../http/status.ts";
import type { ServerHandlers } from "./connection-host.ts";
import { toRequestSource } from "./foreign-head.ts";
import { createPulledBody } from "./pulled-body.ts";
import { sendable } from "./sendable.ts";
import { Upgrade } from "./upgrade.ts";

/**
 * Answers a web-standard request: for runtimes that bring their own server (edges, workers, `Bun.serve`, `Deno.serve`).
 *
 * @param remoteAddress the client's address where the runtime tells it.
 */
export async function answerFetch(
  handlers: ServerHandlers,
  web: globalThis.Request,
  bodyLimit: number,
  remoteAddress = "",
): Promise<globalThis.Response> {
  const url = new URL(web.url);
  const headers = [...web.headers];
  if (!web.headers.has("host")) headers.push(["host", url.host]);
  const source = toRequestSource({
    method: web.method,
    target: url.pathname + url.search,
    authority: url.host,
    minorVersion: 1,
    headers,
  });
  const declared = web.headers.get("content-length");
  const body =
    web.body === null
      ? null
      : createPulledBody(
          web.body[Symbol.asyncIterator](),
          declared === null ? -1 : Number(declared),
          bodyLimit,
        );
  const request = new Request(
    source,
    { remoteAddress, remotePort: 0, encrypted: url.protocol === "https:" },
    body,
  );
  web.signal.addEventListener("abort", () => request.abort(toError(web.signal.reason)), { once: true });
  const response = await handlers.handle(request);
  if (response instanceof Upgrade) {
    response.discard();
    return toWebResponse(
      handlers.refuse(
        new NotImplemented("Websockets need Spindash's own server: app.run() or app.listen()", {
          code: "E_NO_WEBSOCKETS",
        }),
      ),
      request,
      handlers,
    );
  }
  return toWebResponse(response, request, handlers);
}

function toWebResponse(given: Response, request: Request, handlers: ServerHandlers): globalThis.Response {
  const response = sendable(given, request, handlers);
  response.dropForeignLength();
  const headers = new Headers();
  for (const [name, value] of response.entries()) headers.append(name, value);
  const { body, status } = response;
  const isEmpty = body === null || request.method === "HEAD" || isBodiless(status);
  if (isEmpty) response.discard();
  const content = isEmpty
    ? null
    : typeof body === "function"
      ? toReadableStream(body, request, handlers)
      : (body as BodyInit);
  // Web responses give strings a content type of their own when they have none.
  return new globalThis.Response(typeof content === "string" ? Buffer.from(content) : content, {
    status,
    headers,
  });
}

function toReadableStream(
  producer: BodyProducer,
  request: Request,
  handlers: ServerHandlers,
): ReadableStream<Uint8Array> {
  const abortion = new AbortController();
  // All writes that wait for the reader wait for the same pull.
  let room: { promise: Promise<void>; resolve: () => void } | null = null;
  const makeRoom = (): void => {
    room?.resolve();
    room = null;
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const out: BodyWriter = {
        signal: abortion.signal,
        write(chunk) {
          abortion.signal.throwIfAborted();
          controller.enqueue(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
          if ((controller.desiredSize ?? 1) > 0) return undefined;
          room ??= waitForRoom();
          return room.promise;
        },
      };
      void produce(producer, out)
        .then(
          () => controller.close(),
          (error: unknown) => {
            // Who has left is told nothing, and that is nobody's fault.
            if (!abortion.signal.aborted) handlers.report(error, request);
            controller.error(error);
          },
        )
        .catch(() => {});
    },
    pull: makeRoom,
    cancel(reason: unknown) {
      abortion.abort(toError(reason));
      request.abort(toError(reason));
      makeRoom();
    },
  });
}

function waitForRoom(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((onRoom) => {
    resolve = onRoom;
  });
  return { promise, resolve };
}

async function produce(producer: BodyProducer, out: BodyWriter): Promise<void> {
  await producer(out);
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("The client has left", { cause: reason });
}
