import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { Upgrade } from "../server/upgrade.ts";
import { toAnswer } from "./answer.ts";
import type { RouteLayers } from "./route-middleware.ts";

/** Answers one request from beginning to end; a promise only where something in it is async. */
export type Chain = (request: Request) => Response | Promise<Response>;

/** The layers a route's chain is made of, in the order they run. */
export interface ChainParts extends RouteLayers {
  /** What errors call the handler: "The handler of GET /". */
  readonly label: string;
  readonly handler: (request: Request) => unknown;
  readonly onError: (request: Request, error: unknown) => Response | Promise<Response>;
}

/** Composes a route's chain once, so that a request runs it without looking anything up. Absent layers cost nothing. */
export function composeChain(parts: ChainParts): Chain {
  const { label, handler, onError } = parts;
  const handle: Chain = (request) => {
    const answer = handler(request);
    return isPromise(answer)
      ? answer.then((value) => toAnswer(value, label, request))
      : toAnswer(answer, label, request);
  };
  const inner = withRequestMiddleware(parts.onRequest, withAround(parts.around, handle));
  return withResponseMiddleware(parts.onResponse, withErrors(inner, onError), onError);
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

function withRequestMiddleware(layers: RouteLayers["onRequest"], inner: Chain): Chain {
  if (layers.length === 0) return inner;
  const middleware = layers.map(({ run }) => run);
  const labelAt = (i: number): string => layers[i]?.label ?? "";
  const runFrom = (request: Request, start: number): Response | Promise<Response> => {
    for (let i = start; i < middleware.length; i++) {
      const answer = middleware[i]?.(request);
      if (isPromise(answer)) {
        return answer.then((value) =>
          value === undefined ? runFrom(request, i + 1) : toAnswer(value, labelAt(i), request),
        );
      }
      if (answer !== undefined) return toAnswer(answer, labelAt(i), request);
    }
    return inner(request);
  };
  return (request) => runFrom(request, 0);
}

function withAround(layers: RouteLayers["around"], inner: Chain): Chain {
  return layers.reduceRight<Chain>(
    (rest, { run, label }) =>
      (request) => {
        const answer = run(request, async () => rest(request));
        return isPromise(answer)
          ? answer.then((value) => toAnswer(value, label, request))
          : toAnswer(answer, label, request);
      },
    inner,
  );
}

function withResponseMiddleware(
  layers: RouteLayers["onResponse"],
  inner: Chain,
  onError: ChainParts["onError"],
): Chain {
  if (layers.length === 0) return inner;
  const middleware = layers.map(({ run }) => run);
  const labelAt = (i: number): string => layers[i]?.label ?? "";
  const runFrom = (request: Request, first: Response, start: number): Response | Promise<Response> => {
    let response = first;
    for (let i = start; i < middleware.length; i++) {
      const value = middleware[i]?.(request, response);
      if (value === undefined) continue;
      const before = response;
      const answer = isPromise(value)
        ? value.then((late) => (late === undefined ? before : toAnswer(late, labelAt(i), request)))
        : toAnswer(value, labelAt(i), request);
      if (isPromise(answer)) return answer.then((late) => runFrom(request, late, i + 1));
      response = answer;
    }
    return response;
  };
  // An error in here becomes an answer too, but one that no response middleware sees: it might fail again.
  return withErrors((request) => {
    const response = inner(request);
    if (isPromise(response))
      return response.then((value) => (value instanceof Upgrade ? value : runFrom(request, value, 0)));
    return response instanceof Upgrade ? response : runFrom(request, response, 0);
  }, onError);
}
