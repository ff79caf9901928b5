import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { Upgrade } from "../server/upgrade.ts";
import { toAnswer } from "./answer.ts";
import type { AroundMiddleware, RequestMiddleware, ResponseMiddleware } from "./handler.ts";

/** Answers one request from beginning to end; a promise only where something in it is async. */
export type Chain = (request: Request) => Response | Promise<Response>;

/** The layers a route's chain is made of, in the order they run. */
export interface ChainParts {
  /** Names the route in errors. */
  route: string;
  onRequest: readonly RequestMiddleware[];
  around: readonly AroundMiddleware[];
  handler: (request: Request) => unknown;
  onError: (request: Request, error: unknown) => Response | Promise<Response>;
  onResponse: readonly ResponseMiddleware[];
}

/** Composes a route's chain once, so that a request runs it without looking anything up. Absent layers cost nothing. */
export function composeChain(parts: ChainParts): Chain {
  const { route, onError } = parts;
  const handle: Chain = (request) => {
    const answer = parts.handler(request);
    return isPromise(answer)
      ? answer.then((value) => toAnswer(value, route, request))
      : toAnswer(answer, route, request);
  };
  const inner = withRequestMiddleware(parts.onRequest, withAround(parts.around, handle, route), route);
  return withResponseMiddleware(parts.onResponse, withErrors(inner, onError), parts);
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

function withErrors(inner: Chain, onError: ChainParts["onError"]): Chain {
  return (request) => {
    try {
      const response = inner(request);
      return isPromise(response)
        ? response.then(undefined, (error: unknown) => onError(request, error))
        : response;
    } catch (error) {
      return onError(request, error);
    }
  };
}

function withRequestMiddleware(middleware: readonly RequestMiddleware[], inner: Chain, route: string): Chain {
  if (middleware.length === 0) return inner;
  const runFrom = (request: Request, start: number): Response | Promise<Response> => {
    for (let i = start; i < middleware.length; i++) {
      const answer = middleware[i]?.(request);
      if (isPromise(answer)) {
        return answer.then((value) =>
          value === undefined ? runFrom(request, i + 1) : toAnswer(value, route, request),
        );
      }
      if (answer !== undefined) return toAnswer(answer, route, request);
    }
    return inner(request);
  };
  return (request) => runFrom(request, 0);
}

function withAround(layers: readonly AroundMiddleware[], inner: Chain, route: string): Chain {
  return layers.reduceRight<Chain>(
    (rest, layer) => (request) => {
      const answer = layer(request, async () => rest(request));
      return isPromise(answer)
        ? answer.then((value) => toAnswer(value, route, request))
        : toAnswer(answer, route, request);
    },
    inner,
  );
}

function withResponseMiddleware(
  middleware: readonly ResponseMiddleware[],
  inner: Chain,
  parts: ChainParts,
): Chain {
  if (middleware.length === 0) return inner;
  const runFrom = (request: Request, first: Response, start: number): Response | Promise<Response> => {
    let response = first;
    for (let i = start; i < middleware.length; i++) {
      const value = middleware[i]?.(request, response);
      if (value === undefined) continue;
      const before = response;
      const answer = isPromise(value)
        ? value.then((late) => (late === undefined ? before : toAnswer(late, parts.route, request)))
        : toAnswer(value, parts.route, request);
      if (isPromise(answer)) return answer.then((late) => runFrom(request, late, i + 1));
      response = answer;
    }
    return response;
  };
  // An error in here becomes an answer too, but one that no response middleware sees: it might fail again.
  const guarded = withErrors((request) => {
    const response = inner(request);
    if (isPromise(response))
      return response.then((value) => (value instanceof Upgrade ? value : runFrom(request, value, 0)));
    return response instanceof Upgrade ? response : runFrom(request, response, 0);
  }, parts.onError);
  return guarded;
}
