import type { Peer, Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { ChainParts } from "./chain.ts";
import type { RouteRecord } from "./route.ts";
import type { ConnectionFacts } from "./signal-options.ts";
import type { BuiltInSignal, Signals } from "./signals.ts";

/** How an app answers: finds the route, then runs it. */
export interface RequestSteps {
  routeOf(request: Request): RouteRecord;
  answer(request: Request, route: RouteRecord): Response | Promise<Response>;
}

const REQUEST_SIGNALS: readonly BuiltInSignal[] = [
  "http.lifecycle.request",
  "http.lifecycle.handle",
  "http.lifecycle.response",
  "http.routing.before",
  "http.routing.after",
];

/** The steps with their signals, null when nobody listens: then they cost a look at that null. */
export function observeRequests(
  signals: Signals,
  steps: RequestSteps,
): ((request: Request) => Promise<Response>) | null {
  if (!REQUEST_SIGNALS.some((event) => signals.isHeard(event))) return null;
  return async (request) => {
    await signals.emit("http.lifecycle.request", { request });
    await signals.emit("http.lifecycle.handle", { request });
    await signals.emit("http.routing.before", { request });
    const route = steps.routeOf(request);
    await signals.emit("http.routing.after", { request, route });
    const response = await steps.answer(request, route);
    await signals.emit("http.lifecycle.response", { request, response });
    return response;
  };
}

/** Tells of a connection's begin, and gives what tells of its end; null when nobody listens. */
export function observeConnection(signals: Signals, peer: Peer): (() => void) | null {
  if (!signals.isHeard("http.lifecycle.begin") && !signals.isHeard("http.lifecycle.complete")) return null;
  const { remoteAddress, remotePort, encrypted } = peer;
  const connection: ConnectionFacts = { remoteAddress, remotePort, encrypted };
  void signals.emit("http.lifecycle.begin", { connection });
  return () => void signals.emit("http.lifecycle.complete", { connection });
}

/** A route's layers with the signals around them that somebody listens to; the others are as they were. */
export function observeChain(signals: Signals, parts: ChainParts): ChainParts {
  const { onRequest, handler, onError, onResponse } = parts;
  const watchesMiddleware = isEitherHeard(signals, "http.middleware");
  return {
    ...parts,
    onRequest: watchesMiddleware
      ? onRequest.map(({ run, label }) => ({
          label,
          run: (request: Request) => observeMiddleware(signals, request, null, () => run(request)),
        }))
      : onRequest,
    onResponse: watchesMiddleware
      ? onResponse.map(({ run, label }) => ({
          label,
          run: (request: Request, response: Response) =>
            observeMiddleware(signals, request, response, () => run(request, response)),
        }))
      : onResponse,
    handler: isEitherHeard(signals, "http.handler") ? observeHandler(signals, handler) : handler,
    onError: signals.isHeard("http.lifecycle.exception")
      ? async (request, error) => {
          await signals.emit("http.lifecycle.exception", { request, error });
          return onError(request, error);
        }
      : onError,
  };
}

function isEitherHeard(signals: Signals, group: "http.middleware" | "http.handler"): boolean {
  return signals.isHeard(`${group}.before`) || signals.isHeard(`${group}.after`);
}

function observeHandler(signals: Signals, handler: ChainParts["handler"]): ChainParts["handler"] {
  return async (request) => {
    await signals.emit("http.handler.before", { request });
    const answer = await handler(request);
    await signals.emit("http.handler.after", { request });
    return answer;
  };
}

async function observeMiddleware<Answer>(
  signals: Signals,
  request: Request,
  response: Response | null,
  run: () => Answer | Promise<Answer>,
): Promise<Answer> {
  const phase = response === null ? "request" : "response";
  await signals.emit("http.middleware.before", { phase, request, response }, { phase });
  const answer = await run();
  await signals.emit("http.middleware.after", { phase, request, response }, { phase });
  return answer;
}
