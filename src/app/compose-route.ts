import type { Request } from "../http/request.ts";
import { type Chain, composeChain } from "./chain.ts";
import type { ErrorAnswers } from "./error-answers.ts";
import { observeChain } from "./request-signals.ts";
import type { RouteRecord } from "./route.ts";
import { layersOf } from "./route-middleware.ts";
import type { Signals } from "./signals.ts";

/** Composes the chain of a route from the scopes around it, and from the signals that somebody listens to. */
export function composeRoute(route: RouteRecord, answers: ErrorAnswers, signals: Signals): Chain {
  const handlers = route.scopes.map(({ errors }) => errors).reverse();
  if (route.errorHandlers !== null) handlers.unshift(route.errorHandlers);
  const format =
    route.errorFormat ?? route.scopes.findLast(({ errorFormat }) => errorFormat !== null)?.errorFormat;
  const parts = {
    label: `The handler of ${route.name}`,
    ...layersOf(route),
    handler: route.handler,
    onError: (request: Request, error: unknown) => answers.answer(request, error, handlers, format ?? null),
  };
  return composeChain(observeChain(signals, parts));
}
