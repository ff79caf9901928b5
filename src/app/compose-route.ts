import type { Request } from "../http/request.ts";
import { type Chain, composeChain } from "./chain.ts";
import type { ErrorAnswers } from "./error-answers.ts";
import { MiddlewareList } from "./middleware.ts";
import { observeChain } from "./request-signals.ts";
import type { RouteRecord } from "./route.ts";
import type { Signals } from "./signals.ts";

/** Composes the chain of a route from the scopes around it, and from the signals that somebody listens to. */
export function composeRoute(route: RouteRecord, answers: ErrorAnswers, signals: Signals): Chain {
  const lists = route.scopes.map(({ middleware }) => middleware);
  const handlers = route.scopes.map(({ errors }) => errors).reverse();
  if (route.errorHandlers !== null) handlers.unshift(route.errorHandlers);
  const parts = {
    route: route.name,
    onRequest: MiddlewareList.onRequest(lists),
    around: MiddlewareList.around(lists),
    handler: route.handler,
    onError: (request: Request, error: unknown) => answers.answer(request, error, handlers),
    onResponse: MiddlewareList.onResponse(lists),
  };
  return composeChain(observeChain(signals, parts));
}
